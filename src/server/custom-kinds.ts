import { samePlain } from '../machinery/plain.ts';
import type { Reader } from '../machinery/reader.ts';
import type { LiveScheme } from '../machinery/scheme.ts';
import { isTrue } from '../resources/apiextensions/conditions.ts';
import { customResourceDefinitions, type CustomResourceDefinition } from '../resources/apiextensions/customresourcedefinition.ts';
import { isServed } from '../resources/apiextensions/names.ts';
import { customKindsOf, type CustomKinds } from '../resources/customresources/kinds.ts';
import type { Change } from '../storage/store.ts';

interface Known {
  readonly crd: CustomResourceDefinition;
  readonly kinds: CustomKinds;
}

/**
 * Keeps a scheme in step with the committed CustomResourceDefinitions. To be told of every commit before anybody else: a
 * kind is there with the commit of its definition.
 */
export class CustomKindsFollower {
  readonly #scheme: LiveScheme;
  readonly #committed: Reader;
  #known = new Map<string, Known>();

  constructor(scheme: LiveScheme, committed: Reader) {
    this.#scheme = scheme;
    this.#committed = committed;
    this.#follow();
  }

  /** Takes in a commit. Returns the storage keys of the kinds that came, changed or went. */
  apply(changes: readonly Change[]): ReadonlySet<string> {
    return changes.some(({ entry }) => entry.key.resource === customResourceDefinitions.resource) ? this.#follow() : new Set();
  }

  #follow(): ReadonlySet<string> {
    const before = this.#known;
    this.#known = new Map();
    const changed = new Set(before.keys());
    for (const crd of this.#committed.list(customResourceDefinitions)) {
      if (!isServed(crd)) continue;
      const { name } = crd.metadata;
      const old = before.get(name);
      const known = old && makesTheSame(old.crd, crd) ? old : { crd, kinds: customKindsOf(crd) };
      this.#known.set(name, known);
      if (known === old) changed.delete(name);
      else changed.add(name);
    }
    if (changed.size > 0) this.#scheme.replace([...this.#known.values()].map(({ kinds }) => kinds));
    return changed;
  }
}

/** Whether two states of a definition make the same kinds: conditions come and go. */
const makesTheSame = (a: CustomResourceDefinition, b: CustomResourceDefinition): boolean =>
  a === b ||
  (a.metadata.uid === b.metadata.uid &&
    isTrue(a, 'Terminating') === isTrue(b, 'Terminating') &&
    samePlain(a.status?.acceptedNames, b.status?.acceptedNames) &&
    samePlain(a.spec, b.spec));
