import { describe, expect, test } from 'vitest';
import type { ResourceAttributes } from '../../src/authz/authorizer.ts';
import { nodeAuthorizer } from '../../src/authz/node-authorizer.ts';
import { persistentVolumes } from '../../src/resources/core/persistentvolume.ts';
import { persistentVolumeClaims } from '../../src/resources/core/persistentvolumeclaim.ts';
import { pods } from '../../src/resources/core/pod.ts';
import { resourceSlices } from '../../src/resources/resource/resourceslice.ts';
import { volumeAttachments } from '../../src/resources/storage/volumeattachment.ts';
import { podsOn } from '../server/support/cluster.ts';
import { asks, Objects } from './support.ts';

const container = (name: string, more: object) => ({ name, image: 'i', ...more });
const secretKey = (name: string) => ({ env: [{ name: 'E', valueFrom: { secretKeyRef: { name, key: 'k' } } }] });

/** A pod that uses one of everything. */
const web = {
  metadata: { name: 'web', namespace: 'ns' },
  spec: {
    nodeName: 'n1',
    serviceAccountName: 'bot',
    imagePullSecrets: [{ name: 'pull' }],
    initContainers: [container('i', secretKey('init-env'))],
    containers: [
      container('c', { envFrom: [{ secretRef: { name: 'from' } }, { configMapRef: { name: 'config-from' } }] }),
      container('d', { env: [{ name: 'E', valueFrom: { configMapKeyRef: { name: 'config-env', key: 'k' } } }] }),
    ],
    volumes: [
      { name: 'a', secret: { secretName: 'volume' } },
      { name: 'b', configMap: { name: 'config-volume' } },
      { name: 'c', projected: { sources: [{ secret: { name: 'projected' } }, { configMap: { name: 'config-projected' } }] } },
      { name: 'd', persistentVolumeClaim: { claimName: 'claim' } },
      { name: 'scratch', ephemeral: { volumeClaimTemplate: { spec: {} } } },
      { name: 'e', csi: { driver: 'x', nodePublishSecretRef: { name: 'published' } } },
    ],
    resourceClaims: [{ name: 'x', resourceClaimName: 'device' }, { name: 'y', resourceClaimTemplateName: 't' }],
  },
  status: { resourceClaimStatuses: [{ name: 'y', resourceClaimName: 'made' }] },
};
const mirror = {
  metadata: { name: 'mirror', namespace: 'ns', annotations: { 'kubernetes.io/config.mirror': 'x' } },
  spec: { nodeName: 'n2', containers: [], volumes: [{ name: 'a', secret: { secretName: 'volume' } }] },
};
const volume = (name: string, claim: string, secret: string) => ({
  metadata: { name },
  spec: {
    claimRef: { namespace: 'ns', name: claim },
    csi: { driver: 'x', nodeStageSecretRef: { namespace: 'vault', name: secret }, controllerPublishSecretRef: { namespace: 'vault', name: 'publish' } },
  },
});
const objects = new Objects()
  .put(pods, web)
  .put(pods, mirror)
  .put(persistentVolumeClaims, { metadata: { name: 'claim', namespace: 'ns' }, spec: { volumeName: 'pv' } })
  .put(persistentVolumeClaims, { metadata: { name: 'ns-scratch', namespace: 'ns' }, spec: {} })
  .put(persistentVolumes, volume('pv', 'claim', 'staged'))
  .put(persistentVolumes, volume('other', 'another', 'secret'))
  .put(volumeAttachments, { metadata: { name: 'va1' }, spec: { nodeName: 'n1' } })
  .put(resourceSlices, { metadata: { name: 's1' }, spec: { nodeName: 'n1' } });

const authorizer = nodeAuthorizer(podsOn(objects));
const node = (name: string) => ({ name: `system:node:${name}`, groups: ['system:nodes'] });
const decide = (who: string, request: string, namespace = '', fields?: Record<string, string>) =>
  authorizer.authorize({ ...asks(node(who), request, namespace), ...(fields && { fields }) } as ResourceAttributes, objects);
const unrelated = (name: string) => `no relationship found between node '${name}' and this object`;

test('it is about nodes only', () => {
  const ask = (name: string, groups: string[]) => authorizer.authorize(asks({ name, groups }, 'list services'), objects);
  expect(ask('ann', ['system:nodes'])).toEqual({ decision: 'no-opinion', reason: '' });
  expect(ask('system:node:n1', [])).toEqual({ decision: 'no-opinion', reason: '' });
  expect(ask('system:node:', ['system:nodes'])).toEqual({ decision: 'no-opinion', reason: 'unknown node for user "system:node:"' });
  expect(ask('system:node:n1', ['system:nodes']).decision).toBe('allow');
});

describe('what a node reads because of its pods', () => {
  test.each([
    ...['pull', 'init-env', 'from', 'volume', 'projected', 'published'].map((name) => `get secrets ${name}`),
    ...['config-from', 'config-env', 'config-volume', 'config-projected'].map((name) => `get configmaps ${name}`),
    'list secrets volume',
    'watch configmaps config-env',
    'get serviceaccounts bot',
    'create serviceaccounts/token bot',
    'get persistentvolumeclaims claim',
    'get persistentvolumeclaims web-scratch',
    'patch persistentvolumeclaims/status claim',
    'get persistentvolumes pv',
    'get resourceclaims.resource.k8s.io device',
    'get resourceclaims.resource.k8s.io made',
    'get pods web',
  ])('%s', (request) => {
    const namespace = request.includes('persistentvolumes ') ? '' : 'ns';
    expect(decide('n1', request, namespace)).toEqual({ decision: 'allow', reason: '' });
    // Another node has nothing to do with it, though a pod that it made itself says so.
    expect(decide('n2', request, namespace)).toEqual({ decision: 'no-opinion', reason: unrelated('n2') });
    if (namespace) expect(decide('n1', request, 'other').decision).toBe('no-opinion');
  });

  test('secrets of volumes, but not those of their controllers', () => {
    expect(decide('n1', 'get secrets staged', 'vault').decision).toBe('allow');
    expect(decide('n1', 'get secrets publish', 'vault').decision).toBe('no-opinion');
    expect(decide('n1', 'get secrets secret', 'vault').decision).toBe('no-opinion');
    expect(decide('n2', 'get secrets staged', 'vault').decision).toBe('no-opinion');
  });
});

test.each<[string, string, string]>([
  ['get secrets', 'ns', 'No Object name found'],
  ['delete secrets volume', 'ns', 'can only read resources of this type'],
  ['get secrets/x volume', 'ns', 'cannot read subresource'],
  ['list secrets', '', 'can only read namespaced object of this type'],
  ['list persistentvolumes', '', 'can only get individual resources of this type'],
  ['get persistentvolumes/status pv', '', 'cannot get subresource'],
  ['create persistentvolumeclaims/status claim', 'ns', 'can only get/update/patch this type'],
  ['create serviceaccounts', 'ns', 'can only create tokens for individual service accounts'],
  ['create serviceaccounts bot', 'ns', 'can only create token subresource of serviceaccount'],
  ['list serviceaccounts', 'ns', 'can only create tokens for individual service accounts'],
  ['list leases.coordination.k8s.io', 'kube-node-lease', 'can only get, create, update, patch, or delete a node lease'],
  ['get leases.coordination.k8s.io n1', 'ns', 'can only access leases in the "kube-node-lease" system namespace'],
  ['get leases.coordination.k8s.io n2', 'kube-node-lease', 'can only access node lease with the same name as the requesting node'],
  ['list csinodes.storage.k8s.io', '', 'can only get, create, update, patch, or delete a CSINode'],
  ['get csinodes.storage.k8s.io n2', '', 'can only access CSINode with the same name as the requesting node'],
  ['get resourceslices.resource.k8s.io s2', '', unrelated('n1')],
  ['list resourceslices.resource.k8s.io', '', 'can only list/watch/deletecollection resourceslices with nodeName field selector'],
  ['get volumeattachments.storage.k8s.io va2', '', unrelated('n1')],
  ['list nodes', '', "node 'n1' cannot read all nodes, only its own Node object"],
  ['get nodes n2', '', "node 'n1' cannot read 'n2', only its own Node object"],
  ['delete nodes n1', '', ''],
  ['list pods', 'ns', 'can only list/watch pods with spec.nodeName field selector'],
  ['list pods mirror', 'ns', unrelated('n1')],
  ['patch pods web', 'ns', ''],
  ['create pods/exec web', 'ns', ''],
  ['create deployments.apps', 'ns', ''],
  ['escalate clusterroles.rbac.authorization.k8s.io', '', ''],
])('a node may not %s in "%s"', (request, namespace, reason) => {
  expect(decide('n1', request, namespace)).toEqual({ decision: 'no-opinion', reason });
});

test.each<[string, string]>([
  ['create leases.coordination.k8s.io', 'kube-node-lease'],
  ['patch leases.coordination.k8s.io n1', 'kube-node-lease'],
  ['get csinodes.storage.k8s.io n1', ''],
  ['get resourceslices.resource.k8s.io s1', ''],
  ['create resourceslices.resource.k8s.io', ''],
  ['get volumeattachments.storage.k8s.io va1', ''],
  ['create nodes', ''],
  ['get nodes n1', ''],
  ['patch nodes/status n1', ''],
  ['get pods web', 'ns'],
  ['list pods web', 'ns'],
  ['create pods', 'ns'],
  ['delete pods web', 'ns'],
  ['patch pods/status web', 'ns'],
  ['create pods/eviction web', 'ns'],
  ['create events', 'ns'],
  ['list services', ''],
  ['watch runtimeclasses.node.k8s.io', ''],
])('a node may %s in "%s"', (request, namespace) => {
  expect(decide('n1', request, namespace)).toEqual({ decision: 'allow', reason: '' });
});

test('lists are of what is the node’s', () => {
  const own = { 'spec.nodeName': 'n1' };
  for (const request of ['list pods', 'watch pods', 'deletecollection resourceslices.resource.k8s.io']) {
    expect(decide('n1', request, '', own).decision).toBe('allow');
    expect(decide('n2', request, '', own).decision).toBe('no-opinion');
  }
});
