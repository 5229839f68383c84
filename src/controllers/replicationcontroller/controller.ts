import { keyOf, type Controller } from '../../machinery/reconcile.ts';
import { selectorFromLabels } from '../../machinery/selectors.ts';
import { pods } from '../../resources/core/pod.ts';
import { replicationControllers, type ReplicationController } from '../../resources/core/replicationcontroller.ts';
import { reconcileReplicas } from '../replicaset/reconcile.ts';
import type { ReplicatedKind } from '../replicaset/replicated.ts';
import { ownerKeys } from '../support/ownership.ts';
import { concernsOwner } from '../support/pods.ts';

const kind: ReplicatedKind<ReplicationController> = {
  resource: replicationControllers,
  selectorOf: ({ spec }) => selectorFromLabels(spec.selector ?? {}),
  countsTerminating: false,
};

/** Keeps the number of pods of a ReplicationController at what is asked for: a ReplicaSet in its older form. */
export const replicationControllerController: Controller = {
  name: 'replicationcontroller',
  component: 'replication-controller',
  triggers: [
    { resource: replicationControllers, keys: (controller) => [keyOf(controller)] },
    {
      resource: pods,
      concerns: concernsOwner,
      keys: (pod, snapshot) => ownerKeys(pod, replicationControllers, kind.selectorOf, snapshot),
    },
  ],
  reconcile: (key, snapshot, context) => reconcileReplicas(kind, key, snapshot, context),
};
