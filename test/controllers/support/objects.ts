/** Objects for tests: as small as their kinds allow, with whatever the test is about laid over. */
import type { Deployment, DeploymentSpec, DeploymentStatus } from '../../../src/resources/apps/deployment.ts';
import type { ReplicaSet, ReplicaSetSpec, ReplicaSetStatus } from '../../../src/resources/apps/replicaset.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import type { ObjectMeta } from '../../../src/machinery/meta.ts';

export const template = (image = 'web:1', labels: Record<string, string> = { app: 'web' }) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'web', image }] },
});

const meta = (name: string, more: Partial<ObjectMeta> = {}): ObjectMeta => ({
  name,
  namespace: 'default',
  uid: `uid-${name}`,
  resourceVersion: '1',
  generation: 1,
  creationTimestamp: '2026-01-01T00:00:00Z',
  ...more,
});

interface Parts<Spec, Status> {
  metadata?: Partial<ObjectMeta>;
  spec?: Partial<Spec>;
  status?: Partial<Status>;
}

export const deployment = ({ metadata, spec, status }: Parts<DeploymentSpec, DeploymentStatus> = {}): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: meta('web', metadata),
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    template: template(),
    ...spec,
  },
  status: { ...status },
});

export const replicaSet = (
  name: string,
  { metadata, spec, status }: Parts<ReplicaSetSpec, ReplicaSetStatus> = {},
): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: meta(name, { labels: { app: 'web' }, ...metadata }),
  spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: template(), ...spec },
  status: { replicas: 0, ...status },
});

/** A ReplicaSet of that size, all of it available unless said otherwise. */
export const sized = (name: string, replicas: number, available = replicas, metadata: Partial<ObjectMeta> = {}): ReplicaSet =>
  replicaSet(name, {
    metadata,
    spec: { replicas },
    status: { replicas, readyReplicas: available, availableReplicas: available, observedGeneration: 1 },
  });

export const pod = (
  name: string,
  { metadata, spec, status }: { metadata?: Partial<ObjectMeta>; spec?: Partial<Pod['spec']>; status?: Pod['status'] } = {},
): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: meta(name, { labels: { app: 'web' }, ...metadata }),
  spec: { containers: [{ name: 'web', image: 'web:1' }], ...spec },
  status: { phase: 'Running', ...status },
});

export const readyPod = (name: string, since = '2026-01-01T00:00:00Z', more: Parameters<typeof pod>[1] = {}): Pod =>
  pod(name, {
    ...more,
    spec: { nodeName: 'node-0', ...more.spec },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: since }], ...more.status },
  });
