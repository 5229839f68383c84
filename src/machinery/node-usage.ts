/** What is used of each resource, as quantities: `{ cpu: '250m', memory: '64Mi' }`. */
export type ResourceUsage = Readonly<Record<string, string>>;

/** What one node and its pods use, as its agent measured it. */
export interface NodeUsage {
  node: ResourceUsage;
  pods: PodUsage[];
  /** Over how many seconds it was measured. */
  windowSeconds: number;
}

export interface PodUsage {
  uid: string;
  /** Those that run. */
  containers: { name: string; usage: ResourceUsage }[];
}

/** What came of asking a node. */
export interface Measurement {
  /** When it was asked last, in ms since the epoch. */
  askedAtMs: number;
  /** When it said so, and what: absent if it has not for a while. */
  measuredAtMs?: number;
  usage?: NodeUsage;
}

/** What nodes use, as far as somebody has asked: nothing is measured by itself, so that a cluster can sleep. */
export interface Measurements {
  /** Undefined for a node that has not been asked lately. */
  of(node: string): Measurement | undefined;
}

/** Asks the nodes too. */
export interface NodeMeter extends Measurements {
  /** Asks those of the nodes that were not asked lately. Resolves when they have answered, or have had their time. */
  measure(nodes: Iterable<string>): Promise<void>;
}
