import { describe, expect, test } from 'vitest';
import { rbac } from '../../src/authz/rbac.ts';
import { asks, paths, Policy, rule } from './support.ts';

/** Who asks, what, where, and whether it is allowed. */
type Case = [who: string, request: string, namespace: string, allowed: boolean];

const everything = new Policy()
  .clusterRole('admin', rule('*', '*', '*'))
  .bindIn('ns1', 'ClusterRole', 'admin', 'User:admin', 'Group:admins');
const urls = new Policy()
  .clusterRole('getter', paths('get', '/apis'))
  .clusterRole('any', paths('*', '/apis'))
  .clusterRole('prefix', paths('get', '/apis/*'))
  .clusterRole('all', paths('get', '*'))
  .bind('getter', 'User:foo', 'Group:bar')
  .bind('any', 'User:admin', 'Group:admins')
  .bind('prefix', 'User:prefixed', 'Group:prefixed')
  .bind('all', 'User:all')
  .clusterRole('somewhere', paths('get', '/metrics'))
  .bindIn('ns1', 'ClusterRole', 'somewhere', 'User:local');
const main = new Policy().clusterRole('r', rule('*', '*', 'pods')).bindIn('ns1', 'ClusterRole', 'r', 'User:admin');
const parts = new Policy()
  .clusterRole('r', rule('*', '*', 'pods/status'), rule('*', '*', '*/scale'))
  .bindIn('ns1', 'ClusterRole', 'r', 'User:admin');
const named = new Policy().clusterRole('r', rule('get,update', 'apps', 'deployments', 'web,api')).bind('r', 'User:ann');
const accounts = new Policy()
  .role('ns1', 'reader', rule('get', '', 'pods'))
  .bindIn('ns1', 'Role', 'reader', 'ServiceAccount:bot', 'ServiceAccount:far/ns2')
  .clusterRole('wide', rule('list', '', 'pods'))
  .bind('wide', 'ServiceAccount:lost', 'ServiceAccount:far/ns2');

describe.each<[string, Policy, Case[]]>([
  [
    'everything in a namespace',
    everything,
    [
      ['admin', 'get pods', 'ns1', true],
      ['joe of admins', 'watch foobars', 'ns1', true],
      ['joe of group1,admins', 'watch foobars', 'ns1', true],
      ['admin', 'get pods', 'ns2', false],
      ['admin of admins', 'get nodes', '', false],
      ['joe', 'get pods', 'ns1', false],
    ],
  ],
  [
    'paths',
    urls,
    [
      ['foo', 'get /apis', '', true],
      ['x of bar', 'get /apis', '', true],
      ['admin', 'watch /apis', '', true],
      ['prefixed', 'get /apis/v1/foobar', '', true],
      ['all', 'get /anything', '', true],
      ['foo', 'watch /apis', '', false],
      ['foo', 'get /api/v1', '', false],
      ['prefixed', 'get /apis', '', false],
      ['prefixed', 'get /api/v1', '', false],
      // Paths are in no namespace.
      ['local', 'get /metrics', '', false],
    ],
  ],
  [
    'a resource is not its subresources',
    main,
    [
      ['admin', 'get pods', 'ns1', true],
      ['admin', 'get pods/status', 'ns1', false],
    ],
  ],
  [
    'subresources',
    parts,
    [
      ['admin', 'get pods/status', 'ns1', true],
      ['admin', 'get anything/scale', 'ns1', true],
      ['admin', 'get pods', 'ns1', false],
      ['admin', 'get pods/log', 'ns1', false],
    ],
  ],
  [
    'names and groups',
    named,
    [
      ['ann', 'get deployments.apps web', 'ns', true],
      ['ann', 'update deployments.apps api', '', true],
      ['ann', 'get deployments.apps other', 'ns', false],
      // A list is about no name, unless it selects one.
      ['ann', 'get deployments.apps', 'ns', false],
      ['ann', 'get deployments web', 'ns', false],
      ['ann', 'delete deployments.apps web', 'ns', false],
    ],
  ],
  [
    'accounts',
    accounts,
    [
      ['system:serviceaccount:ns1:bot', 'get pods', 'ns1', true],
      ['system:serviceaccount:ns2:bot', 'get pods', 'ns1', false],
      ['system:serviceaccount:ns2:far', 'get pods', 'ns1', true],
      ['system:serviceaccount:ns2:far', 'list pods', '', true],
      // Outside of namespaces an account has to say which one it is of.
      ['system:serviceaccount::lost', 'list pods', '', false],
      ['bot', 'get pods', 'ns1', false],
    ],
  ],
])('%s', (_, policy, cases) => {
  test.each(cases)('%s: %s in "%s": %s', (who, request, namespace, allowed) => {
    const [name = '', groups] = who.split(' of ');
    const user = { name, ...(groups && { groups: groups.split(',') }) };
    expect(rbac.authorize(asks(user, request, namespace), policy).decision).toBe(allowed ? 'allow' : 'no-opinion');
  });
});

test('the reason names the binding, the role and the subject', () => {
  const reason = (name: string, request: string, policy: Policy) => rbac.authorize(asks({ name }, request, 'ns1'), policy).reason;
  expect(reason('ann', 'get deployments.apps web', named)).toBe(
    'RBAC: allowed by ClusterRoleBinding "r-binding" of ClusterRole "r" to User "ann"',
  );
  expect(reason('system:serviceaccount:ns1:bot', 'get pods', accounts)).toBe(
    'RBAC: allowed by RoleBinding "reader-binding/ns1" of Role "reader" to ServiceAccount "bot/ns1"',
  );
  expect(reason('joe', 'get pods', accounts)).toBe('');
});

test('a role that is not there is told, and others count nevertheless', () => {
  const policy = new Policy().bind('gone', 'User:ann').bindIn('ns', 'Role', 'away', 'User:ann');
  const ask = () => rbac.authorize(asks({ name: 'ann' }, 'get pods', 'ns'), policy);
  const gone = 'clusterrole.rbac.authorization.k8s.io "gone" not found';
  expect(ask().reason).toBe(`RBAC: [${gone}, role.rbac.authorization.k8s.io "away" not found]`);
  expect(rbac.authorize(asks({ name: 'ann' }, 'get pods'), policy).reason).toBe(`RBAC: ${gone}`);
  policy.role('ns', 'away', rule('get', '', 'pods'));
  expect(ask().decision).toBe('allow');
  expect(rbac.rulesFor({ name: 'ann', groups: [] }, 'ns', policy)).toEqual({
    resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
    nonResourceRules: [],
    incomplete: false,
    evaluationError: gone,
  });
});

test('rules are told once a binding, with names and paths', () => {
  const policy = new Policy()
    .clusterRole('r', rule('get', '', 'pods', 'a'), paths('get', '/x'))
    .bind('r', 'User:ann', 'Group:staff', 'Group:crew', 'User:ann');
  expect(rbac.rulesFor({ name: 'ann', groups: ['staff', 'crew'] }, '', policy)).toEqual({
    resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['a'] }],
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }],
    incomplete: false,
  });
});

test('a new binding counts at once, and lists are looked through once a change', () => {
  let read = 0;
  const policy = new Policy().clusterRole('r', rule('get', '', 'pods')).bind('r', 'User:ann');
  const bindings = policy.list({ resource: 'clusterrolebindings.rbac.authorization.k8s.io' } as never) as readonly { subjects?: unknown }[];
  const subjects = bindings[0]!.subjects;
  Object.defineProperty(bindings[0]!, 'subjects', { get: () => (read++, subjects) });
  for (let i = 0; i < 10; i++) rbac.authorize(asks({ name: 'joe' }, 'get pods'), policy);
  expect(read).toBe(1);
  policy.clusterRole('s', rule('get', '', 'pods')).bind('s', 'User:joe');
  expect(rbac.authorize(asks({ name: 'joe' }, 'get pods'), policy).decision).toBe('allow');
});
