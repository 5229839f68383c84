import { expect, it } from 'vitest';
import { testCluster } from './support/cluster.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const unqualified = (at: string) =>
  `${at}: Invalid value: "hold": name is neither a standard finalizer name nor is it fully qualified`;

it('refuses finalizers without a domain, on create and on update', async () => {
  const { ok, request } = await testCluster();
  const created = await request('POST', configMaps, { metadata: { name: 'a', finalizers: ['hold'] } });
  expect(created.status).toBe(422);
  expect(created.body.message).toBe(`ConfigMap "a" is invalid: ${unqualified('metadata.finalizers[0]')}`);
  const stored = await ok('POST', configMaps, { metadata: { name: 'a', finalizers: ['orphan', 'example.dev/hold'] } });
  stored.metadata.finalizers.push('hold');
  const updated = await request('PUT', `${configMaps}/a`, stored);
  expect(updated.body.message).toBe(`ConfigMap "a" is invalid: ${unqualified('metadata.finalizers[2]')}`);
});

it('refuses them in a status too', async () => {
  const { ok, request } = await testCluster();
  const namespace = await ok('GET', '/api/v1/namespaces/default');
  namespace.metadata.finalizers = ['hold'];
  const answer = await request('PUT', '/api/v1/namespaces/default/status', namespace);
  expect(answer.body.message).toBe(`Namespace "default" is invalid: ${unqualified('metadata.finalizers[0]')}`);
});

it.each([
  ['/apis/coordination.k8s.io/v1/namespaces/default/leases', {}],
  [
    '/apis/policy/v1/namespaces/default/poddisruptionbudgets',
    { spec: { minAvailable: 1, selector: { matchLabels: { app: 'a' } } } },
  ],
  ['/apis/node.k8s.io/v1/runtimeclasses', { handler: 'runc' }],
  ['/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', {}],
])('takes any name where upstream does: %s', async (path, more) => {
  const { ok } = await testCluster();
  const made = await ok('POST', path, { metadata: { name: 'a', finalizers: ['hold'] }, ...more });
  made.metadata.finalizers = ['hold', 'fast'];
  expect((await ok('PUT', `${path}/a`, made)).metadata.finalizers).toEqual(['hold', 'fast']);
});

it('checks what finalize writes into a namespace', async () => {
  const { ok, request } = await testCluster();
  const namespace = await ok('GET', '/api/v1/namespaces/default');
  const finalize = (...finalizers: string[]) =>
    request('PUT', '/api/v1/namespaces/default/finalize', { ...namespace, spec: { finalizers } });
  const refused = await finalize('kubernetes', 'hold');
  expect(refused.status).toBe(422);
  expect(refused.body.message).toBe(`Namespace "default" is invalid: ${unqualified('spec.finalizers[1]')}`);
  expect((await finalize('kubernetes', 'example.dev/hold')).body.spec.finalizers).toEqual(['kubernetes', 'example.dev/hold']);
});
