import { expect, test } from 'vitest';
import { namespaceLimits } from '../../src/authz/namespace-limits.ts';
import type { Attributes, Authorizer, ResourceAttributes } from '../../src/authz/authorizer.ts';
import type { Reader } from '../../src/machinery/reader.ts';
import { createScheme } from '../../src/machinery/scheme.ts';
import { builtinResources } from '../../src/resources/index.ts';

const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
const inner: Authorizer = {
  authorize: () => ({ decision: 'allow', reason: '' }),
  rulesFor: () => ({
    resourceRules: [everything],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
  }),
};
const authorizer = namespaceLimits(createScheme(builtinResources), inner);
const reader: Reader = { get: () => undefined, list: () => [] };
const anybody = { name: 'ann', groups: [] };
const limited = { name: 'eve', groups: [], namespaces: ['mine', 'ours'] };
const decide = (attributes: Attributes) => authorizer.authorize(attributes, reader);
const core = { group: '', version: 'v1', subresource: '', namespace: '', name: '' };
const authorization = { group: 'authorization.k8s.io', verb: 'create' };

type Case = [verb: string, resource: string, more: Partial<ResourceAttributes>, allowed: boolean];
const cases: Case[] = [
  ['create', 'pods', { namespace: 'mine' }, true],
  ['create', 'pods', { namespace: 'theirs' }, false],
  ['list', 'pods', {}, true],
  ['watch', 'pods', {}, true],
  ['deletecollection', 'pods', {}, false],
  ['get', 'nodes', { name: 'n' }, false],
  ['list', 'nodes', {}, false],
  // A review may name a namespace for what is in none.
  ['list', 'nodes', { namespace: 'mine' }, false],
  ['list', 'namespaces', {}, true],
  ['get', 'namespaces', { name: 'mine', namespace: 'mine' }, true],
  ['get', 'namespaces', { name: 'theirs', namespace: 'theirs' }, false],
  ['delete', 'namespaces', { name: 'mine', namespace: 'mine' }, false],
  ['get', 'namespaces', { name: 'mine', namespace: 'mine', subresource: 'status' }, false],
  ['create', 'selfsubjectaccessreviews', authorization, true],
  ['create', 'selfsubjectrulesreviews', authorization, true],
  ['create', 'subjectaccessreviews', authorization, false],
  ['create', 'localsubjectaccessreviews', { ...authorization, namespace: 'mine' }, true],
  ['create', 'selfsubjectreviews', { group: 'authentication.k8s.io' }, true],
  ['create', 'tokenreviews', { group: 'authentication.k8s.io' }, false],
  // Ways to become somebody who has no limits.
  ['create', 'serviceaccounts', { namespace: 'mine', name: 'a', subresource: 'token' }, false],
  ['impersonate', 'serviceaccounts', { namespace: 'mine', name: 'a' }, false],
  ['impersonate', 'users', { name: 'ann' }, false],
  ['impersonate:serviceaccount', 'serviceaccounts', { group: 'authentication.k8s.io', namespace: 'mine', name: 'a' }, false],
  ['impersonate-on:user-info:get', 'pods', { namespace: 'mine', name: 'a' }, false],
  ['get', 'nothings', { group: 'example.com', namespace: 'mine' }, true],
  ['list', 'nothings', { group: 'example.com' }, false],
];

test.each(cases)('a limited token: %s %s %o: %s', (verb, resource, more, allowed) => {
  const reason = 'the token is limited to the namespaces mine, ours';
  expect(decide({ ...core, user: limited, verb, resource, ...more })).toEqual(
    allowed ? { decision: 'allow', reason: '' } : { decision: 'deny', reason },
  );
  expect(decide({ ...core, user: anybody, verb, resource, ...more })).toEqual({ decision: 'allow', reason: '' });
});

test.each([
  ['get', 'allow'],
  ['head', 'allow'],
  ['post', 'deny'],
])('a limited token at paths that are no resource: %s', (verb, decision) => {
  expect(decide({ user: limited, verb, path: '/version' }).decision).toBe(decision);
  expect(decide({ user: anybody, verb, path: '/version' }).decision).toBe('allow');
});

test('rules', () => {
  expect(authorizer.rulesFor(anybody, 'theirs', reader)).toEqual({
    resourceRules: [everything],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
  });
  const own = authorizer.rulesFor(limited, 'mine', reader).resourceRules;
  const foreign = authorizer.rulesFor(limited, 'theirs', reader).resourceRules;
  expect(own).toEqual([everything, ...foreign]);
  expect(foreign).toContainEqual({ ...everything, verbs: ['get', 'list', 'watch'], apiGroups: [''], resources: ['namespaces'], resourceNames: ['mine', 'ours'] });
});
