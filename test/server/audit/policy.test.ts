import { describe, expect, test } from 'vitest';
import type { Attributes } from '../../../src/authz/authorizer.ts';
import { auditEvaluator, reaches, type AuditPolicy, type AuditStage } from '../../../src/server/audit/policy.ts';

type Rule = Omit<AuditPolicy['rules'][number], 'level'>;

const tim = { name: 'tim', groups: ['humans', 'testers'] };
const pod = {
  user: tim,
  verb: 'get',
  group: '',
  version: 'v1',
  resource: 'pods',
  subresource: '',
  namespace: 'default',
  name: 'busybox',
};
const podLog = { ...pod, subresource: 'log' };
const scale = { ...pod, group: 'apps', resource: 'deployments', subresource: 'scale' };
const role = { ...pod, group: 'rbac.authorization.k8s.io', resource: 'clusterroles', namespace: '', name: 'edit' };
const logs: Attributes = { user: tim, verb: 'get', path: '/logs/kubelet.log' };
const metrics: Attributes = { user: tim, verb: 'get', path: '/metrics' };
const core = (...resources: string[]) => [{ group: '', resources }];

test.each<[string, Rule, Attributes, boolean]>([
  ['nothing said', {}, pod, true],
  ['nothing said', {}, metrics, true],
  ['empty lists say nothing', { users: [], verbs: [], resources: [], namespaces: [], nonResourceURLs: [], userGroups: [] }, pod, true],
  ['a user', { users: ['tim'] }, pod, true],
  ['another user', { users: ['ann'] }, pod, false],
  ['one of the groups', { userGroups: ['x', 'testers'] }, pod, true],
  ['none of the groups', { userGroups: ['x'] }, pod, false],
  ['a verb', { verbs: ['list', 'get'] }, pod, true],
  ['another verb', { verbs: ['list'] }, pod, false],
  ['verbs hold for paths too', { verbs: ['get'] }, metrics, true],
  ['all must match', { users: ['tim'], verbs: ['list'] }, pod, false],
  ['a namespace', { namespaces: ['kube-system', 'default'] }, pod, true],
  ['another namespace', { namespaces: ['kube-system'] }, pod, false],
  ['no namespace', { namespaces: [''] }, role, true],
  ['no namespace, but there is one', { namespaces: [''] }, pod, false],
  ['namespaces are about resources', { namespaces: [''] }, metrics, false],
  ['all of a group', { resources: [{ group: '' }] }, podLog, true],
  ['the group left out is core', { resources: [{}] }, pod, true],
  ['the group left out is core', { resources: [{}] }, role, false],
  ['all of another group', { resources: [{ group: 'apps' }] }, pod, false],
  ['any group', { resources: [{ group: '*' }] }, role, true],
  ['resources are not paths', { resources: [{ group: '*' }] }, metrics, false],
  ['a kind', { resources: core('services', 'pods') }, pod, true],
  ['a kind is not its subresource', { resources: core('pods') }, podLog, false],
  ['a subresource', { resources: core('pods/log') }, podLog, true],
  ['a subresource is not its kind', { resources: core('pods/log') }, pod, false],
  ['everything', { resources: core('*') }, podLog, true],
  ['all subresources', { resources: core('pods/*') }, podLog, true],
  ['all subresources, and as upstream the kind', { resources: core('pods/*') }, pod, true],
  ['all subresources of others', { resources: core('services/*') }, podLog, false],
  ['a subresource of any kind', { resources: [{ group: '*', resources: ['*/scale'] }] }, scale, true],
  ['a subresource of any kind', { resources: [{ group: '*', resources: ['*/scale'] }] }, podLog, false],
  ['a name', { resources: [{ resources: ['pods'], resourceNames: ['busybox'] }] }, pod, true],
  ['another name', { resources: [{ resources: ['pods'], resourceNames: ['x'] }] }, pod, false],
  ['the second of two', { resources: [{ group: 'apps' }, { group: '', resources: ['pods'] }] }, pod, true],
  ['a path', { nonResourceURLs: ['/metrics'] }, metrics, true],
  ['the beginning of a path', { nonResourceURLs: ['/logs*'] }, logs, true],
  ['the beginning of another path', { nonResourceURLs: ['/logs*'] }, metrics, false],
  ['not the beginning without a star', { nonResourceURLs: ['/logs'] }, logs, false],
  ['any path', { nonResourceURLs: ['*'] }, logs, true],
  ['paths are not resources', { nonResourceURLs: ['*'] }, pod, false],
])('%s: %j', (_, rule, attributes, matches) => {
  const { level } = auditEvaluator({ rules: [{ level: 'Request', ...rule }] })(attributes);
  expect(level).toBe(matches ? 'Request' : 'None');
});

describe('a policy', () => {
  test('is decided by the first rule that matches', () => {
    const evaluate = auditEvaluator({
      rules: [
        { level: 'None', users: ['ann'] },
        { level: 'RequestResponse', verbs: ['get'] },
        { level: 'Metadata' },
      ],
    });
    expect(evaluate(pod).level).toBe('RequestResponse');
    expect(evaluate({ ...pod, user: { name: 'ann', groups: [] } }).level).toBe('None');
    expect(evaluate({ ...pod, verb: 'list' }).level).toBe('Metadata');
  });

  test.each<[AuditStage[] | undefined, AuditStage[] | undefined, AuditStage[]]>([
    [undefined, undefined, []],
    [['RequestReceived'], undefined, ['RequestReceived']],
    [undefined, ['Panic'], ['Panic']],
    [['RequestReceived', 'Panic'], ['Panic', 'ResponseStarted'], ['RequestReceived', 'Panic', 'ResponseStarted']],
  ])('that omits %j, with a rule that omits %j', (omitStages, own, expected) => {
    const policy = { ...(omitStages && { omitStages }), rules: [{ level: 'Metadata' as const, ...(own && { omitStages: own }) }] };
    expect([...auditEvaluator(policy)(pod).omitStages]).toEqual(expected);
  });

  test.each([
    [undefined, undefined, false],
    [true, undefined, true],
    [true, false, false],
    [false, true, true],
  ])('omits managedFields (%s), with a rule that does (%s): %s', (omitManagedFields, own, expected) => {
    const rule = { level: 'Request' as const, ...(own !== undefined && { omitManagedFields: own }) };
    const policy = { rules: [rule], ...(omitManagedFields !== undefined && { omitManagedFields }) };
    expect(auditEvaluator(policy)(pod).omitManagedFields).toBe(expected);
  });

  test('levels contain each other', () => {
    expect(reaches('Request', 'Metadata')).toBe(true);
    expect(reaches('Request', 'Request')).toBe(true);
    expect(reaches('Request', 'RequestResponse')).toBe(false);
    expect(reaches('None', 'Metadata')).toBe(false);
  });
});
