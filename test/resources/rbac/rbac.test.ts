import { describe, expect, test } from 'vitest';
import { clusterRoles } from '../../../src/resources/rbac/clusterrole.ts';
import { clusterRoleBindings } from '../../../src/resources/rbac/clusterrolebinding.ts';
import { roles } from '../../../src/resources/rbac/role.ts';
import { roleBindings } from '../../../src/resources/rbac/rolebinding.ts';
import { row, stored, wrong, wrongChange, type Fields } from '../checks.ts';

const group = 'rbac.authorization.k8s.io';
const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };

describe('rules', () => {
  test.each<[string, object, string[], string[]]>([
    ['of a resource', pods, [], []],
    [
      'of nothing',
      {},
      [
        'rules[0].verbs: Required value: verbs must contain at least one value',
        'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
        'rules[0].resources: Required value: resource rules must supply at least one resource',
      ],
      [],
    ],
    [
      'of a path',
      { verbs: ['get'], nonResourceURLs: ['/healthz'] },
      [],
      ['rules[0].nonResourceURLs: Invalid value: ["/healthz"]: namespaced rules cannot apply to non-resource URLs'],
    ],
    [
      'of both',
      { ...pods, nonResourceURLs: ['/healthz'] },
      [
        'rules[0].nonResourceURLs: Invalid value: ["/healthz"]: rules cannot apply to both regular resources and non-resource URLs',
      ],
      ['rules[0].nonResourceURLs: Invalid value: ["/healthz"]: namespaced rules cannot apply to non-resource URLs'],
    ],
  ])('%s', (_, rule, anywhere, moreInNamespace) => {
    expect(wrong(clusterRoles, { rules: [rule] })).toEqual(anywhere);
    expect(wrong(roles, { rules: [rule] })).toEqual([...moreInNamespace, ...anywhere]);
  });

  test('put together from other roles', () => {
    const aggregation = (...clusterRoleSelectors: object[]): Fields => ({ aggregationRule: { clusterRoleSelectors } });
    expect(wrong(clusterRoles, aggregation({ matchLabels: { a: 'b' } }))).toEqual([]);
    expect(wrong(clusterRoles, aggregation())).toEqual([
      'aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil',
    ]);
    expect(wrong(clusterRoles, aggregation({}, { matchExpressions: [{ key: 'a', operator: 'Is' }] }))).toEqual([
      'aggregationRule.clusterRoleSelectors[1].matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
      'aggregationRule.clusterRoleSelectors[1]: Invalid value: null: invalid label selector.',
    ]);
  });
});

const reader = { kind: 'Role', name: 'reader' };
const ada = { kind: 'User', name: 'ada' };

test('the group of role and subjects is filled in', () => {
  const subjects = [
    ada,
    { kind: 'Group', name: 'staff' },
    { kind: 'ServiceAccount', name: 'bot' },
    { kind: 'User', apiGroup: 'x' },
  ];
  const binding = stored(roleBindings, { roleRef: reader, subjects });
  expect(binding.roleRef).toEqual({ ...reader, apiGroup: group });
  expect(binding.subjects?.map(({ apiGroup }) => apiGroup)).toEqual([group, group, undefined, 'x']);
});

describe('bindings', () => {
  test.each<[string, Fields, string[], string[]]>([
    [
      'to a role',
      { roleRef: reader, subjects: [ada] },
      [],
      ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
    ],
    ['to a cluster role', { roleRef: { ...reader, kind: 'ClusterRole' } }, [], []],
    [
      'to nothing',
      {},
      ['roleRef.kind: Unsupported value: "": supported values: "Role", "ClusterRole"', 'roleRef.name: Required value'],
      ['roleRef.kind: Unsupported value: "": supported values: "ClusterRole"', 'roleRef.name: Required value'],
    ],
    [
      'to something else',
      { roleRef: { kind: 'ClusterRole', name: 'a/b', apiGroup: 'x' } },
      [
        `roleRef.apiGroup: Unsupported value: "x": supported values: "${group}"`,
        'roleRef.name: Invalid value: "a/b": may not contain \'/\'',
      ],
      [
        `roleRef.apiGroup: Unsupported value: "x": supported values: "${group}"`,
        'roleRef.name: Invalid value: "a/b": may not contain \'/\'',
      ],
    ],
  ])('%s', (_, fields, here, everywhere) => {
    expect(wrong(roleBindings, fields)).toEqual(here);
    expect(wrong(clusterRoleBindings, fields)).toEqual(everywhere);
  });

  const roleRef = { kind: 'ClusterRole', name: 'reader' };
  test.each<[object, string[]]>([
    [{ kind: 'ServiceAccount', name: 'bot', namespace: 'default' }, []],
    [
      { kind: 'ServiceAccount', name: 'b', namespace: 'a', apiGroup: 'x' },
      ['apiGroup: Unsupported value: "x": supported values: ""'],
    ],
    [{ kind: 'User' }, ['name: Required value']],
    [{ kind: 'Group', name: 'g', apiGroup: 'x' }, [`apiGroup: Unsupported value: "x": supported values: "${group}"`]],
    [{ kind: 'Cat', name: 'g' }, ['kind: Unsupported value: "Cat": supported values: "ServiceAccount", "User", "Group"']],
  ])('subject %j', (subject, expected) => {
    for (const resource of [roleBindings, clusterRoleBindings])
      expect(wrong(resource, { roleRef, subjects: [subject] })).toEqual(expected.map((line) => `subjects[0].${line}`));
  });

  test('a service account has a namespace, which that of the binding is not everywhere', () => {
    const fields = { roleRef, subjects: [{ kind: 'ServiceAccount', name: 'B' }] };
    const name = expect.stringContaining('subjects[0].name: Invalid value: "B": a lowercase RFC 1123 subdomain');
    expect(wrong(roleBindings, fields)).toEqual([name]);
    expect(wrong(clusterRoleBindings, fields)).toEqual([name, 'subjects[0].namespace: Required value']);
  });

  test('the role stays', () => {
    const changed = { ...roleRef, name: 'writer' };
    for (const resource of [roleBindings, clusterRoleBindings]) {
      expect(wrongChange(resource, { roleRef }, { roleRef, subjects: [ada] })).toEqual([]);
      expect(wrongChange(resource, { roleRef }, { roleRef: changed })).toEqual([
        `roleRef: Invalid value: {"APIGroup":"${group}","Kind":"ClusterRole","Name":"writer"}: cannot change roleRef`,
      ]);
    }
  });
});

test('columns', () => {
  for (const resource of [roles, clusterRoles])
    expect(row(resource, { rules: [] })).toEqual([
      ['Name', 'web'],
      ['Created At', '2026-05-01T11:00:00Z'],
    ]);
  const subjects = [
    ada,
    { kind: 'User', name: 'eve' },
    { kind: 'Group', name: 'staff' },
    { kind: 'ServiceAccount', namespace: 'x', name: 'bot' },
  ];
  for (const resource of [roleBindings, clusterRoleBindings])
    expect(row(resource, { roleRef: reader, subjects })).toEqual([
      ['Name', 'web'],
      ['Role', 'Role/reader'],
      ['Age', '60m'],
      ['Users*', 'ada, eve'],
      ['Groups*', 'staff'],
      ['ServiceAccounts*', 'x/bot'],
    ]);
});
