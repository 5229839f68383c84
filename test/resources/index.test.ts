import { expect, test } from 'vitest';
import { createScheme } from '../../src/machinery/scheme.ts';
import { builtinResources } from '../../src/resources/index.ts';

/** Discovery's view of every kind: name, short names, categories, scope, and the rule of its objects' names. */
test('the built-in kinds', () => {
  const lines = builtinResources.map((r) =>
    [
      r.apiVersion,
      r.kind,
      r.plural,
      r.singular,
      r.shortNames.join(','),
      r.categories.join(','),
      r.namespaced ? 'namespaced' : 'cluster',
      r.nameRule,
    ].join(' | '),
  );
  expect(lines).toEqual([
    'v1 | ComponentStatus | componentstatuses | componentstatus | cs |  | cluster | subdomain',
    'v1 | ConfigMap | configmaps | configmap | cm |  | namespaced | subdomain',
    'v1 | Endpoints | endpoints | endpoints | ep |  | namespaced | subdomain',
    'v1 | Event | events | event | ev |  | namespaced | subdomain',
    'v1 | LimitRange | limitranges | limitrange | limits |  | namespaced | subdomain',
    'v1 | Namespace | namespaces | namespace | ns |  | cluster | label',
    'v1 | Node | nodes | node | no |  | cluster | subdomain',
    'v1 | PersistentVolumeClaim | persistentvolumeclaims | persistentvolumeclaim | pvc |  | namespaced | subdomain',
    'v1 | PersistentVolume | persistentvolumes | persistentvolume | pv |  | cluster | subdomain',
    'v1 | Pod | pods | pod | po | all | namespaced | subdomain',
    'v1 | PodTemplate | podtemplates | podtemplate |  |  | namespaced | subdomain',
    'v1 | ReplicationController | replicationcontrollers | replicationcontroller | rc | all | namespaced | subdomain',
    'v1 | ResourceQuota | resourcequotas | resourcequota | quota |  | namespaced | subdomain',
    'v1 | Secret | secrets | secret |  |  | namespaced | subdomain',
    'v1 | ServiceAccount | serviceaccounts | serviceaccount | sa |  | namespaced | subdomain',
    'v1 | Service | services | service | svc | all | namespaced | service',
    'apiregistration.k8s.io/v1 | APIService | apiservices | apiservice |  | api-extensions | cluster | path-segment',
    'apps/v1 | ControllerRevision | controllerrevisions | controllerrevision |  |  | namespaced | subdomain',
    'apps/v1 | DaemonSet | daemonsets | daemonset | ds | all | namespaced | subdomain',
    'apps/v1 | Deployment | deployments | deployment | deploy | all | namespaced | subdomain',
    'apps/v1 | ReplicaSet | replicasets | replicaset | rs | all | namespaced | subdomain',
    'apps/v1 | StatefulSet | statefulsets | statefulset | sts | all | namespaced | label',
    'events.k8s.io/v1 | Event | events | event | ev |  | namespaced | subdomain',
    'authentication.k8s.io/v1 | SelfSubjectReview | selfsubjectreviews | selfsubjectreview |  |  | cluster | subdomain',
    'authentication.k8s.io/v1 | TokenReview | tokenreviews | tokenreview |  |  | cluster | subdomain',
    'authorization.k8s.io/v1 | LocalSubjectAccessReview | localsubjectaccessreviews | localsubjectaccessreview |  |  | namespaced | subdomain',
    'authorization.k8s.io/v1 | SelfSubjectAccessReview | selfsubjectaccessreviews | selfsubjectaccessreview |  |  | cluster | subdomain',
    'authorization.k8s.io/v1 | SelfSubjectRulesReview | selfsubjectrulesreviews | selfsubjectrulesreview |  |  | cluster | subdomain',
    'authorization.k8s.io/v1 | SubjectAccessReview | subjectaccessreviews | subjectaccessreview |  |  | cluster | subdomain',
    'autoscaling/v2 | HorizontalPodAutoscaler | horizontalpodautoscalers | horizontalpodautoscaler | hpa | all | namespaced | subdomain',
    'autoscaling/v1 | HorizontalPodAutoscaler | horizontalpodautoscalers | horizontalpodautoscaler | hpa | all | namespaced | subdomain',
    'batch/v1 | CronJob | cronjobs | cronjob | cj | all | namespaced | subdomain',
    'batch/v1 | Job | jobs | job |  | all | namespaced | subdomain',
    'certificates.k8s.io/v1 | CertificateSigningRequest | certificatesigningrequests | certificatesigningrequest | csr |  | cluster | path-segment',
    'networking.k8s.io/v1 | IngressClass | ingressclasses | ingressclass |  |  | cluster | subdomain',
    'networking.k8s.io/v1 | Ingress | ingresses | ingress | ing |  | namespaced | subdomain',
    'networking.k8s.io/v1 | IPAddress | ipaddresses | ipaddress | ip |  | cluster | path-segment',
    'networking.k8s.io/v1 | NetworkPolicy | networkpolicies | networkpolicy | netpol |  | namespaced | subdomain',
    'networking.k8s.io/v1 | ServiceCIDR | servicecidrs | servicecidr |  |  | cluster | subdomain',
    'policy/v1 | PodDisruptionBudget | poddisruptionbudgets | poddisruptionbudget | pdb |  | namespaced | subdomain',
    'rbac.authorization.k8s.io/v1 | ClusterRoleBinding | clusterrolebindings | clusterrolebinding |  |  | cluster | path-segment',
    'rbac.authorization.k8s.io/v1 | ClusterRole | clusterroles | clusterrole |  |  | cluster | path-segment',
    'rbac.authorization.k8s.io/v1 | RoleBinding | rolebindings | rolebinding |  |  | namespaced | path-segment',
    'rbac.authorization.k8s.io/v1 | Role | roles | role |  |  | namespaced | path-segment',
    'storage.k8s.io/v1 | CSIDriver | csidrivers | csidriver |  |  | cluster | subdomain',
    'storage.k8s.io/v1 | CSINode | csinodes | csinode |  |  | cluster | subdomain',
    'storage.k8s.io/v1 | CSIStorageCapacity | csistoragecapacities | csistoragecapacity |  |  | namespaced | subdomain',
    'storage.k8s.io/v1 | StorageClass | storageclasses | storageclass | sc |  | cluster | subdomain',
    'storage.k8s.io/v1 | VolumeAttachment | volumeattachments | volumeattachment |  |  | cluster | subdomain',
    'storage.k8s.io/v1 | VolumeAttributesClass | volumeattributesclasses | volumeattributesclass | vac |  | cluster | subdomain',
    'admissionregistration.k8s.io/v1 | MutatingAdmissionPolicy | mutatingadmissionpolicies | mutatingadmissionpolicy |  | api-extensions | cluster | subdomain',
    'admissionregistration.k8s.io/v1 | MutatingAdmissionPolicyBinding | mutatingadmissionpolicybindings | mutatingadmissionpolicybinding |  | api-extensions | cluster | subdomain',
    'admissionregistration.k8s.io/v1 | MutatingWebhookConfiguration | mutatingwebhookconfigurations | mutatingwebhookconfiguration |  | api-extensions | cluster | subdomain',
    'admissionregistration.k8s.io/v1 | ValidatingAdmissionPolicy | validatingadmissionpolicies | validatingadmissionpolicy |  | api-extensions | cluster | subdomain',
    'admissionregistration.k8s.io/v1 | ValidatingAdmissionPolicyBinding | validatingadmissionpolicybindings | validatingadmissionpolicybinding |  | api-extensions | cluster | subdomain',
    'admissionregistration.k8s.io/v1 | ValidatingWebhookConfiguration | validatingwebhookconfigurations | validatingwebhookconfiguration |  | api-extensions | cluster | subdomain',
    'apiextensions.k8s.io/v1 | CustomResourceDefinition | customresourcedefinitions | customresourcedefinition | crd,crds | api-extensions | cluster | subdomain',
    'scheduling.k8s.io/v1 | PriorityClass | priorityclasses | priorityclass | pc |  | cluster | subdomain',
    'coordination.k8s.io/v1 | Lease | leases | lease |  |  | namespaced | subdomain',
    'node.k8s.io/v1 | RuntimeClass | runtimeclasses | runtimeclass |  |  | cluster | subdomain',
    'discovery.k8s.io/v1 | EndpointSlice | endpointslices | endpointslice |  |  | namespaced | subdomain',
    'resource.k8s.io/v1 | DeviceClass | deviceclasses | deviceclass |  |  | cluster | subdomain',
    'resource.k8s.io/v1 | ResourceClaim | resourceclaims | resourceclaim |  |  | namespaced | subdomain',
    'resource.k8s.io/v1 | ResourceClaimTemplate | resourceclaimtemplates | resourceclaimtemplate |  |  | namespaced | subdomain',
    'resource.k8s.io/v1 | ResourceSlice | resourceslices | resourceslice |  |  | cluster | subdomain',
    'flowcontrol.apiserver.k8s.io/v1 | FlowSchema | flowschemas | flowschema |  |  | cluster | subdomain',
    'flowcontrol.apiserver.k8s.io/v1 | PriorityLevelConfiguration | prioritylevelconfigurations | prioritylevelconfiguration |  |  | cluster | subdomain',
    'metrics.k8s.io/v1beta1 | NodeMetrics | nodes | node |  |  | cluster | subdomain',
    'metrics.k8s.io/v1beta1 | PodMetrics | pods | pod |  |  | namespaced | subdomain',
    'automation.hibernetes.dev/v1 | ClusterWebhookSubscription | clusterwebhooksubscriptions | clusterwebhooksubscription | cwhsub |  | cluster | subdomain',
    'automation.hibernetes.dev/v1 | WebhookSubscription | webhooksubscriptions | webhooksubscription | whsub |  | namespaced | subdomain',
  ]);
});

test('no two kinds share a name', () => {
  const scheme = createScheme(builtinResources);
  for (const resource of builtinResources) {
    expect(scheme.byResource(resource.resource, resource.apiVersion)).toBe(resource);
    expect(scheme.byKind(resource.apiVersion, resource.kind)).toBe(resource);
  }
});

test('namespaces cannot be deleted all at once, nor what is only read', () => {
  const stored = builtinResources.filter(({ verbs }) => verbs.includes('get'));
  const without = stored.filter(({ verbs }) => !verbs.includes('deletecollection')).map(({ kind }) => kind);
  expect(without).toEqual(['ComponentStatus', 'Namespace', 'NodeMetrics', 'PodMetrics']);
});

test('reviews can only be asked', () => {
  const asked = builtinResources.filter(({ verbs }) => !verbs.includes('get'));
  expect(asked.map(({ plural, verbs, hasStatus }) => [plural, verbs.join(), hasStatus])).toEqual(
    [
      'selfsubjectreviews',
      'tokenreviews',
      'localsubjectaccessreviews',
      'selfsubjectaccessreviews',
      'selfsubjectrulesreviews',
      'subjectaccessreviews',
    ].map((plural) => [plural, 'create', false]),
  );
});
