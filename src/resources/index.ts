import type { AnyResource } from '../machinery/resource.ts';
import { mutatingAdmissionPolicies } from './admissionregistration/mutatingadmissionpolicy.ts';
import { mutatingAdmissionPolicyBindings } from './admissionregistration/mutatingadmissionpolicybinding.ts';
import { mutatingWebhookConfigurations } from './admissionregistration/mutatingwebhookconfiguration.ts';
import { validatingAdmissionPolicies } from './admissionregistration/validatingadmissionpolicy.ts';
import { validatingAdmissionPolicyBindings } from './admissionregistration/validatingadmissionpolicybinding.ts';
import { validatingWebhookConfigurations } from './admissionregistration/validatingwebhookconfiguration.ts';
import { customResourceDefinitions } from './apiextensions/customresourcedefinition.ts';
import { apiServices } from './apiregistration/apiservice.ts';
import { controllerRevisions } from './apps/controllerrevision.ts';
import { daemonSets } from './apps/daemonset.ts';
import { deployments } from './apps/deployment.ts';
import { replicaSets } from './apps/replicaset.ts';
import { statefulSets } from './apps/statefulset.ts';
import { selfSubjectReviews } from './authentication/selfsubjectreview.ts';
import { tokenReviews } from './authentication/tokenreview.ts';
import { localSubjectAccessReviews, selfSubjectAccessReviews, subjectAccessReviews } from './authorization/access-reviews.ts';
import { selfSubjectRulesReviews } from './authorization/selfsubjectrulesreview.ts';
import { clusterWebhookSubscriptions } from './automation/clusterwebhooksubscription.ts';
import { webhookSubscriptions } from './automation/webhooksubscription.ts';
import { horizontalPodAutoscalersV1 } from './autoscaling/horizontalpodautoscaler-v1.ts';
import { horizontalPodAutoscalers } from './autoscaling/horizontalpodautoscaler.ts';
import { cronJobs } from './batch/cronjob.ts';
import { jobs } from './batch/job.ts';
import { certificateSigningRequests } from './certificates/certificatesigningrequest.ts';
import { leases } from './coordination/lease.ts';
import { componentStatuses } from './core/componentstatus.ts';
import { configMaps } from './core/configmap.ts';
import { endpoints } from './core/endpoints.ts';
import { events } from './core/event.ts';
import { limitRanges } from './core/limitrange.ts';
import { namespaces } from './core/namespace.ts';
import { nodes } from './core/node.ts';
import { persistentVolumes } from './core/persistentvolume.ts';
import { persistentVolumeClaims } from './core/persistentvolumeclaim.ts';
import { pods } from './core/pod.ts';
import { podTemplates } from './core/podtemplate.ts';
import { replicationControllers } from './core/replicationcontroller.ts';
import { resourceQuotas } from './core/resourcequota.ts';
import { secrets } from './core/secret.ts';
import { services } from './core/service.ts';
import { serviceAccounts } from './core/serviceaccount.ts';
import { endpointSlices } from './discovery/endpointslice.ts';
import { ownGroupEvents } from './events/event.ts';
import { flowSchemas } from './flowcontrol/flowschema.ts';
import { priorityLevelConfigurations } from './flowcontrol/prioritylevelconfiguration.ts';
import { nodeMetrics } from './metrics/nodemetrics.ts';
import { podMetrics } from './metrics/podmetrics.ts';
import { ingresses } from './networking/ingress.ts';
import { ingressClasses } from './networking/ingressclass.ts';
import { ipAddresses } from './networking/ipaddress.ts';
import { networkPolicies } from './networking/networkpolicy.ts';
import { serviceCidrs } from './networking/servicecidr.ts';
import { runtimeClasses } from './node/runtimeclass.ts';
import { podDisruptionBudgets } from './policy/poddisruptionbudget.ts';
import { clusterRoles } from './rbac/clusterrole.ts';
import { clusterRoleBindings } from './rbac/clusterrolebinding.ts';
import { roles } from './rbac/role.ts';
import { roleBindings } from './rbac/rolebinding.ts';
import { deviceClasses } from './resource/deviceclass.ts';
import { resourceClaims } from './resource/resourceclaim.ts';
import { resourceClaimTemplates } from './resource/resourceclaimtemplate.ts';
import { resourceSlices } from './resource/resourceslice.ts';
import { priorityClasses } from './scheduling/priorityclass.ts';
import { csiDrivers } from './storage/csidriver.ts';
import { csiNodes } from './storage/csinode.ts';
import { csiStorageCapacities } from './storage/csistoragecapacity.ts';
import { storageClasses } from './storage/storageclass.ts';
import { volumeAttachments } from './storage/volumeattachment.ts';
import { volumeAttributesClasses } from './storage/volumeattributesclass.ts';

/** Every built-in kind, in every version in which it is served, in the order of discovery. */
export const builtinResources: readonly AnyResource[] = [
  componentStatuses,
  configMaps,
  endpoints,
  events,
  limitRanges,
  namespaces,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  podTemplates,
  replicationControllers,
  resourceQuotas,
  secrets,
  serviceAccounts,
  services,
  apiServices,
  controllerRevisions,
  daemonSets,
  deployments,
  replicaSets,
  statefulSets,
  ownGroupEvents,
  selfSubjectReviews,
  tokenReviews,
  localSubjectAccessReviews,
  selfSubjectAccessReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
  horizontalPodAutoscalers,
  horizontalPodAutoscalersV1,
  cronJobs,
  jobs,
  certificateSigningRequests,
  ingressClasses,
  ingresses,
  ipAddresses,
  networkPolicies,
  serviceCidrs,
  podDisruptionBudgets,
  clusterRoleBindings,
  clusterRoles,
  roleBindings,
  roles,
  csiDrivers,
  csiNodes,
  csiStorageCapacities,
  storageClasses,
  volumeAttachments,
  volumeAttributesClasses,
  mutatingAdmissionPolicies,
  mutatingAdmissionPolicyBindings,
  mutatingWebhookConfigurations,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
  validatingWebhookConfigurations,
  customResourceDefinitions,
  priorityClasses,
  leases,
  runtimeClasses,
  endpointSlices,
  deviceClasses,
  resourceClaims,
  resourceClaimTemplates,
  resourceSlices,
  flowSchemas,
  priorityLevelConfigurations,
  nodeMetrics,
  podMetrics,
  clusterWebhookSubscriptions,
  webhookSubscriptions,
];
