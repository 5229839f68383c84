import type { Plugin } from './framework.ts';
import { balancedAllocation } from './plugins/balanced-allocation.ts';
import { nodeAffinity } from './plugins/node-affinity.ts';
import { nodeName } from './plugins/node-name.ts';
import { nodePorts } from './plugins/node-ports.ts';
import { nodeResourcesFit } from './plugins/node-resources-fit.ts';
import { nodeUnschedulable } from './plugins/node-unschedulable.ts';
import { podTopologySpread } from './plugins/pod-topology-spread/pod-topology-spread.ts';
import { prioritySort } from './plugins/priority-sort.ts';
import { taintToleration } from './plugins/taint-toleration.ts';

/** Which plugins schedule the pods of one `schedulerName`. */
export interface Profile {
  readonly schedulerName: string;
  readonly queueSort: Required<Pick<Plugin, 'name' | 'compare'>>;
  /** In order of calls. `weight` counts in the sum of scores; plugins that only filter need none. */
  readonly plugins: readonly { readonly plugin: Plugin; readonly weight?: number }[];
}

/** Upstream's default profile, with its order and weights, as far as it is here. */
export const defaultProfile: Profile = {
  schedulerName: 'default-scheduler',
  queueSort: { name: prioritySort.name, compare: prioritySort.compare! },
  plugins: [
    { plugin: nodeUnschedulable },
    { plugin: nodeName },
    { plugin: taintToleration, weight: 3 },
    { plugin: nodeAffinity, weight: 2 },
    { plugin: nodePorts },
    { plugin: nodeResourcesFit, weight: 1 },
    { plugin: podTopologySpread, weight: 2 },
    { plugin: balancedAllocation, weight: 1 },
  ],
};
