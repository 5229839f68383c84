import { describe, expect, it } from 'vitest';
import type { Attributes, Authorizer } from '../../src/authz/authorizer.ts';
import { isResourceAttributes } from '../../src/authz/authorizer.ts';
import { admin, testCluster } from './support/cluster.ts';

const allowing: Authorizer = {
  authorize: () => ({ decision: 'allow', reason: '' }),
  rulesFor: () => ({ resourceRules: [], nonResourceRules: [], incomplete: false }),
};
const whoAmI = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

async function ask(headers: Record<string, string>, options: Parameters<typeof testCluster>[0] = {}, user = admin) {
  const { status, body } = await (await testCluster(options)).request('POST', whoAmI, {}, { headers, user });
  return status === 201 ? body.status.userInfo : [status, body.message];
}

describe('impersonation', () => {
  it.each([
    ['a user', { 'impersonate-user': 'bob' }, { username: 'bob', groups: ['system:authenticated'] }],
    [
      'a user with everything',
      {
        'impersonate-user': 'bob',
        'impersonate-group': 'g1, g2',
        'impersonate-uid': 'u1',
        'impersonate-extra-acme.com%2fproject': 'a, b',
      },
      { username: 'bob', uid: 'u1', groups: ['g1', 'g2', 'system:authenticated'], extra: { 'acme.com/project': ['a', 'b'] } },
    ],
    [
      'a ServiceAccount',
      { 'impersonate-user': 'system:serviceaccount:ns:bot' },
      {
        username: 'system:serviceaccount:ns:bot',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:ns', 'system:authenticated'],
      },
    ],
    [
      'a ServiceAccount with groups',
      { 'impersonate-user': 'system:serviceaccount:ns:bot', 'impersonate-group': 'system:authenticated' },
      { username: 'system:serviceaccount:ns:bot', groups: ['system:authenticated'] },
    ],
    ['nobody', { 'impersonate-user': 'system:anonymous' }, { username: 'system:anonymous', groups: ['system:unauthenticated'] }],
    [
      'somebody unauthenticated',
      { 'impersonate-user': 'bob', 'impersonate-group': 'system:unauthenticated' },
      { username: 'bob', groups: ['system:unauthenticated'] },
    ],
    ['a group alone', { 'impersonate-group': 'g' }, [400, 'requested groups without impersonating a user name']],
    ['a uid alone', { 'impersonate-uid': 'u' }, [400, 'requested a UID without impersonating a user name']],
    ['an extra alone', { 'impersonate-extra-a': 'b' }, [400, 'requested a without impersonating a user name']],
  ])('of %s', async (_, headers, answer) => {
    expect(await ask(headers as Record<string, string>, { authorizer: allowing })).toEqual(answer);
  });

  /** Allows what is listed, as `VERB RESOURCE/SUBRESOURCE.GROUP NAMESPACE/NAME`, and notes what it is asked. */
  function knowing(allowed: readonly string[] | 'everything', asked: string[] = []): Authorizer {
    return {
      ...allowing,
      authorize(attributes: Attributes) {
        const { verb } = attributes;
        const text = isResourceAttributes(attributes)
          ? `${verb} ${attributes.resource}/${attributes.subresource}.${attributes.group} ${attributes.namespace}/${attributes.name}`
          : `${verb} ${attributes.path}`;
        if (verb.startsWith('impersonate')) asked.push(text);
        const isAllowed = allowed === 'everything' || allowed.includes(text) || !verb.startsWith('impersonate');
        return { decision: isAllowed ? 'allow' : 'no-opinion', reason: '' };
      },
    };
  }

  const onReview = (mode: string) => `impersonate-on:${mode}:create selfsubjectreviews/.authentication.k8s.io /`;
  const bot = 'system:serviceaccount:ns:bot';
  const everything = {
    'impersonate-user': 'bob',
    'impersonate-group': 'g',
    'impersonate-uid': 'u',
    'impersonate-extra-acme.io%2fk': 'v, w',
  };

  it.each<[string, Record<string, string>, string[]]>([
    [
      'of a user',
      everything,
      [
        onReview('user-info'),
        'impersonate:user-info users/.authentication.k8s.io /bob',
        'impersonate:user-info uids/.authentication.k8s.io /u',
        'impersonate:user-info groups/.authentication.k8s.io /g',
        'impersonate:user-info userextras/acme.io/k.authentication.k8s.io /v',
        'impersonate:user-info userextras/acme.io/k.authentication.k8s.io /w',
      ],
    ],
    [
      'of a ServiceAccount',
      { 'impersonate-user': bot },
      [onReview('serviceaccount'), 'impersonate:serviceaccount serviceaccounts/.authentication.k8s.io ns/bot'],
    ],
    [
      'of a node',
      { 'impersonate-user': 'system:node:n1' },
      [onReview('arbitrary-node'), 'impersonate:arbitrary-node nodes/.authentication.k8s.io /n1'],
    ],
  ])('asks the authorizer about each part %s', async (_, headers, expected) => {
    const asked: string[] = [];
    await ask(headers, { authorizer: knowing('everything', asked) });
    expect(asked).toEqual(expected);
  });

  it('asks in the old way about each part where the new one is refused', async () => {
    const asked: string[] = [];
    const old = ['users/. /bob', 'uids/.authentication.k8s.io /u', 'groups/. /g'].map((each) => `impersonate ${each}`);
    const extra = ['v', 'w'].map((each) => `impersonate userextras/acme.io/k.authentication.k8s.io /${each}`);
    await ask(everything, { authorizer: knowing([...old, ...extra], asked) });
    expect(asked).toEqual([onReview('user-info'), ...old, ...extra]);
  });

  it.each<[string, Record<string, string>, string[], object | string]>([
    [
      'a node has its group',
      { 'impersonate-user': 'system:node:n1' },
      [onReview('arbitrary-node'), 'impersonate:arbitrary-node nodes/.authentication.k8s.io /n1'],
      { username: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] },
    ],
    [
      'a node in the old way has not',
      { 'impersonate-user': 'system:node:n1' },
      ['impersonate users/. /system:node:n1'],
      { username: 'system:node:n1', groups: ['system:authenticated'] },
    ],
    [
      'a ServiceAccount has its groups',
      { 'impersonate-user': bot },
      [onReview('serviceaccount'), 'impersonate:serviceaccount serviceaccounts/.authentication.k8s.io ns/bot'],
      { username: bot, groups: ['system:serviceaccounts', 'system:serviceaccounts:ns', 'system:authenticated'] },
    ],
    [
      'a right to be somebody is none to do something',
      { 'impersonate-user': 'bob' },
      ['impersonate:user-info users/.authentication.k8s.io /bob'],
      'selfsubjectreviews.authentication.k8s.io is forbidden: User "admin" cannot impersonate-on:user-info:create resource "selfsubjectreviews" in API group "authentication.k8s.io" at the cluster scope',
    ],
    [
      'a right to do something is none to be somebody',
      { 'impersonate-user': 'bob' },
      [onReview('user-info')],
      'users.authentication.k8s.io "bob" is forbidden: User "admin" cannot impersonate:user-info resource "users" in API group "authentication.k8s.io" at the cluster scope',
    ],
    [
      'a ServiceAccount with groups is for the old way',
      { 'impersonate-user': bot, 'impersonate-group': 'g' },
      [onReview('serviceaccount'), 'impersonate:serviceaccount serviceaccounts/.authentication.k8s.io ns/bot'],
      'serviceaccounts "bot" is forbidden: User "admin" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "ns"',
    ],
    [
      'who may do everything is for the old way',
      { 'impersonate-user': 'bob', 'impersonate-group': 'system:masters' },
      [
        onReview('user-info'),
        'impersonate:user-info users/.authentication.k8s.io /bob',
        'impersonate:user-info groups/.authentication.k8s.io /system:masters',
      ],
      'groups.authentication.k8s.io "system:masters" is forbidden: User "admin" cannot impersonate:user-info resource "groups" in API group "authentication.k8s.io" at the cluster scope: impersonating the system:masters group is not allowed',
    ],
    [
      'extras without a domain are for the old way',
      { 'impersonate-user': 'bob', 'impersonate-extra-scopes': 'a' },
      [onReview('user-info'), 'impersonate:user-info users/.authentication.k8s.io /bob'],
      'userextras.authentication.k8s.io is forbidden: User "admin" cannot impersonate:user-info resource "userextras" in API group "authentication.k8s.io" at the cluster scope: impersonating an invalid key in extra is not allowed: extra.key: Invalid value: "scopes": must be a domain-prefixed path (such as "acme.io/foo")',
    ],
  ])('in modes: %s', async (_, headers, allowed, answer) => {
    const expected = typeof answer === 'string' ? [403, answer] : answer;
    expect(await ask(headers, { authorizer: knowing(allowed) })).toEqual(expected);
  });

  it('lets a ServiceAccount be the node that it is on, and no other', async () => {
    const agent = { name: bot, groups: [], extra: { 'authentication.kubernetes.io/node-name': ['n1'] } };
    const authorizer = knowing([
      onReview('associated-node'),
      'impersonate:associated-node nodes/.authentication.k8s.io /*',
    ]);
    expect(await ask({ 'impersonate-user': 'system:node:n1' }, { authorizer }, agent)).toMatchObject({ username: 'system:node:n1' });
    expect(await ask({ 'impersonate-user': 'system:node:n2' }, { authorizer }, agent)).toMatchObject([403, expect.stringContaining('arbitrary-node')]);
    const person = { ...agent, name: 'ann' };
    expect(await ask({ 'impersonate-user': 'system:node:n1' }, { authorizer }, person)).toMatchObject([403, expect.stringContaining('arbitrary-node')]);
  });

  it('is forbidden where the authorizer says so', async () => {
    const authorizer: Authorizer = {
      authorize: ({ verb }) => ({ decision: verb.startsWith('impersonate') ? 'no-opinion' : 'allow', reason: '' }),
      rulesFor: () => ({ resourceRules: [], nonResourceRules: [], incomplete: false }),
    };
    expect(await ask({ 'impersonate-user': 'bob' }, { authorizer })).toEqual([403, expect.stringContaining('cannot impersonate-on:user-info:create')]);
    expect(await ask({}, { authorizer })).toMatchObject({ username: 'admin' });
  });

  it('is no way out of a limited token', async () => {
    const limited = { ...admin, namespaces: ['default'] };
    expect(await ask({ 'impersonate-user': 'bob' }, {}, limited)).toEqual([403, expect.any(String)]);
    expect(await ask({ 'impersonate-user': 'system:serviceaccount:default:bot' }, {}, limited)).toEqual([403, expect.any(String)]);
    // An authorizer that allows it does not lift the limit.
    const authorizer: Authorizer = {
      authorize: ({ verb, user }) => ({ decision: verb.startsWith('impersonate') || !user.namespaces ? 'allow' : 'deny', reason: '' }),
      rulesFor: () => ({ resourceRules: [], nonResourceRules: [], incomplete: false }),
    };
    expect(await ask({ 'impersonate-user': 'bob' }, { authorizer }, limited)).toEqual([403, expect.any(String)]);
  });
});
