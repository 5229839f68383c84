import type { Node } from '../../../src/resources/core/node.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';

let created = 0;

/** A node as scheduler_perf makes them. */
export const benchNode = (name: string, labels: Record<string, string> = {}): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { ...meta(name), labels: { 'kubernetes.io/hostname': name, ...labels } },
  spec: {},
  status: {
    allocatable: { cpu: '4', memory: '32Gi', pods: '110' },
    capacity: { cpu: '4', memory: '32Gi', pods: '110' },
    conditions: [{ type: 'Ready', status: 'True' }],
  },
});

/** A pod as scheduler_perf makes them, with what is particular about it. */
export const benchPod = (
  name: string,
  namespace: string,
  { spec, labels, requests }: { spec?: Partial<Pod['spec']>; labels?: Record<string, string>; requests?: Record<string, string> } = {},
): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  // A parsed object of its own, as the store's are.
  ...(JSON.parse(
    JSON.stringify({
      metadata: { ...meta(name, namespace), ...(labels && { labels }), generation: 1 },
      spec: {
        schedulerName: 'default-scheduler',
        priority: 0,
        containers: [
          {
            name: 'pause',
            image: 'registry.k8s.io/pause:3.10.2',
            ports: [{ containerPort: 80, protocol: 'TCP' }],
            resources: { requests: { cpu: '100m', memory: '500Mi', ...requests }, limits: { cpu: '100m', memory: '500Mi', ...requests } },
          },
        ],
        ...spec,
      },
      status: { phase: 'Pending', qosClass: 'Guaranteed' },
    }),
  ) as Pick<Pod, 'metadata' | 'spec' | 'status'>),
});

const meta = (name: string, namespace?: string) => ({
  name,
  ...(namespace !== undefined && { namespace }),
  uid: `uid-${++created}`,
  resourceVersion: '1',
  creationTimestamp: new Date(Date.UTC(2026, 0, 1) + created * 10).toISOString().replace(/\.\d+Z/, 'Z'),
});
