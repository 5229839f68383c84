import type { RoleRef, Subject } from '../../resources/rbac/binding.ts';
import { rbacGroup } from '../../resources/rbac/policy-rule.ts';

/** Whom a default role is bound to. The binding has the role's name, unless it says another one. */
export interface DefaultBinding {
  name: string;
  role: Pick<RoleRef, 'kind' | 'name'>;
  subjects: readonly Subject[];
}

const user = (name: string): Subject => ({ apiGroup: rbacGroup, kind: 'User', name });
const group = (name: string): Subject => ({ apiGroup: rbacGroup, kind: 'Group', name });
const account = (name: string): Subject => ({ kind: 'ServiceAccount', name, namespace: 'kube-system' });

const authenticated = group('system:authenticated');
const controllerManager = user('system:kube-controller-manager');
const scheduler = user('system:kube-scheduler');

/** Facts of all of these: as in system-roles.ts. */
const clusterSubjects: Readonly<Record<string, readonly Subject[]>> = {
  'cluster-admin': [group('system:masters')],
  'system:basic-user': [authenticated],
  'system:discovery': [authenticated],
  'system:kube-controller-manager': [controllerManager],
  'system:kube-dns': [account('kube-dns')],
  'system:kube-scheduler': [scheduler],
  'system:monitoring': [group('system:monitoring')],
  // Nodes have an authorizer of their own.
  'system:node': [],
  'system:node-proxier': [user('system:kube-proxy')],
  'system:public-info-viewer': [authenticated, group('system:unauthenticated')],
  'system:service-account-issuer-discovery': [group('system:serviceaccounts')],
  'system:volume-scheduler': [scheduler],
};

/** Groups of the platform's own tokens (`authn/identity.ts`), and the ClusterRoles that they have. */
export const platformGroups: Readonly<Record<string, string>> = { 'hibernetes:editors': 'edit', 'hibernetes:viewers': 'view' };

/** The bindings of ClusterRoles everywhere. `controllers` are the accounts of controllers. */
export const clusterBindings = (controllers: readonly string[]): DefaultBinding[] => [
  ...Object.entries(clusterSubjects).map(([name, subjects]) => ({ name, role: { kind: 'ClusterRole', name }, subjects })),
  ...Object.entries(platformGroups).map(([name, role]) => ({ name, role: { kind: 'ClusterRole', name: role }, subjects: [group(name)] })),
  ...controllers.map((name) => {
    const role = `system:controller:${name}`;
    return { name: role, role: { kind: 'ClusterRole', name: role }, subjects: [account(name)] };
  }),
];

const toRole = (name: string, subjects: readonly Subject[], role = name): DefaultBinding => ({
  name,
  role: { kind: 'Role', name: role },
  subjects,
});

/** The bindings of Roles in the system's namespaces. */
export const namespaceBindings: Readonly<Record<string, readonly DefaultBinding[]>> = {
  'kube-public': [toRole('system:controller:bootstrap-signer', [account('bootstrap-signer')])],
  'kube-system': [
    toRole(
      'system::extension-apiserver-authentication-reader',
      [controllerManager, scheduler],
      'extension-apiserver-authentication-reader',
    ),
    toRole('system::leader-locking-kube-controller-manager', [
      controllerManager,
      account('kube-controller-manager'),
      account('leader-election-controller'),
    ]),
    toRole('system::leader-locking-kube-scheduler', [scheduler, account('kube-scheduler')]),
    toRole('system:controller:bootstrap-signer', [account('bootstrap-signer')]),
    toRole('system:controller:cloud-provider', [account('cloud-provider')]),
    toRole('system:controller:token-cleaner', [account('token-cleaner')]),
  ],
};
