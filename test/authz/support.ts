import type { Reader } from '../../src/machinery/reader.ts';
import type { KubeObject } from '../../src/machinery/meta.ts';
import type { AnyResource } from '../../src/machinery/resource.ts';
import type { Attributes, ResourceAttributes } from '../../src/authz/authorizer.ts';
import type { Subject } from '../../src/resources/rbac/binding.ts';
import { clusterRoleBindings } from '../../src/resources/rbac/clusterrolebinding.ts';
import { clusterRoles } from '../../src/resources/rbac/clusterrole.ts';
import { rbacGroup, type PolicyRule } from '../../src/resources/rbac/policy-rule.ts';
import { roleBindings } from '../../src/resources/rbac/rolebinding.ts';
import { roles } from '../../src/resources/rbac/role.ts';

/** A state that is filled by hand. A list stays the same array until something is put into it, as a store's does. */
export class Objects implements Reader {
  readonly #objects = new Map<string, KubeObject>();
  readonly #lists = new Map<string, readonly KubeObject[]>();

  put(resource: AnyResource, object: object): this {
    const { kind, apiVersion } = resource;
    const full = { apiVersion, kind, ...object } as KubeObject;
    this.#objects.set(keyOf(resource, full.metadata.namespace ?? '', full.metadata.name), full);
    this.#lists.clear();
    return this;
  }

  get<T extends KubeObject>(resource: AnyResource, namespace: string, name: string): T | undefined {
    return this.#objects.get(keyOf(resource, namespace, name)) as T | undefined;
  }

  list<T extends KubeObject>(resource: AnyResource, namespace?: string): readonly T[] {
    const prefix = keyOf(resource, namespace ?? '', '');
    const of = namespace === undefined ? `${resource.resource}|` : prefix;
    let list = this.#lists.get(of);
    if (!list) {
      list = [...this.#objects].filter(([key]) => key.startsWith(of)).map(([, object]) => object);
      this.#lists.set(of, list);
    }
    return list as readonly T[];
  }
}

const keyOf = ({ resource }: AnyResource, namespace: string, name: string) => `${resource}|${namespace}|${name}`;

/** `User:ann`, `Group:staff`, `ServiceAccount:bot` or `ServiceAccount:bot/ns`. */
export function subject(text: string): Subject {
  const [kind = '', who = ''] = text.split(/:(.*)/s);
  if (kind !== 'ServiceAccount') return { apiGroup: rbacGroup, kind, name: who };
  const [name = '', namespace] = who.split('/');
  return { kind, name, ...(namespace && { namespace }) };
}

/** Roles and bindings in a few words. */
export class Policy extends Objects {
  clusterRole(name: string, ...rules: PolicyRule[]): this {
    return this.put(clusterRoles, { metadata: { name }, rules });
  }
  role(namespace: string, name: string, ...rules: PolicyRule[]): this {
    return this.put(roles, { metadata: { name, namespace }, rules });
  }
  bind(role: string, ...subjects: string[]): this {
    const roleRef = { apiGroup: rbacGroup, kind: 'ClusterRole', name: role };
    return this.put(clusterRoleBindings, { metadata: { name: `${role}-binding` }, roleRef, subjects: subjects.map(subject) });
  }
  bindIn(namespace: string, kind: 'Role' | 'ClusterRole', role: string, ...subjects: string[]): this {
    const roleRef = { apiGroup: rbacGroup, kind, name: role };
    return this.put(roleBindings, { metadata: { name: `${role}-binding`, namespace }, roleRef, subjects: subjects.map(subject) });
  }
}

/** `get pods`, `get pods/log a`, `list deployments.apps`, `get /healthz`; the namespace apart. */
export function asks(user: { name: string; groups?: string[] }, text: string, namespace = ''): Attributes {
  const who = { groups: [], ...user };
  const [verb = '', what = '', name = ''] = text.split(' ');
  if (what.startsWith('/')) return { user: who, verb, path: what };
  const [, resource = '', group = '', subresource = ''] = /^([^./]*)(?:\.([^/]*))?(?:\/(.*))?$/.exec(what) ?? [];
  return { user: who, verb, group, version: 'v1', resource, subresource, namespace, name } satisfies ResourceAttributes;
}

export const rule = (verbs: string, groups: string, resources: string, names?: string): PolicyRule => ({
  verbs: verbs.split(','),
  apiGroups: groups.split(','),
  resources: resources.split(','),
  ...(names && { resourceNames: names.split(',') }),
});
export const paths = (verbs: string, urls: string): PolicyRule => ({ verbs: verbs.split(','), nonResourceURLs: urls.split(',') });
