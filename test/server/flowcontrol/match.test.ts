import { describe, expect, test } from 'vitest';
import type { FlowSchema } from '../../../src/resources/flowcontrol/flowschema.ts';
import { mandatoryFlowSchemas } from '../../../src/resources/flowcontrol/mandatory.ts';
import { suggestedFlowSchemas } from '../../../src/resources/flowcontrol/suggested.ts';
import { distinguisherOf, inOrderOfPrecedence, matchesSchema, type RequestInfo } from '../../../src/server/flowcontrol/match.ts';

const schema = (name: string, spec: object) => ({ metadata: { name }, spec }) as FlowSchema;
const schemas = inOrderOfPrecedence([...mandatoryFlowSchemas, ...suggestedFlowSchemas].map(([name, spec]) => schema(name, spec)));

const user = (name: string, ...groups: string[]) => ({ name, groups: [...groups, 'system:authenticated'] });
const account = (namespace: string, name: string) =>
  user(`system:serviceaccount:${namespace}:${name}`, 'system:serviceaccounts', `system:serviceaccounts:${namespace}`);
const about = (group: string, resource: string, namespace = '', subresource = '') => ({
  group,
  resource,
  namespace,
  subresource,
});

describe('the suggested FlowSchemas', () => {
  const node = user('system:node:n', 'system:nodes');
  const manager = user('system:kube-controller-manager');
  test.each<[string, RequestInfo, string]>([
    ['exempt', { user: user('root', 'system:masters'), verb: 'list', resource: about('', 'pods'), path: '/' }, ''],
    ['probes', { user: user('a'), verb: 'get', path: '/readyz' }, ''],
    ['probes', { user: user('a'), verb: 'get', path: '/livez/ping' }, ''],
    ['global-default', { user: user('a'), verb: 'post', path: '/readyz' }, 'a'],
    ['global-default', { user: user('a'), verb: 'get', path: '/readyzzz' }, 'a'],
    [
      'system-leader-election',
      { user: manager, verb: 'update', resource: about('coordination.k8s.io', 'leases', 'kube-system'), path: '/' },
      manager.name,
    ],
    [
      'kube-controller-manager',
      { user: manager, verb: 'delete', resource: about('coordination.k8s.io', 'leases', 'x'), path: '/' },
      'x',
    ],
    ['kube-controller-manager', { user: manager, verb: 'get', path: '/version' }, ''],
    ['system-node-high', { user: node, verb: 'patch', resource: about('', 'nodes', '', 'status'), path: '/' }, node.name],
    [
      'system-node-high',
      { user: node, verb: 'update', resource: about('coordination.k8s.io', 'leases', 'kube-node-lease'), path: '/' },
      node.name,
    ],
    ['system-nodes', { user: node, verb: 'list', resource: about('coordination.k8s.io', 'leases'), path: '/' }, node.name],
    ['system-nodes', { user: node, verb: 'patch', resource: about('', 'pods', 'x', 'status'), path: '/' }, node.name],
    [
      'kube-system-service-accounts',
      { user: account('kube-system', 'coredns'), verb: 'list', resource: about('', 'pods'), path: '/' },
      '',
    ],
    [
      'service-accounts',
      { user: account('default', 'a'), verb: 'list', resource: about('', 'pods'), path: '/' },
      account('default', 'a').name,
    ],
    ['global-default', { user: user('a'), verb: 'list', resource: about('', 'pods'), path: '/' }, 'a'],
  ])('%s', (name, info, distinguisher) => {
    const found = schemas.find((each) => matchesSchema(info, each))!;
    expect(found.metadata.name).toBe(name);
    expect(distinguisherOf(info, found)).toBe(distinguisher);
  });
});

describe('a rule', () => {
  const resourceRule = {
    verbs: ['get'],
    apiGroups: ['apps'],
    resources: ['deployments', 'deployments/scale'],
    namespaces: ['a', 'b'],
  };
  const rule = (more: object = {}) =>
    schema('x', {
      rules: [{ subjects: [{ kind: 'User', user: { name: 'u' } }], resourceRules: [{ ...resourceRule, ...more }] }],
    });
  const asked = (verb: string, ...resource: Parameters<typeof about>): RequestInfo => ({
    user: user('u'),
    verb,
    resource: about(...resource),
    path: '/',
  });
  test.each<[boolean, RequestInfo, object]>([
    [true, asked('get', 'apps', 'deployments', 'a'), {}],
    [true, asked('get', 'apps', 'deployments', 'b', 'scale'), {}],
    [false, asked('get', 'apps', 'deployments', 'b', 'status'), {}],
    [false, asked('list', 'apps', 'deployments', 'a'), {}],
    [false, asked('get', '', 'deployments', 'a'), {}],
    [false, asked('get', 'apps', 'deployments', 'c'), {}],
    [false, asked('get', 'apps', 'deployments'), {}],
    [true, asked('get', 'apps', 'deployments'), { clusterScope: true }],
    [false, asked('get', 'apps', 'deployments'), { namespaces: ['*'] }],
    [true, asked('get', 'apps', 'deployments', 'c'), { namespaces: ['*'] }],
    [false, { ...asked('get', 'apps', 'deployments', 'a'), user: user('v') }, {}],
    [false, { user: user('u'), verb: 'get', path: '/apis/apps' }, {}],
  ])('is about it: %s, %o %o', (expected, info, more) => expect(matchesSchema(info, rule(more))).toBe(expected));

  test('of accounts takes one by its name, and all of a namespace', () => {
    const of = (name: string) =>
      schema('x', {
        rules: [
          {
            subjects: [{ kind: 'ServiceAccount', serviceAccount: { namespace: 'n', name } }],
            resourceRules: [{ ...resourceRule, namespaces: ['*'] }],
          },
        ],
      });
    const info = (namespace: string, name: string): RequestInfo => ({
      ...asked('get', 'apps', 'deployments', 'a'),
      user: account(namespace, name),
    });
    expect([matchesSchema(info('n', 'a'), of('a')), matchesSchema(info('n', 'b'), of('a'))]).toEqual([true, false]);
    expect([matchesSchema(info('n', 'b'), of('*')), matchesSchema(info('n2', 'b'), of('*'))]).toEqual([true, false]);
  });
});

test('of equal precedence, the name decides', () => {
  const all = [
    schema('b', { matchingPrecedence: 5 }),
    schema('a', { matchingPrecedence: 5 }),
    schema('c', { matchingPrecedence: 1 }),
  ];
  expect(inOrderOfPrecedence(all).map(({ metadata }) => metadata.name)).toEqual(['c', 'a', 'b']);
});
