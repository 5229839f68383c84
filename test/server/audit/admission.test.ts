import { beforeEach, describe, expect, test } from 'vitest';
import { builtinPlugins } from '../../../src/admission/index.ts';
import { fakeWebhooks, patched } from '../../support/webhooks.ts';
import { testCluster, type TestCluster } from '../support/cluster.ts';
import { audited, configMap, earlier, everything, path } from './support.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster({ admission: builtinPlugins });
});

describe('what admission says', () => {
  test('about Pod Security', async () => {
    const labels = { 'pod-security.kubernetes.io/enforce': 'baseline', 'pod-security.kubernetes.io/audit': 'restricted' };
    await cluster.ok('POST', '/api/v1/namespaces', { metadata: { name: 'held', labels } });
    await cluster.ok('POST', '/api/v1/namespaces/held/serviceaccounts', { metadata: { name: 'default' } });
    const { send, events } = audited(cluster, everything('Metadata', { omitStages: earlier }));
    const spec = { containers: [{ name: 'a', image: 'a' }] };
    const post = (more: object = {}) =>
      send('POST', '/api/v1/namespaces/held/pods', { body: { metadata: { name: 'a' }, spec: { ...spec, ...more } } });
    expect((await post()).status).toBe(201);
    expect(events()[0]!.annotations).toEqual({
      'authorization.k8s.io/decision': 'allow',
      'authorization.k8s.io/reason': '',
      'pod-security.kubernetes.io/enforce-policy': 'baseline:latest',
      'pod-security.kubernetes.io/audit-violations': expect.stringMatching(/^would violate PodSecurity "restricted:latest": allowPrivilegeEscalation/),
    });
    expect((await post({ hostNetwork: true })).status).toBe(403);
    expect(events()[0]!.annotations).toMatchObject({
      'authorization.k8s.io/decision': 'allow',
      'pod-security.kubernetes.io/enforce-policy': 'baseline:latest',
    });
  });

  test('about webhooks: what they said, who changed the object, and who was passed over', async () => {
    const rules = [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }];
    const hook = (name: string, more: object = {}) => ({
      name,
      rules,
      clientConfig: { url: `https://${name}/` },
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      ...more,
    });
    const webhooks = fakeWebhooks({
      'https://a.example.com/': () => ({ ...patched({ op: 'add', path: '/data', value: { k: 'v' } }), auditAnnotations: { said: 'yes' } }),
      'https://c.example.com/': () => ({ allowed: true }),
    });
    cluster = await testCluster({ admission: builtinPlugins, webhooks });
    const group = '/apis/admissionregistration.k8s.io/v1';
    await cluster.ok('POST', `${group}/mutatingwebhookconfigurations`, {
      metadata: { name: 'm' },
      webhooks: [hook('a.example.com'), hook('gone.example.com', { failurePolicy: 'Ignore' }), hook('c.example.com')],
    });
    await cluster.ok('POST', `${group}/validatingwebhookconfigurations`, {
      metadata: { name: 'v' },
      webhooks: [hook('away.example.com', { failurePolicy: 'Ignore' })],
    });
    const { send, events } = audited(cluster, everything('Metadata', { omitStages: earlier }));
    expect((await send('POST', path, { body: configMap('a') })).status).toBe(201);
    const mutated = (webhook: string, changed: boolean) => JSON.stringify({ configuration: 'm', webhook, mutated: changed });
    expect(events()[0]!.annotations).toEqual({
      'authorization.k8s.io/decision': 'allow',
      'authorization.k8s.io/reason': '',
      'a.example.com/said': 'yes',
      'mutation.webhook.admission.k8s.io/round_0_index_0': mutated('a.example.com', true),
      'mutation.webhook.admission.k8s.io/round_0_index_1': mutated('gone.example.com', false),
      'failed-open.mutation.webhook.admission.k8s.io/round_0_index_1': 'gone.example.com',
      'mutation.webhook.admission.k8s.io/round_0_index_2': mutated('c.example.com', false),
      'failed-open.validating.webhook.admission.k8s.io/round_0_index_0': 'away.example.com',
    });
  });

  test('in audit annotations of a policy', async () => {
    const group = '/apis/admissionregistration.k8s.io/v1';
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['configmaps'] };
    await cluster.ok('POST', `${group}/validatingadmissionpolicies`, {
      metadata: { name: 'p.example.com' },
      spec: {
        matchConstraints: { resourceRules: [rule] },
        validations: [{ expression: "object.metadata.name != 'bad'" }],
        auditAnnotations: [{ key: 'named', valueExpression: "'is ' + string(object.metadata.name)" }],
      },
    });
    const spec = { policyName: 'p.example.com', validationActions: ['Audit'] };
    await cluster.ok('POST', `${group}/validatingadmissionpolicybindings`, { metadata: { name: 'b' }, spec });
    const { send, events } = audited(cluster, everything('Metadata', { omitStages: earlier }));
    expect((await send('POST', path, { body: configMap('bad') })).status).toBe(201);
    const { annotations } = events()[0]!;
    expect(annotations).toMatchObject({ 'p.example.com/named': 'is bad', 'authorization.k8s.io/decision': 'allow' });
    expect(JSON.parse(annotations!['validation.policy.admission.k8s.io/validation_failure']!)).toMatchObject([
      { policy: 'p.example.com', binding: 'b', expressionIndex: 0, validationActions: ['Audit'] },
    ]);
  });
});
