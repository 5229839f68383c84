import type { Random } from '../lib/random.ts';
import type { Reader } from '../machinery/reader.ts';
import { pods, type Pod } from '../resources/core/pod.ts';
import type { Profile } from './profile.ts';
import { podInfoOf, type PodInfo } from './snapshot/pod-info.ts';

/** Waiting for a node, and for this scheduler. Gates hold a pod back until they are taken away. */
export const isPending = ({ metadata, spec, status }: Pod, schedulerName: string): boolean =>
  !spec.nodeName &&
  (spec.schedulerName ?? schedulerName) === schedulerName &&
  metadata.deletionTimestamp === undefined &&
  !spec.schedulingGates?.length &&
  status?.phase !== 'Succeeded' &&
  status?.phase !== 'Failed';

/** The pods to be scheduled, in the order of the profile's queue sort. */
export const pendingPods = (reader: Reader, { schedulerName, queueSort }: Profile): PodInfo[] =>
  reader
    .list(pods)
    .filter((pod) => isPending(pod, schedulerName))
    .map(podInfoOf)
    .sort((a, b) => queueSort.compare(a, b));

/** Why the pod was found unschedulable when it was last looked at, as its condition says; `undefined` if it does not. */
export function unschedulableMessage(pod: Pod): string | undefined {
  const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  return condition?.status === 'False' && condition.reason === 'Unschedulable' ? (condition.message ?? '') : undefined;
}

const classes = new WeakMap<Pod, string>();

/**
 * Everything that decides whether a pod fits a node, in writing: pods of one class fit the same nodes. Pods of one
 * template are of one class.
 */
export function classOf({ pod, requests, hostPorts, priority }: PodInfo): string {
  let text = classes.get(pod);
  if (text === undefined) {
    const { nodeName, nodeSelector, affinity, tolerations, preemptionPolicy, topologySpreadConstraints } = pod.spec;
    // Affinity to pods and spreading go by the pod's own namespace and labels.
    const own = affinity?.podAffinity || affinity?.podAntiAffinity || topologySpreadConstraints ? pod.metadata : undefined;
    const { milliCpu, memory, ephemeralStorage, scalars } = requests;
    text = JSON.stringify([
      [milliCpu, memory, ephemeralStorage, [...scalars]],
      hostPorts,
      [priority, preemptionPolicy],
      [nodeName, nodeSelector, affinity, tolerations, topologySpreadConstraints],
      own && [own.namespace, own.labels],
    ]);
    classes.set(pod, text);
  }
  return text;
}

/**
 * The order in which a pass looks at the pending pods. All in the order of the queue, unless those that did not fit
 * before are so many that others would never have their turn: then half of the looks go to the head of the queue, and
 * half to pods never looked at and to a part of the rest, by chance another one each time.
 */
export function attemptOrder(pending: readonly PodInfo[], limit: number, random: Random): readonly PodInfo[] {
  if (pending.length <= limit) return pending;
  const head = pending.slice(0, Math.ceil(limit / 2));
  const rest = pending.slice(head.length);
  const fresh = rest.filter(({ pod }) => unschedulableMessage(pod) === undefined);
  const tried = rest.filter(({ pod }) => unschedulableMessage(pod) !== undefined);
  const start = Math.floor(random.next() * tried.length);
  return [...head, ...fresh, ...tried.slice(start), ...tried.slice(0, start)];
}
