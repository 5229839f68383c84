import { seededRandom } from '../../src/lib/random.ts';
import type { KubeObject } from '../../src/machinery/meta.ts';
import type { Snapshot } from '../../src/machinery/reader.ts';
import type { Plan } from '../../src/machinery/reconcile.ts';
import type { ResourceDefinition } from '../../src/machinery/resource.ts';
import type { Node } from '../../src/resources/core/node.ts';
import type { Pod } from '../../src/resources/core/pod.ts';
import type { NodeFilter, Plugin, Scorer } from '../../src/scheduler/framework.ts';
import { ClusterCache } from '../../src/scheduler/snapshot/cluster-cache.ts';
import { PassCluster } from '../../src/scheduler/snapshot/pass-cluster.ts';
import { podInfoOf } from '../../src/scheduler/snapshot/pod-info.ts';

let created = 0;
const meta = (name: string, namespace?: string) => ({
  name,
  ...(namespace !== undefined && { namespace }),
  uid: `uid-${++created}`,
  resourceVersion: '1',
  creationTimestamp: '2026-01-01T00:00:00Z',
});

/** A node with 4 cores, 8Gi and room for 110 pods, unless said otherwise. */
export const node = (
  name: string,
  more: { labels?: Record<string, string>; spec?: Node['spec']; allocatable?: Record<string, string> } = {},
): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { ...meta(name), labels: { 'kubernetes.io/hostname': name, ...more.labels } },
  spec: { ...more.spec },
  status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110', ...more.allocatable } },
});

interface PodParts {
  namespace?: string;
  labels?: Record<string, string>;
  requests?: Record<string, string>;
  metadata?: Partial<Pod['metadata']>;
  spec?: Partial<Pod['spec']>;
  status?: Pod['status'];
}

export const pod = (name: string, { namespace = 'default', labels, requests, metadata, spec, status }: PodParts = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...meta(name, namespace), ...(labels && { labels }), ...metadata },
  spec: {
    schedulerName: 'default-scheduler',
    containers: [{ name: 'main', image: 'main', ...(requests && { resources: { requests } }) }],
    ...spec,
  },
  status: { phase: 'Pending', ...status },
});

/** A snapshot of just these objects. */
export function snapshotOf(...objects: readonly KubeObject[]): Snapshot {
  const isOf = (resource: ResourceDefinition<any>) => (object: KubeObject) => object.kind === resource.kind;
  const compare = (a: KubeObject, b: KubeObject) => (keyOf(a) < keyOf(b) ? -1 : 1);
  const list = <T extends KubeObject>(resource: ResourceDefinition<T>, namespace?: string) =>
    objects
      .filter(isOf(resource))
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
      .sort(compare) as T[];
  return {
    revision: 1,
    list,
    get: (resource, namespace, name) => list(resource, namespace || undefined).find((object) => object.metadata.name === name),
    ownedBy: () => [],
    dependentsOf: () => [],
  };
}

const keyOf = ({ metadata }: KubeObject) => `${metadata.namespace ?? ''}/${metadata.name}`;

/** A pass over these nodes with these pods on them. */
export function clusterOf(nodeList: readonly Node[], placed: readonly Pod[] = [], others: readonly KubeObject[] = []) {
  const cache = new ClusterCache();
  for (const each of nodeList) cache.nodeChanged(each.metadata.name, each);
  for (const each of placed) cache.podChanged(each.metadata.uid, each);
  const reader = snapshotOf(...nodeList, ...placed, ...others);
  return new PassCluster(cache, { reader, now: new Date('2026-01-01T00:00:00Z'), random: seededRandom(1) });
}

/** What a plugin's filter says about each node: its reasons, or an empty list. */
export function filterAll(plugin: Plugin, each: Pod, cluster: PassCluster): string[][] {
  const filter: NodeFilter | undefined = plugin.preFilter?.(podInfoOf(each), cluster)?.filter;
  return cluster.nodes.map((info) => [...(filter?.(info)?.reasons ?? [])]);
}

/** A plugin's scores, normalised, by node; `undefined` if it has nothing to say about the pod. */
export function scoreAll(plugin: Plugin, each: Pod, cluster: PassCluster): Record<string, number> | undefined {
  const scorer: Scorer | undefined = plugin.preScore?.(podInfoOf(each), cluster.nodes, cluster);
  if (!scorer) return undefined;
  const scores = cluster.nodes.map((info) => scorer.score(info));
  scorer.normalise?.(scores, cluster.nodes);
  return Object.fromEntries(cluster.nodes.map((info, i) => [info.name, scores[i]!]));
}

export const random = (seed = 1) => seededRandom(seed);

/** The bindings of a plan. */
export const bindingsOf = (plan: Plan) => plan.writes.filter((write) => write.verb === 'bind');

/** Why pods have no place, by name, as the events of a plan say. */
export const messagesOf = (plan: Plan): Map<string, string> =>
  new Map(
    plan.events
      .filter(({ reason }) => reason === 'FailedScheduling')
      .map(({ regarding, message }) => [regarding.metadata.name, message]),
  );
