import type { Controller } from '../machinery/reconcile.ts';
import type { Scheme } from '../machinery/scheme.ts';
import { cronJobController } from './cronjob/controller.ts';
import { daemonSetController } from './daemonset/controller.ts';
import { deploymentController } from './deployment/controller.ts';
import { disruptionController } from './disruption/controller.ts';
import { endpointsController } from './endpoints/controller.ts';
import { endpointSliceController } from './endpointslice/controller.ts';
import { eventTtlController } from './eventttl/eventttl.ts';
import { garbageCollector } from './garbagecollector/controller.ts';
import { jobController } from './job/controller.ts';
import { namespaceController } from './namespace/controller.ts';
import { nodeLifecycleController } from './nodelifecycle/controller.ts';
import { podGcController } from './podgc/controller.ts';
import { replicaSetController } from './replicaset/controller.ts';
import { replicationControllerController } from './replicationcontroller/controller.ts';
import { resourceQuotaController } from './resourcequota/controller.ts';
import { rootCaController } from './rootca/controller.ts';
import { serviceAccountController } from './serviceaccount/controller.ts';
import { serviceAccountTokenController } from './serviceaccounttoken/controller.ts';
import { statefulSetController } from './statefulset/controller.ts';
import { taintEvictionController } from './tainteviction/controller.ts';
import { ttlAfterFinishedController } from './ttlafterfinished/controller.ts';

/** What some controllers have to know beyond the state of the cluster. */
export interface ControllerOptions {
  /** The kinds that namespaces are emptied of and that owners are looked up in. */
  scheme: Scheme;
  /** In PEM; published in every namespace as `kube-root-ca.crt`. */
  caCertificate: string;
}

/** Every built-in controller, one a line. */
export const builtinControllers = ({ scheme, caCertificate }: ControllerOptions): readonly Controller[] => [
  cronJobController,
  daemonSetController,
  deploymentController,
  disruptionController(scheme),
  endpointsController,
  endpointSliceController,
  eventTtlController,
  garbageCollector(scheme),
  jobController,
  namespaceController(scheme.resources),
  nodeLifecycleController,
  podGcController,
  replicaSetController,
  replicationControllerController,
  resourceQuotaController(scheme.resources),
  rootCaController(caCertificate),
  serviceAccountController,
  serviceAccountTokenController(caCertificate),
  statefulSetController,
  taintEvictionController,
  ttlAfterFinishedController,
];
