import type { ObjectKey } from '../store.ts';
import { Template } from './template.ts';

/** A text as the values of a template's holes. */
export interface Packed {
  readonly template: Template;
  readonly values: string;
}

/** Something whose text can be replaced by a packed one. */
export interface Packable {
  readonly key: ObjectKey;
  /** The text, if it is not packed. */
  readonly plainText: string | undefined;
  pack(packed: Packed): void;
}

/** Objects whose names begin alike, or all of a kind. */
interface Family {
  /** The newest first. */
  templates: Template[];
  /** The newest one that no template fits: the next one like it makes a template with it. */
  sample: WeakRef<Packable> | undefined;
  /** How many in a row were like nothing before them, and how many are not looked at because of that. */
  strangers: number;
  skip: number;
}

const templatesPerFamily = 4;
const familiesMax = 1_024;
/** Longer texts are left as they are: templates hold on to one each. */
const textMax = 32_768;
/** After so many objects in a row that are like no other, most of the next ones are not compared. */
const strangersMax = 8;
const skippedMax = 256;

/**
 * Finds what objects have in common and packs them by it. Everything in it is a guess at what the next objects are like:
 * nothing is lost with it but room.
 */
export class Packer {
  readonly #families = new Map<string, Family>();

  /** Packs the object's text, if it is like others. */
  pack(object: Packable): void {
    const text = object.plainText;
    if (text === undefined || text.length > textMax) return;
    const { resource, namespace, name } = object.key;
    const near = this.#family(`${resource}/${namespace}/${stem(name)}`);
    const wide = this.#family(resource);
    if (fit(near, object, text) || fit(wide, object, text)) return;
    if (wide.skip > 0 && near.sample === undefined) {
      wide.skip--;
      near.sample = new WeakRef(object);
      return;
    }
    const isLike = learn(near, object, text) || learn(wide, object, text);
    wide.strangers = isLike ? 0 : wide.strangers + 1;
    if (wide.strangers > strangersMax) wide.skip = Math.min(skippedMax, 2 ** (wide.strangers - strangersMax));
  }

  #family(name: string): Family {
    let family = this.#families.get(name);
    if (family) return family;
    if (this.#families.size >= familiesMax) this.#families.delete(this.#families.keys().next().value!);
    this.#families.set(name, (family = { templates: [], sample: undefined, strangers: 0, skip: 0 }));
    return family;
  }
}

function fit({ templates }: Family, object: Packable, text: string): boolean {
  for (const template of templates) {
    const values = template.pack(text);
    if (values === undefined) continue;
    object.pack({ template, values });
    return true;
  }
  return false;
}

/** Makes a template that the text fits, out of one that it nearly fits or the sample; else the text is the next sample. */
function learn(family: Family, object: Packable, text: string): boolean {
  const sample = family.sample?.deref();
  const sampleText = sample?.plainText;
  const wider = widen(family.templates, text);
  const template = wider ?? (sampleText === undefined ? undefined : Template.of(text, sampleText));
  if (!template) {
    family.sample = new WeakRef(object);
    return false;
  }
  if (!wider) family.templates = [template, ...family.templates].slice(0, templatesPerFamily);
  fit(family, object, text);
  if (sample && sampleText !== undefined && fit(family, sample, sampleText)) family.sample = undefined;
  return true;
}

/** Widens a template so that the text fits it; what fitted it before still does. */
function widen(templates: Template[], text: string): Template | undefined {
  for (const [i, template] of templates.entries()) {
    const wider = template.widened(text);
    if (!wider) continue;
    templates[i] = wider;
    return wider;
  }
  return undefined;
}

/** What names of objects that were made by one owner have in common: all before the last part, and no number at the end. */
function stem(name: string): string {
  const end = name.lastIndexOf('-');
  return end < 0 ? name.replace(/\d+$/, '') : name.slice(0, end);
}
