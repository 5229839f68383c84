import { keyOf, type Controller } from '../../machinery/reconcile.ts';
import { selectorFromLabelSelector } from '../../machinery/selectors.ts';
import { replicaSets, type ReplicaSet } from '../../resources/apps/replicaset.ts';
import { pods } from '../../resources/core/pod.ts';
import { ownerKeys } from '../support/ownership.ts';
import { concernsOwner } from '../support/pods.ts';
import { reconcileReplicas } from './reconcile.ts';
import type { ReplicatedKind } from './replicated.ts';

const kind: ReplicatedKind<ReplicaSet> = {
  resource: replicaSets,
  selectorOf: ({ spec }) => selectorFromLabelSelector(spec.selector),
  countsTerminating: true,
};

/** Keeps the number of pods of a ReplicaSet at what is asked for. */
export const replicaSetController: Controller = {
  name: 'replicaset',
  component: 'replicaset-controller',
  triggers: [
    { resource: replicaSets, keys: (set) => [keyOf(set)] },
    {
      resource: pods,
      concerns: concernsOwner,
      keys: (pod, snapshot) => ownerKeys(pod, replicaSets, kind.selectorOf, snapshot),
    },
  ],
  reconcile: (key, snapshot, context) => reconcileReplicas(kind, key, snapshot, context),
};
