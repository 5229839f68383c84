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
  readonly #known = new Map<string, Known>();

  constructor(scheme: LiveScheme, committed: Reader) {
    this.#scheme = scheme;
    this.#committed = committed;
    this.#follow(committed.list(customResourceDefinitions).map(({ metadata }) => metadata.name));
  }

  /** Takes in a commit. Returns the storage keys of the kinds that came, changed or went. */
  apply(changes: readonly Change[]): ReadonlySet<string> {
    const names: string[] = [];
    for (const { entry } of changes) if (entry.key.resource === customResourceDefinitions.resource) names.push(entry.key.name);
    return names.length === 0 ? unchanged : this.#follow(names);
  }

  /** Looks at the definitions with these names, and at no others: each is large, and there are many. */
  #follow(names: readonly string[]): ReadonlySet<string> {
    const changed = new Set<string>();
    for (const name of names) {
      const crd = this.#committed.get(customResourceDefinitions, '', name);
      const old = this.#known.get(name);
      if (!crd || !isServed(crd)) {
        if (this.#known.delete(name)) changed.add(name);
      } else if (!old || !makesTheSame(old.crd, crd)) {
        this.#known.set(name, { crd, kinds: customKindsOf(crd) });
        changed.add(name);
      }
    }
    if (changed.size > 0) this.#scheme.replace(this.#kinds());
    return changed;
  }

  /** In the order of their names. */
  #kinds(): CustomKinds[] {
    return [...this.#known.keys()].sort().map((name) => this.#known.get(name)!.kinds);
  }
}

const unchanged: ReadonlySet<string> = new Set();

/** Whether two states of a definition make the same kinds: conditions come and go. */
const makesTheSame = (a: CustomResourceDefinition, b: CustomResourceDefinition): boolean =>
  a === b ||
  (a.metadata.uid === b.metadata.uid &&
    isTrue(a, 'Terminating') === isTrue(b, 'Terminating') &&
    samePlain(a.status?.acceptedNames, b.status?.acceptedNames) &&
    samePlain(a.spec, b.spec));
