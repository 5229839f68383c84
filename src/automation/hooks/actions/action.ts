import type { HookClient } from '../client.ts';
import type { Rendering } from '../template.ts';

/** What actions work with, for one delivery. */
export interface ActionContext {
  client: HookClient;
  rendering: Rendering;
  /** When the delivery was received: the same when it is tried again. */
  receivedAt: Date;
  /** What tells the delivery from others: the same when it is tried again. */
  key: string;
}

/** What became of an action, for the owner of the hook. */
export interface ActionResult {
  /** `RESOURCE.GROUP/NAME` */
  object: string;
  result: 'changed' | 'unchanged';
  detail: string;
}

/** Where the objects of a kind are that actions know. */
export const workloads = {
  Deployment: { group: 'apps', resource: 'deployments' },
  StatefulSet: { group: 'apps', resource: 'statefulsets' },
  DaemonSet: { group: 'apps', resource: 'daemonsets' },
  ReplicaSet: { group: 'apps', resource: 'replicasets' },
  CronJob: { group: 'batch', resource: 'cronjobs' },
} as const;
export type Workload = keyof typeof workloads;

export const pathOf = (namespace: string, kind: Workload, name: string): string =>
  `/apis/${workloads[kind].group}/v1/namespaces/${namespace}/${workloads[kind].resource}/${name}`;

export const ruleFor = (kind: Workload, name: string, verb: string, subresource = '') => ({
  verbs: [verb],
  apiGroups: [workloads[kind].group],
  resources: [workloads[kind].resource + subresource],
  resourceNames: [name],
});

export const shownAs = (kind: Workload, name: string): string => `${workloads[kind].resource}.${workloads[kind].group}/${name}`;
