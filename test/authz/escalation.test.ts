import { expect, test } from 'vitest';
import { uncovered } from '../../src/authz/covers.ts';
import { describeRule, escalationOf, fullAuthority } from '../../src/authz/escalation.ts';
import type { PolicyRule } from '../../src/resources/rbac/policy-rule.ts';
import { paths, Policy, rule } from './support.ts';

const shown = (rules: readonly PolicyRule[]) => rules.map(describeRule);

test.each<[string, PolicyRule[], PolicyRule[], PolicyRule[]]>([
  ['the same', [rule('get', 'v1', 'a')], [rule('get', 'v1', 'a')], []],
  ['in pieces', [rule('delete', 'v1', 'a'), rule('create', 'v1', 'a')], [rule('delete,create', 'v1', 'a')], []],
  ['groups in pieces', [rule('create', 'a', 'r'), rule('create', 'b', 'r')], [rule('create', 'a,b', 'r')], []],
  ['a part', [rule('get', 'v1', 'a')], [rule('get', 'v1', 'a,b')], [rule('get', 'v1', 'b')]],
  ['all verbs', [rule('*', 'v1', 'a')], [rule('get,list', 'v1', 'a')], []],
  ['not all verbs', [rule('get,list', 'v1', 'a')], [rule('*', 'v1', 'a')], [rule('*', 'v1', 'a')]],
  ['all groups', [rule('get', '*', 'a')], [rule('get', 'x', 'a')], []],
  ['all resources', [rule('get', 'v1', '*')], [rule('get', 'v1', 'a,b/c')], []],
  ['subresources of all', [rule('get', 'v1', '*/scale')], [rule('get', 'v1', 'a/scale,b/scale')], []],
  ['not those of all', [rule('get', 'v1', '*/scale')], [rule('get', 'v1', 'a/log')], [rule('get', 'v1', 'a/log')]],
  ['a resource is not its parts', [rule('get', 'v1', 'a')], [rule('get', 'v1', 'a/log')], [rule('get', 'v1', 'a/log')]],
  ['no names cover names', [rule('get', 'v1', 'a')], [rule('get', 'v1', 'a', 'x')], []],
  ['names in pieces', [rule('get', 'v1', 'a', 'x'), rule('get', 'v1', 'a', 'y')], [rule('get', 'v1', 'a', 'x,y')], []],
  ['names do not cover all', [rule('get', 'v1', 'a', 'x')], [rule('get', 'v1', 'a')], [rule('get', 'v1', 'a')]],
  ['paths', [paths('get', '/a')], [paths('get', '/a,/b')], [paths('get', '/b')]],
  ['paths by a star', [paths('*', '/a/*')], [paths('get', '/a/b,/a/*')], []],
  ['a path does not cover a star', [paths('get', '/a')], [paths('get', '/a*')], [paths('get', '/a*')]],
  ['resources do not cover paths', [rule('*', '*', '*')], [paths('get', '/a')], [paths('get', '/a')]],
  ['paths do not cover resources', [paths('*', '*')], [rule('get', '', 'a')], [rule('get', '', 'a')]],
])('what is not covered: %s', (_, held, wanted, missing) => {
  expect(shown(uncovered(held, wanted))).toEqual(shown(missing));
});

test('what is missing is told in upstream’s words', () => {
  const policy = new Policy()
    .clusterRole('r', rule('get', '', 'pods'))
    .role('ns', 'local', rule('list', '', 'pods'))
    .bind('r', 'User:ann')
    .bindIn('ns', 'Role', 'local', 'Group:staff');
  const ann = { name: 'ann', groups: ['staff', 'system:authenticated'] };
  const wanted = [rule('get,list,watch,delete', '', 'pods,secrets', 'x'), paths('get,post', '/z')];
  expect(escalationOf(ann, 'ns', wanted, policy)).toBe(
    [
      'user "ann" (groups=["staff" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:',
      '{APIGroups:[""], Resources:["pods"], ResourceNames:["x"], Verbs:["watch" "delete"]}',
      '{APIGroups:[""], Resources:["secrets"], ResourceNames:["x"], Verbs:["get" "list" "watch" "delete"]}',
      '{NonResourceURLs:["/z"], Verbs:["get"]}',
      '{NonResourceURLs:["/z"], Verbs:["post"]}',
    ].join('\n'),
  );
  expect(escalationOf(ann, 'ns', [rule('get,list', '', 'pods')], policy)).toBeUndefined();
  expect(escalationOf(ann, 'other', [rule('list', '', 'pods')], policy)).toContain('Verbs:["list"]');
  policy.bind('gone', 'User:ann');
  expect(escalationOf(ann, 'ns', fullAuthority, policy)).toMatch(
    /; resolution errors: \[clusterrole.rbac.authorization.k8s.io "gone" not found\]$/,
  );
});
