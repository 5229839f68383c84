import { serviceAccountUser, type UserInfo } from '../machinery/user.ts';
import type { Binding, Subject } from '../resources/rbac/binding.ts';

/** A binding, and which of its subjects it was found by. */
export class Grant {
  readonly binding: Binding;
  readonly #subject: Subject;
  #description: string | undefined;

  constructor(binding: Binding, subject: Subject) {
    this.binding = binding;
    this.#subject = subject;
  }

  /** Where a permission comes from, in upstream's words. Put together once, for it is a part of every decision. */
  get description(): string {
    return (this.#description ??= describe(this.binding, this.#subject));
  }
}

function describe({ kind, metadata, roleRef }: Binding, subject: Subject): string {
  const { name, namespace } = metadata;
  const quote = JSON.stringify;
  const who = subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace || (namespace ?? '')}` : subject.name;
  const binding = `${kind} ${quote(namespace ? `${name}/${namespace}` : name)}`;
  return `${binding} of ${roleRef.kind} ${quote(roleRef.name)} to ${subject.kind} ${quote(who)}`;
}

/** Some bindings by whom they are for, so that a request looks at those of its user only. */
export class BindingIndex {
  readonly #users = new Map<string, Grant[]>();
  readonly #groups = new Map<string, Grant[]>();

  constructor(bindings: readonly Binding[]) {
    for (const binding of bindings) for (const subject of binding.subjects ?? []) this.#add(binding, subject);
  }

  /** The first thing that `find` finds in what a user has been given: by name first, then by group. A binding may come twice. */
  find<T>({ name, groups }: UserInfo, find: (grant: Grant) => T | undefined): T | undefined {
    const found = firstOf(this.#users.get(name), find);
    if (found !== undefined) return found;
    for (const group of groups) {
      const ofGroup = firstOf(this.#groups.get(group), find);
      if (ofGroup !== undefined) return ofGroup;
    }
    return undefined;
  }

  #add(binding: Binding, subject: Subject): void {
    const grant = new Grant(binding, subject);
    if (subject.kind === 'Group') return push(this.#groups, subject.name, grant);
    if (subject.kind === 'User') return push(this.#users, subject.name, grant);
    // A ServiceAccount of the binding's own namespace need not say it.
    const namespace = subject.namespace || binding.metadata.namespace;
    if (subject.kind === 'ServiceAccount' && namespace) push(this.#users, serviceAccountUser(namespace, subject.name), grant);
  }
}

function push(map: Map<string, Grant[]>, key: string, grant: Grant): void {
  const known = map.get(key);
  if (known) known.push(grant);
  else map.set(key, [grant]);
}

function firstOf<T>(grants: readonly Grant[] | undefined, find: (grant: Grant) => T | undefined): T | undefined {
  for (const grant of grants ?? []) {
    const found = find(grant);
    if (found !== undefined) return found;
  }
  return undefined;
}

const indexes = new WeakMap<readonly Binding[], BindingIndex>();

/** The index of a list. Readers give the same list until one of its objects changes, so it is made once a change. */
export function indexOf(bindings: readonly Binding[]): BindingIndex {
  let index = indexes.get(bindings);
  if (!index) indexes.set(bindings, (index = new BindingIndex(bindings)));
  return index;
}
