import { expect, test } from 'vitest';
import type { Attributes, Authorizer } from '../../src/authz/authorizer.ts';
import { ownRules } from '../../src/authz/own-rules.ts';
import type { Reader } from '../../src/machinery/reader.ts';
import type { UserInfo } from '../../src/machinery/user.ts';

const allowsAll: Authorizer = {
  authorize: () => ({ decision: 'allow', reason: 'inner' }),
  rulesFor: () => ({ resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }], nonResourceRules: [], incomplete: false }),
};
const authorizer = ownRules(allowsAll);
const reader = {} as Reader;
const rules = [
  { verbs: ['patch'], apiGroups: ['apps'], resources: ['deployments', 'deployments/scale'], resourceNames: ['web'] },
  { verbs: ['get'], nonResourceURLs: ['/api/v1'] },
];
const hook: UserInfo = { name: 'hook', groups: ['system:masters'], rules };
const deployment = { user: hook, verb: 'patch', group: 'apps', version: 'v1', resource: 'deployments', subresource: '', namespace: 'default', name: 'web' };

test.each<[string, Attributes, string]>([
  ['what a rule says', deployment, 'allow'],
  ['a subresource that it names', { ...deployment, subresource: 'scale' }, 'allow'],
  ['another subresource', { ...deployment, subresource: 'status' }, 'deny'],
  ['another object', { ...deployment, name: 'api' }, 'deny'],
  ['another verb', { ...deployment, verb: 'delete' }, 'deny'],
  ['another kind', { ...deployment, group: '', resource: 'secrets' }, 'deny'],
  ['a path', { user: hook, verb: 'get', path: '/api/v1' }, 'allow'],
  ['another path', { user: hook, verb: 'get', path: '/metrics' }, 'deny'],
  ['somebody without rules', { ...deployment, user: { name: 'a', groups: [] }, verb: 'delete' }, 'allow'],
  ['nothing at all', { ...deployment, user: { ...hook, rules: [] } }, 'deny'],
])('%s: %#', (_, attributes, decision) => {
  expect(authorizer.authorize(attributes, reader).decision).toBe(decision);
});

test('what is listed is what holds', () => {
  expect(authorizer.rulesFor(hook, 'default', reader)).toEqual({
    resourceRules: [rules[0]],
    nonResourceRules: [rules[1]],
    incomplete: false,
  });
});
