import type { Pod } from '../resources/core/pod.ts';
import type { Plugin } from './framework.ts';
import { balancedAllocation } from './plugins/balanced-allocation.ts';
import { defaultPreemption } from './plugins/default-preemption/default-preemption.ts';
import { dynamicResources } from './plugins/dynamic-resources/dynamic-resources.ts';
import { imageLocality } from './plugins/image-locality.ts';
import { interPodAffinity } from './plugins/inter-pod-affinity/inter-pod-affinity.ts';
import { nodeAffinity } from './plugins/node-affinity.ts';
import { nodeName } from './plugins/node-name.ts';
import { nodePorts } from './plugins/node-ports.ts';
import { createNodeResourcesFit, type ScoringStrategy } from './plugins/node-resources-fit.ts';
import { nodeUnschedulable } from './plugins/node-unschedulable.ts';
import { nodeVolumeLimits } from './plugins/node-volume-limits.ts';
import { podTopologySpread } from './plugins/pod-topology-spread/pod-topology-spread.ts';
import { prioritySort } from './plugins/priority-sort.ts';
import { schedulingGates } from './plugins/scheduling-gates.ts';
import { taintToleration } from './plugins/taint-toleration.ts';
import { volumeBinding } from './plugins/volume-binding/volume-binding.ts';
import { volumeRestrictions } from './plugins/volume-restrictions.ts';
import { volumeZone } from './plugins/volume-zone.ts';

/** Which plugins schedule the pods of one `schedulerName`. */
export interface Profile {
  readonly schedulerName: string;
  /** In order of calls. `weight` counts in the sum of scores; plugins that only filter need none. */
  readonly plugins: readonly { readonly plugin: Plugin; readonly weight?: number }[];
  /** Of how many of the nodes that can take a pod the best is chosen, in percent; 0: fewer the more nodes there are. */
  readonly percentageOfNodesToScore?: number;
}

/** The profiles of a scheduler, by `schedulerName`. They share one queue, and so its order. */
export interface ProfileTable {
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly queueSort: Required<Pick<Plugin, 'name' | 'compare'>>;
}

export const defaultSchedulerName = 'default-scheduler';

/** What may be set for a profile, in the words of upstream's KubeSchedulerProfile. */
export interface ProfileSettings {
  readonly schedulerName?: string;
  readonly percentageOfNodesToScore?: number;
  /** What NodeResourcesFit likes: room (LeastAllocated, the default) or full nodes (MostAllocated, RequestedToCapacityRatio). */
  readonly scoringStrategy?: ScoringStrategy;
}

export interface SchedulerSettings {
  /** Left out, or empty: one with upstream's defaults. */
  readonly profiles?: readonly ProfileSettings[];
}

/** Upstream's default profile, with its order and weights, and what is set otherwise. */
export const createProfile = (settings: ProfileSettings = {}): Profile => ({
  schedulerName: settings.schedulerName ?? defaultSchedulerName,
  percentageOfNodesToScore: settings.percentageOfNodesToScore ?? 0,
  plugins: [
    { plugin: schedulingGates },
    { plugin: nodeUnschedulable },
    { plugin: nodeName },
    { plugin: taintToleration, weight: 3 },
    { plugin: nodeAffinity, weight: 2 },
    { plugin: nodePorts },
    { plugin: createNodeResourcesFit({ scoringStrategy: settings.scoringStrategy }), weight: 1 },
    { plugin: volumeRestrictions },
    { plugin: nodeVolumeLimits },
    { plugin: volumeBinding },
    { plugin: volumeZone },
    { plugin: podTopologySpread, weight: 2 },
    { plugin: interPodAffinity, weight: 2 },
    { plugin: dynamicResources },
    { plugin: defaultPreemption },
    { plugin: balancedAllocation, weight: 1 },
    { plugin: imageLocality, weight: 1 },
  ],
});

/** The table of these profiles. Throws if two have one name. */
export function createProfiles({ profiles = [] }: SchedulerSettings = {}): ProfileTable {
  const byName = new Map<string, Profile>();
  for (const settings of profiles.length > 0 ? profiles : [{}]) {
    const profile = createProfile(settings);
    if (byName.has(profile.schedulerName)) throw new RangeError(`two profiles are named ${profile.schedulerName}`);
    byName.set(profile.schedulerName, profile);
  }
  return { profiles: byName, queueSort: { name: prioritySort.name, compare: prioritySort.compare! } };
}

/** The profile that a pod asks for; `undefined`: another scheduler's pod. */
export const profileOf = ({ profiles }: ProfileTable, { spec }: Pod): Profile | undefined =>
  profiles.get(spec.schedulerName ?? defaultSchedulerName);
