import type { Controller } from '../machinery/reconcile.ts';
import type { Scheme } from '../machinery/scheme.ts';
import { apiServiceAvailabilityController } from './apiservice/availability.ts';
import { autoregisterController } from './apiservice/autoregister.ts';
import { attachDetachController } from './attachdetach/controller.ts';
import { tokenCleaner } from './bootstraptoken/cleaner.ts';
import { bootstrapSigner } from './bootstraptoken/signer.ts';
import { certificateApprovingController, type MayRequest } from './certificates/approving.ts';
import { authenticationTrustController } from './certificates/authentication-trust.ts';
import { certificateCleaner } from './certificates/cleaner.ts';
import { certificateSigningController } from './certificates/signing.ts';
import { clusterRoleAggregationController } from './clusterroleaggregation/controller.ts';
import { cronJobController } from './cronjob/controller.ts';
import { customResourceDefinitionController } from './customresourcedefinition/controller.ts';
import { daemonSetController } from './daemonset/controller.ts';
import { deploymentController } from './deployment/controller.ts';
import { disruptionController } from './disruption/controller.ts';
import { endpointsController } from './endpoints/controller.ts';
import { endpointSliceController } from './endpointslice/controller.ts';
import { endpointSliceMirroringController } from './endpointslicemirroring/controller.ts';
import { ephemeralVolumeController } from './ephemeralvolume/controller.ts';
import { eventTtlController } from './eventttl/eventttl.ts';
import { flowControlController } from './flowcontrol/controller.ts';
import { garbageCollector } from './garbagecollector/controller.ts';
import { horizontalPodAutoscalerController } from './horizontalpodautoscaler/controller.ts';
import { ipAddressController } from './ipaddress/controller.ts';
import { jobController } from './job/controller.ts';
import { loadBalancerController } from './loadbalancer/controller.ts';
import { namespaceController } from './namespace/controller.ts';
import { nodeIpamController, type NodeIpamOptions } from './nodeipam/controller.ts';
import { nodeLifecycleController } from './nodelifecycle/controller.ts';
import { persistentVolumeController } from './persistentvolume/controller.ts';
import { podGcController } from './podgc/controller.ts';
import { replicaSetController } from './replicaset/controller.ts';
import { replicationControllerController } from './replicationcontroller/controller.ts';
import { resourceClaimController } from './resourceclaim/controller.ts';
import { resourceQuotaController } from './resourcequota/controller.ts';
import { rootCaController } from './rootca/controller.ts';
import { serviceAccountController } from './serviceaccount/controller.ts';
import { serviceAccountTokenController } from './serviceaccounttoken/controller.ts';
import { serviceCidrController } from './servicecidr/controller.ts';
import { statefulSetController } from './statefulset/controller.ts';
import { taintEvictionController } from './tainteviction/controller.ts';
import { ttlAfterFinishedController } from './ttlafterfinished/controller.ts';
import { validatingAdmissionPolicyStatusController } from './validatingadmissionpolicystatus/controller.ts';
import { volumeExpandController } from './volumeexpand/controller.ts';
import { attributesClassProtectionController } from './volumeprotection/attributes-classes.ts';
import { claimProtectionController } from './volumeprotection/claims.ts';
import { volumeProtectionController } from './volumeprotection/volumes.ts';

/** What some controllers have to know beyond the state of the cluster. */
export interface ControllerOptions {
  /** The kinds that namespaces are emptied of and that owners are looked up in. */
  scheme: Scheme;
  /** In PEM; published in every namespace as `kube-root-ca.crt`. */
  caCertificate: string;
  /** Where nodes get their networks and Services their addresses, as networks (`10.96.0.0/16`), one of a family. */
  network: NodeIpamOptions & { serviceCIDRs: readonly string[] };
  /** Where load balancers get their addresses: networks, and ranges `FIRST-LAST`. */
  loadBalancer: { pools: readonly string[] };
  /** Who may have which certificates without being asked about. */
  mayRequest: MayRequest;
}

/** Every built-in controller, one a line. */
export const builtinControllers = ({
  scheme,
  caCertificate,
  network,
  loadBalancer,
  mayRequest,
}: ControllerOptions): readonly Controller[] => [
  attachDetachController,
  attributesClassProtectionController,
  bootstrapSigner,
  certificateApprovingController(mayRequest),
  certificateCleaner,
  certificateSigningController,
  claimProtectionController,
  clusterRoleAggregationController,
  cronJobController,
  daemonSetController,
  deploymentController,
  disruptionController(scheme),
  endpointsController,
  endpointSliceController,
  endpointSliceMirroringController,
  ephemeralVolumeController,
  eventTtlController,
  garbageCollector(scheme),
  horizontalPodAutoscalerController(scheme),
  jobController,
  loadBalancerController(loadBalancer.pools),
  namespaceController(scheme),
  nodeIpamController(network),
  nodeLifecycleController,
  persistentVolumeController,
  podGcController,
  replicaSetController,
  replicationControllerController,
  resourceClaimController,
  resourceQuotaController(scheme),
  rootCaController(caCertificate),
  serviceAccountController,
  serviceAccountTokenController(caCertificate),
  serviceCidrController(network.serviceCIDRs),
  statefulSetController,
  taintEvictionController,
  tokenCleaner,
  ttlAfterFinishedController,
  validatingAdmissionPolicyStatusController(scheme),
  volumeExpandController,
  volumeProtectionController,
];

/** What upstream's API server does by itself: runs whatever controllers are switched on. */
export const serverControllers: readonly Controller[] = [
  apiServiceAvailabilityController,
  authenticationTrustController,
  autoregisterController,
  customResourceDefinitionController,
  flowControlController,
  ipAddressController,
];
