import type { PolicyRule } from '../../resources/rbac/policy-rule.ts';
import { allow, events, read } from './rule.ts';

const leaderLocking = [
  allow('create get list update watch', 'coordination.k8s.io', 'leases'),
  allow('create get list update watch', 'coordination.k8s.io', 'leasecandidates'),
];

/** The Roles of the system's namespaces, by namespace and name. Facts: as in system-roles.ts. */
export const namespaceRoles: Readonly<Record<string, Readonly<Record<string, readonly PolicyRule[]>>>> = {
  'kube-public': {
    'system:controller:bootstrap-signer': [
      allow(read, 'core', 'configmaps'),
      allow('update', 'core', 'configmaps', 'cluster-info'),
      events,
    ],
  },
  'kube-system': {
    'extension-apiserver-authentication-reader': [
      allow(read, 'core', 'configmaps', 'extension-apiserver-authentication'),
    ],
    'system::leader-locking-kube-controller-manager': leaderLocking,
    'system::leader-locking-kube-scheduler': leaderLocking,
    'system:controller:bootstrap-signer': [allow(read, 'core', 'secrets')],
    'system:controller:cloud-provider': [allow('create get list watch', 'core', 'configmaps')],
    'system:controller:token-cleaner': [allow('delete get list watch', 'core', 'secrets'), events],
  },
};
