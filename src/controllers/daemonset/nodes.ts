/** What one reconcile of a DaemonSet looks at. */
import type { DaemonSet } from '../../resources/apps/daemonset.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { Placement } from './placement.ts';

export interface DaemonState {
  set: DaemonSet;
  /** The hash of the current template, as its pods have it. */
  hash: string;
  /** Every node, by name. */
  nodes: ReadonlyMap<string, Placement>;
  /** The pods of the set, by the node that they are for: also of nodes that are gone. */
  pods: ReadonlyMap<string, readonly Pod[]>;
  now: Date;
}

/** A pod to create. */
export interface NewDaemon {
  nodeName: string;
  /** How many pods in a row have failed there before it. */
  failures: number;
}

/** What is to be done. */
export interface DaemonActions {
  create: NewDaemon[];
  delete: Pod[];
}
