import { expect, test } from 'vitest';
import { resourceNamed } from '../../src/history/kinds.ts';
import { manifestOf } from '../../src/history/manifest.ts';
import { parseMoment } from '../../src/history/moment.ts';
import { byRank } from '../../src/history/order.ts';
import type { KubeObject } from '../../src/machinery/meta.ts';

const object = (metadata: object, more: object = {}) => ({ apiVersion: 'v1', kind: 'K', metadata: { name: 'a', ...metadata }, ...more }) as unknown as KubeObject;

test('a manifest is what its author wrote', () => {
  const stored = object(
    {
      uid: 'u',
      resourceVersion: '1',
      generation: 2,
      managedFields: [{}],
      annotations: { 'deployment.kubernetes.io/revision': '1' },
      labels: { a: 'b' },
      finalizers: ['example.dev/f'],
      ownerReferences: [{ name: 'o', uid: 'u' }],
    },
    { spec: { replicas: 1 }, status: { replicas: 1 } },
  );
  expect(manifestOf('deployments.apps', stored)).toEqual({ apiVersion: 'v1', kind: 'K', metadata: { name: 'a', labels: { a: 'b' }, finalizers: ['example.dev/f'] }, spec: { replicas: 1 } });
  expect(stored.metadata.uid).toBe('u');
});

test.each<[string, KubeObject]>([
  ['nodes', object({})],
  ['leases.coordination.k8s.io', object({})],
  ['events', object({})],
  ['pods', object({ ownerReferences: [{ name: 'r', controller: true }] })],
  ['replicasets.apps', object({ ownerReferences: [{ name: 'd', controller: true }] })],
  ['configmaps', object({ name: 'kube-root-ca.crt' })],
  ['configmaps', object({ deletionTimestamp: 'now' })],
  ['serviceaccounts', object({ name: 'default' })],
  ['namespaces', object({ name: 'kube-system' })],
  ['clusterroles.rbac.authorization.k8s.io', object({ labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } })],
  ['endpointslices.discovery.k8s.io', object({ labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' } })],
  ['services', object({ name: 'kubernetes', namespace: 'default' })],
  ['secrets', object({}, { type: 'kubernetes.io/service-account-token' })],
])('is none of %s that the cluster makes', (resource, each) => {
  expect(manifestOf(resource, each)).toBeUndefined();
});

test('keeps the address of a headless Service, and no other', () => {
  expect(manifestOf('services', object({}, { spec: { clusterIP: 'None', clusterIPs: ['None'] } }))).toMatchObject({ spec: { clusterIP: 'None' } });
  expect(manifestOf('services', object({}, { spec: { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ipFamilies: ['IPv4'] } }))).toMatchObject({ spec: {} });
});

test('what others need comes first, and what could refuse them last', () => {
  const resources = ['mutatingwebhookconfigurations.admissionregistration.k8s.io', 'widgets.example.dev', 'pods', 'secrets', 'customresourcedefinitions.apiextensions.k8s.io', 'namespaces'];
  expect(resources.sort(byRank)).toEqual(['namespaces', 'customresourcedefinitions.apiextensions.k8s.io', 'secrets', 'pods', 'widgets.example.dev', 'mutatingwebhookconfigurations.admissionregistration.k8s.io']);
});

test.each([
  ['Deployment', 'deployments.apps'],
  ['deploy', 'deployments.apps'],
  ['deployments.apps', 'deployments.apps'],
  ['pods', 'pods'],
  ['svc', 'services'],
  ['Ingress', 'ingresses.networking.k8s.io'],
  ['widgets.example.dev', 'widgets.example.dev'],
])('%s is called %s', (name, resource) => {
  expect(resourceNamed(name)).toBe(resource);
});

test.each<[string, unknown]>([
  ['12', { revision: 12 }],
  ['0', undefined],
  ['99999999999999999999', undefined],
  ['2026-01-01T00:00:00Z', { time: new Date('2026-01-01T00:00:00Z') }],
  ['2026-01-01t01:00:00.5 01:00', { time: new Date('2026-01-01T00:00:00.500Z') }],
  ['2026-01-01', undefined],
  ['now', undefined],
])('the moment %s', (text, expected) => {
  expect(parseMoment(text)).toEqual(expected);
});
