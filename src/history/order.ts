/** Kinds in the order in which objects that need each other can be made. Others come after all of these but the last. */
const first = [
  'namespaces',
  'customresourcedefinitions.apiextensions.k8s.io',
  'priorityclasses.scheduling.k8s.io',
  'runtimeclasses.node.k8s.io',
  'storageclasses.storage.k8s.io',
  'volumeattributesclasses.storage.k8s.io',
  'csidrivers.storage.k8s.io',
  'ingressclasses.networking.k8s.io',
  'deviceclasses.resource.k8s.io',
  'serviceaccounts',
  'clusterroles.rbac.authorization.k8s.io',
  'clusterrolebindings.rbac.authorization.k8s.io',
  'roles.rbac.authorization.k8s.io',
  'rolebindings.rbac.authorization.k8s.io',
  'secrets',
  'configmaps',
  'limitranges',
  'persistentvolumes',
  'persistentvolumeclaims',
  'services',
  'endpoints',
  'endpointslices.discovery.k8s.io',
  'networkpolicies.networking.k8s.io',
  'poddisruptionbudgets.policy',
  'pods',
  'replicationcontrollers',
  'deployments.apps',
  'statefulsets.apps',
  'daemonsets.apps',
  'replicasets.apps',
  'controllerrevisions.apps',
  'cronjobs.batch',
  'jobs.batch',
  'horizontalpodautoscalers.autoscaling',
  'ingresses.networking.k8s.io',
];

/** What has a say in the making of others, and would refuse them. */
const last = [
  'resourcequotas',
  'validatingadmissionpolicies.admissionregistration.k8s.io',
  'validatingadmissionpolicybindings.admissionregistration.k8s.io',
  'mutatingadmissionpolicies.admissionregistration.k8s.io',
  'mutatingadmissionpolicybindings.admissionregistration.k8s.io',
  'validatingwebhookconfigurations.admissionregistration.k8s.io',
  'mutatingwebhookconfigurations.admissionregistration.k8s.io',
];

const ranks = new Map([...first.entries()].map(([i, resource]) => [resource, i]));
for (const [i, resource] of last.entries()) ranks.set(resource, first.length + 1 + i);

/** Where a kind comes in that order, by its storage key. */
export const rankOf = (resource: string): number => ranks.get(resource) ?? first.length;

export const byRank = (a: string, b: string): number => rankOf(a) - rankOf(b) || (a < b ? -1 : a > b ? 1 : 0);
