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

  it('asks the authorizer about each part', async () => {
    const asked: string[] = [];
    const authorizer: Authorizer = {
      authorize(attributes: Attributes) {
        if (isResourceAttributes(attributes) && attributes.verb === 'impersonate') {
          const { user, group, resource, subresource, namespace, name } = attributes;
          asked.push([user.name, group, resource, subresource, namespace, name].join(' | '));
        }
        return { decision: 'allow', reason: '' };
      },
      rulesFor: () => ({ resourceRules: [], nonResourceRules: [], incomplete: false }),
    };
    await ask({ 'impersonate-user': 'bob', 'impersonate-group': 'g', 'impersonate-uid': 'u', 'impersonate-extra-k': 'v, w' }, { authorizer });
    await ask({ 'impersonate-user': 'system:serviceaccount:ns:bot' }, { authorizer });
    expect(asked).toEqual([
      'admin |  | users |  |  | bob',
      'admin |  | groups |  |  | g',
      'admin | authentication.k8s.io | uids |  |  | u',
      'admin | authentication.k8s.io | userextras | k |  | v',
      'admin | authentication.k8s.io | userextras | k |  | w',
      'admin |  | serviceaccounts |  | ns | bot',
    ]);
  });

  it('is forbidden where the authorizer says so', async () => {
    const authorizer: Authorizer = {
      authorize: ({ verb }) => ({ decision: verb === 'impersonate' ? 'no-opinion' : 'allow', reason: '' }),
      rulesFor: () => ({ resourceRules: [], nonResourceRules: [], incomplete: false }),
    };
    expect(await ask({ 'impersonate-user': 'bob' }, { authorizer })).toEqual([
      403,
      'users "bob" is forbidden: User "admin" cannot impersonate resource "users" in API group "" at the cluster scope',
    ]);
    expect(await ask({}, { authorizer })).toMatchObject({ username: 'admin' });
  });

  it('is no way out of a limited token', async () => {
    const limited = { ...admin, namespaces: ['default'] };
    expect(await ask({ 'impersonate-user': 'bob' }, {}, limited)).toEqual([403, expect.any(String)]);
    expect(await ask({ 'impersonate-user': 'system:serviceaccount:default:bot' }, {}, limited)).toEqual([403, expect.any(String)]);
    // An authorizer that allows it does not lift the limit.
    const authorizer: Authorizer = {
      authorize: ({ verb, user }) => ({ decision: verb === 'impersonate' || !user.namespaces ? 'allow' : 'deny', reason: '' }),
      rulesFor: () => ({ resourceRules: [], nonResourceRules: [], incomplete: false }),
    };
    expect(await ask({ 'impersonate-user': 'bob' }, { authorizer }, limited)).toEqual([403, expect.any(String)]);
  });
});
