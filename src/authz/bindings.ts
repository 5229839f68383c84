import type { UserInfo } from '../machinery/user.ts';
import { serviceAccountUser } from '../machinery/user.ts';
import type { Binding, Subject } from '../resources/rbac/binding.ts';

/** A binding, and which of its subjects it was found by. */
export interface Grant {
  readonly binding: Binding;
  readonly subject: Subject;
}

const nobody: readonly Grant[] = [];

/** Some bindings by whom they are for, so that a request looks at those of its user only. */
export class BindingIndex {
  readonly #users = new Map<string, Grant[]>();
  readonly #groups = new Map<string, Grant[]>();

  constructor(bindings: readonly Binding[]) {
    for (const binding of bindings) for (const subject of binding.subjects ?? []) this.#add({ binding, subject });
  }

  /** What a user has been given: by name first, then by group. Each binding once. */
  of({ name, groups }: UserInfo): readonly Grant[] {
    const found = this.#users.get(name);
    const more = groups.map((group) => this.#groups.get(group)).filter((grants) => grants !== undefined);
    if (more.length === 0) return found ?? nobody;
    if (!found && more.length === 1) return more[0]!;
    const byBinding = new Map<Binding, Grant>();
    for (const grants of found ? [found, ...more] : more)
      for (const grant of grants) if (!byBinding.has(grant.binding)) byBinding.set(grant.binding, grant);
    return [...byBinding.values()];
  }

  #add(grant: Grant): void {
    const { subject, binding } = grant;
    if (subject.kind === 'Group') return push(this.#groups, subject.name, grant);
    if (subject.kind === 'User') return push(this.#users, subject.name, grant);
    // A ServiceAccount of the binding's own namespace need not say it.
    const namespace = subject.namespace || binding.metadata.namespace;
    if (subject.kind === 'ServiceAccount' && namespace) push(this.#users, serviceAccountUser(namespace, subject.name), grant);
  }
}

/** A subject that is named twice by one binding is one. */
function push(map: Map<string, Grant[]>, key: string, grant: Grant): void {
  const known = map.get(key);
  if (!known) map.set(key, [grant]);
  else if (known.at(-1)!.binding !== grant.binding) known.push(grant);
}

const indexes = new WeakMap<readonly Binding[], BindingIndex>();

/** The index of a list. Readers give the same list until one of its objects changes, so it is made once a change. */
export function indexOf(bindings: readonly Binding[]): BindingIndex {
  let index = indexes.get(bindings);
  if (!index) indexes.set(bindings, (index = new BindingIndex(bindings)));
  return index;
}

/** Where a permission comes from, in upstream's words. */
export function describeGrant({ binding, subject }: Grant): string {
  const { kind, metadata, roleRef } = binding;
  const name = metadata.namespace ? `${metadata.name}/${metadata.namespace}` : metadata.name;
  const who = subject.kind === 'ServiceAccount' ? `${subject.name}/${subject.namespace || (metadata.namespace ?? '')}` : subject.name;
  const quote = JSON.stringify;
  return `${kind} ${quote(name)} of ${roleRef.kind} ${quote(roleRef.name)} to ${subject.kind} ${quote(who)}`;
}
