import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { platformGroups } from '../../src/authz/defaults/bindings.ts';
import { defaultRoleWrites } from '../../src/authz/defaults/reconcile.ts';
import {
  defaultClusterRoleBindings,
  defaultClusterRoles,
  defaultRoleBindings,
  defaultRoles,
  metricsReader,
} from '../../src/authz/defaults/index.ts';
import { copyPlain } from '../../src/machinery/plain.ts';
import type { Write } from '../../src/machinery/reconcile.ts';
import { createScheme } from '../../src/machinery/scheme.ts';
import { clusterRoleBindings } from '../../src/resources/rbac/clusterrolebinding.ts';
import { clusterRoles } from '../../src/resources/rbac/clusterrole.ts';
import { builtinResources } from '../../src/resources/index.ts';
import { Objects } from './support.ts';

/** Upstream's own goldens, where they are at hand. */
const testdata = new URL('../../../shared/reference/rbac/', import.meta.url);
const names = ['cluster-roles', 'controller-roles', 'cluster-role-bindings', 'controller-role-bindings', 'namespace-roles', 'namespace-role-bindings'];
const present = names.every((name) => existsSync(new URL(`${name}.yaml`, testdata)));
if (!present) console.log('skipped: no goldens of the default roles beside the repository');

type Item = { metadata: { name: string; namespace?: string }; rules?: unknown };
const byName = (items: readonly unknown[]) =>
  Object.fromEntries((items as Item[]).map((item) => [`${item.metadata.namespace ?? ''}/${item.metadata.name}`, item]));

describe.skipIf(!present)("upstream's goldens", () => {
  test.each([
    ['cluster-roles and controller-roles', defaultClusterRoles],
    ['cluster-role-bindings and controller-role-bindings', defaultClusterRoleBindings],
    ['namespace-roles', defaultRoles],
    ['namespace-role-bindings', defaultRoleBindings],
  ])('%s', (files, own) => {
    const theirs = files.split(' and ').flatMap((name) => parse(readFileSync(new URL(`${name}.yaml`, testdata), 'utf8')).items as Item[]);
    // The reference is of a distribution that adds a role of its own.
    const expected = theirs.filter(({ metadata }) => !metadata.name.includes('openshift')).map(({ rules, ...rest }) => (rules ? { ...rest, rules } : rest));
    const compared = own.filter(({ metadata }) => metadata.name !== metricsReader && platformGroups[metadata.name ?? ''] === undefined);
    expect(byName(compared)).toEqual(byName(expected));
    expect(compared).toHaveLength(expected.length);
  });
});

test('every default is valid', () => {
  const scheme = createScheme(builtinResources);
  for (const object of [...defaultClusterRoles, ...defaultClusterRoleBindings, ...defaultRoles, ...defaultRoleBindings]) {
    const { strategy } = scheme.byKind(object.apiVersion!, object.kind!)!;
    const copy = copyPlain(object);
    strategy.defaults?.(copy);
    expect([object.metadata.name, strategy.validate?.(copy), copy]).toEqual([object.metadata.name, [], object]);
  }
});

describe('at a start', () => {
  /** A cluster in which a first start has made everything. */
  function started(): Objects {
    const objects = new Objects();
    for (const write of defaultRoleWrites(objects)) if (write.verb === 'create') objects.put(write.resource, copyPlain(write.object));
    return objects;
  }
  const shown = (writes: readonly Write[]) => writes.map((write) => `${write.verb} ${'object' in write ? write.object.metadata.name : write.name}`);
  const changed = (objects: Objects, resource: typeof clusterRoles | typeof clusterRoleBindings, name: string, change: (object: any) => void) => {
    const object = copyPlain(objects.get(resource, '', name))!;
    change(object);
    return objects.put(resource, object);
  };

  test('everything is made, once', () => {
    const writes = defaultRoleWrites(new Objects());
    expect(writes).toHaveLength(32 + 39 + 12 + 39 + 2 + 7 + 7);
    expect(new Set(writes.map(({ verb }) => verb))).toEqual(new Set(['create']));
    expect(defaultRoleWrites(started())).toEqual([]);
  });

  test('what is missing in a role is added, and what somebody added stays', () => {
    const own = { verbs: ['own'], apiGroups: [''], resources: ['pods'] };
    const objects = changed(started(), clusterRoles, 'system:basic-user', (role) => {
      role.rules = [own, role.rules[1]];
      role.metadata.labels = { mine: 'yes' };
      role.metadata.resourceVersion = '7';
    });
    const [write, ...more] = defaultRoleWrites(objects);
    expect(more).toEqual([]);
    const piece = (resource: string) => ({ apiGroups: ['authorization.k8s.io'], resources: [resource], verbs: ['create'] });
    expect(write).toMatchObject({
      verb: 'update',
      object: {
        metadata: { resourceVersion: '7', labels: { mine: 'yes', 'kubernetes.io/bootstrapping': 'rbac-defaults' } },
        rules: [own, expect.anything(), piece('selfsubjectaccessreviews'), piece('selfsubjectrulesreviews')],
      },
    });
  });

  test('roles are put together again that were not, and taken apart that should not be', () => {
    const objects = started();
    changed(objects, clusterRoles, 'edit', (role) => {
      role.aggregationRule = { clusterRoleSelectors: [{ matchLabels: { mine: 'yes' } }] };
    });
    changed(objects, clusterRoles, 'system:discovery', (role) => {
      role.aggregationRule = { clusterRoleSelectors: [{ matchLabels: { mine: 'yes' } }] };
    });
    const [edit, discovery] = defaultRoleWrites(objects) as { object: any }[];
    const wanted = { matchLabels: { 'rbac.authorization.k8s.io/aggregate-to-edit': 'true' } };
    expect(edit!.object.aggregationRule.clusterRoleSelectors).toEqual([{ matchLabels: { mine: 'yes' } }, wanted]);
    expect(discovery!.object.aggregationRule).toBeUndefined();
  });

  test('what a controller put together is left alone', () => {
    const objects = changed(started(), clusterRoles, 'view', (role) => (role.rules = [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }]));
    expect(defaultRoleWrites(objects)).toEqual([]);
  });

  test('subjects that are missing are added', () => {
    const joe = { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'joe' };
    const objects = changed(started(), clusterRoleBindings, 'cluster-admin', (binding) => (binding.subjects = [joe]));
    expect(defaultRoleWrites(objects)).toMatchObject([{ verb: 'update', object: { subjects: [joe, { name: 'system:masters' }] } }]);
  });

  test('a binding to another role is made anew, for that cannot be changed', () => {
    const objects = changed(started(), clusterRoleBindings, 'cluster-admin', (binding) => {
      binding.metadata.uid = 'u';
      binding.roleRef.name = 'view';
    });
    const writes = defaultRoleWrites(objects);
    expect(shown(writes)).toEqual(['delete cluster-admin', 'create cluster-admin']);
    expect(writes[0]).toMatchObject({ uid: 'u' });
  });

  test('those that are not to be updated are not', () => {
    const objects = changed(started(), clusterRoles, 'system:basic-user', (role) => {
      role.rules = [];
      role.metadata.annotations['rbac.authorization.kubernetes.io/autoupdate'] = 'false';
    });
    expect(defaultRoleWrites(objects)).toEqual([]);
  });
});
