/** Reading YAML, as much as JSON can say, in time that grows with the text. */
import { CORE_SCHEMA, load, Type, YAMLException, type LoadOptions } from 'js-yaml';
import { limits } from '../../lib/limits.ts';
import { depthMax } from '../../machinery/decode/json.ts';
import { copyPlain } from '../../machinery/plain.ts';

/** What a text says, and the first key that stands twice in a map; the later one counts. */
export interface ParsedYaml {
  readonly value: unknown;
  readonly duplicate?: { readonly key: string; readonly line: number };
}

/** Why a text is no YAML, or none that is taken. */
export class MalformedYaml extends Error {}

/** The key `<<`, which takes over the keys of other maps. Go's readers know it, too. */
const merge = new Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: (key: unknown) => key === '<<' });

const options: LoadOptions & { maxDepth: number } = {
  schema: CORE_SCHEMA.extend({ implicit: [merge] }),
  maxDepth: depthMax,
};

/** Parses the first document, as upstream does. An empty text is null. Throws `MalformedYaml`. */
export function parseYaml(body: string): ParsedYaml {
  const text = firstDocument(body);
  try {
    return { value: expanded(text, load(text, options)) };
  } catch (error) {
    const duplicate = duplicateKey(error, text);
    if (!duplicate) throw malformed(error);
    return { value: expanded(text, loadTwice(text)), duplicate };
  }
}

const marker = /^(?:---|\.\.\.)(?=\s|$)/gm;
/** A line that is not empty, a comment or a directive. */
const content = /^(?!\s*(?:#|$)|%)./m;

/** A text up to the marker that ends its first document. The first marker may also be the start of it. */
function firstDocument(text: string): string {
  if (!text.includes('\n---') && !text.includes('\n...')) return text;
  let starts = true;
  for (const { index, 0: found } of text.matchAll(marker)) {
    if (!starts || found === '...' || content.test(text.slice(0, index))) return text.slice(0, index);
    starts = false;
  }
  return text;
}

/** Keys that appear twice are taken as JSON takes them. */
function loadTwice(text: string): unknown {
  try {
    return load(text, { ...options, json: true });
  } catch (error) {
    throw malformed(error);
  }
}

function malformed(error: unknown): MalformedYaml {
  if (error instanceof MalformedYaml) return error;
  if (!(error instanceof YAMLException)) throw error;
  const { mark, reason } = error;
  return new MalformedYaml(mark ? `line ${mark.line + 1}: ${reason}` : reason);
}

function duplicateKey(error: unknown, text: string): ParsedYaml['duplicate'] {
  if (!(error instanceof YAMLException) || error.reason !== 'duplicated mapping key') return undefined;
  const { position, line } = error.mark;
  const key = /^["']?([^"':\s,}\]]*)/.exec(text.slice(position, position + 256))![1]!;
  return { key, line: line + 1 };
}

/**
 * The value with a copy in the place of every alias. What they stand for may not be longer or deeper than a body written
 * out: a few lines can say more than fits into any memory.
 */
function expanded(text: string, value: unknown): unknown {
  if (value === undefined) return null;
  if (!text.includes('*')) return value;
  const { length, depth } = extentOf(value, new Map());
  if (length > limits.requestBodyBytes || depth > depthMax) throw new MalformedYaml('document contains excessive aliasing');
  return copyPlain(value);
}

interface Extent {
  readonly length: number;
  readonly depth: number;
}

/** What contains itself has no end. */
const endless: Extent = { length: Number.POSITIVE_INFINITY, depth: Number.POSITIVE_INFINITY };

/** About how long a value is as JSON, and how deep. Each object is looked at once, however often it appears. */
function extentOf(value: unknown, known: Map<object, Extent>): Extent {
  if (typeof value !== 'object' || value === null) return { length: typeof value === 'string' ? value.length : 1, depth: 0 };
  const before = known.get(value);
  if (before) return before;
  known.set(value, endless);
  let length = 2;
  let depth = 0;
  const note = (item: unknown, key: string) => {
    const inside = extentOf(item, known);
    length += key.length + 1 + inside.length;
    depth = Math.max(depth, inside.depth);
  };
  if (Array.isArray(value)) for (const item of value) note(item, '');
  else for (const [key, item] of Object.entries(value)) note(item, key);
  const extent = { length, depth: depth + 1 };
  known.set(value, extent);
  return extent;
}
