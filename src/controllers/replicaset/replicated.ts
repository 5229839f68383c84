import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceDefinition } from '../../machinery/resource.ts';
import type { Selector } from '../../machinery/selectors.ts';
import type { ReplicaSetStatus } from '../../resources/apps/replicaset.ts';
import type { PodTemplateSpec } from '../../resources/shared/pod-spec.ts';

/** What a ReplicaSet and a ReplicationController have in common: that many pods of a template, whichever they are. */
export interface Replicated extends KubeObject {
  spec: { replicas?: number; minReadySeconds?: number; template?: PodTemplateSpec };
  status?: ReplicaSetStatus;
}

/** How the two differ. */
export interface ReplicatedKind<T extends Replicated> {
  resource: ResourceDefinition<T>;
  selectorOf(object: T): Selector;
  /** Whether the status counts pods that are ending, which older kinds know nothing of. */
  countsTerminating: boolean;
}

/** How many pods there ought to be. */
export const replicasOf = ({ spec }: Replicated): number => spec.replicas ?? 1;
