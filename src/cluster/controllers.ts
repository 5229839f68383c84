import type { Authorizer } from '../authz/authorizer.ts';
import { builtinControllers, serverControllers, type ControllerOptions } from '../controllers/index.ts';
import { nodeLeaseController } from '../controllers/nodelease/controller.ts';
import { nodeLifecycleController } from '../controllers/nodelifecycle/controller.ts';
import { ClusterSettings, isControllerEnabled } from '../db/cluster-settings.ts';
import type { Controller } from '../machinery/reconcile.ts';
import { createScheme, type Scheme } from '../machinery/scheme.ts';
import { authenticatedGroup, mastersGroup, serviceAccountGroups, serviceAccountUser } from '../machinery/user.ts';
import type { User } from '../server/api.ts';
import { createScheduler, schedulerControllerName } from '../scheduler/controller.ts';

/** What the controllers of one cluster are made of: its settings, and what the server knows. */
export interface ClusterOptions extends ClusterSettings {
  caCertificate: string | undefined;
  authorizer: Authorizer;
}

/** Everything that runs in a cluster's reconcile loop: the controllers and the scheduler, as its settings switch them on. */
export function clusterControllers(scheme: Scheme, options: ClusterOptions): readonly Controller[] {
  const { controllers, scheduler, caCertificate = '' } = options;
  const mayRequest: ControllerOptions['mayRequest'] = (user, subresource, reader) => {
    const attributes = { user, verb: 'create', group: 'certificates.k8s.io', version: '*', subresource, namespace: '', name: '' };
    const asked = { ...attributes, resource: 'certificatesigningrequests' };
    return options.authorizer.authorize(asked, reader).decision === 'allow';
  };
  const all = builtinControllers({ ...options, scheme, caCertificate, mayRequest });
  const enabled = all.filter(({ name }) => isControllerEnabled(controllers, name));
  if (!enabled.includes(nodeLifecycleController)) enabled.push(nodeLeaseController);
  enabled.push(...serverControllers);
  return scheduler.enabled ? [...enabled, createScheduler(scheduler)] : enabled;
}

/** The names of all controllers that settings may speak of. They are the same whatever kinds there are. */
export const controllerNames: readonly string[] = builtinControllers({
  ...ClusterSettings.parse({}),
  scheme: createScheme([]),
  caCertificate: '',
  mayRequest: () => false,
}).map(({ name }) => name);

const schedulerProgram = 'kube-scheduler';

/**
 * Whom managedFields name for what a controller writes: the program that it is part of upstream. Clients know these names,
 * to leave their fields alone.
 */
export function programOf(controller: Controller): string {
  if (serverControllers.includes(controller)) return serverProgram;
  return controller.name === schedulerControllerName ? schedulerProgram : 'kube-controller-manager';
}

/** Who asks, for admission, when a controller writes: upstream's account of that controller, or user of that program. */
export function userOf(controller: Controller): User {
  if (serverControllers.includes(controller)) return { name: 'system:apiserver', groups: [mastersGroup, authenticatedGroup] };
  const program = programOf(controller);
  if (program === schedulerProgram || controller.name === 'serviceaccount-token')
    return { name: `system:${program}`, groups: [authenticatedGroup] };
  const account = accounts[controller.name] ?? controller.component;
  return { name: serviceAccountUser(accountsNamespace, account), groups: [...serviceAccountGroups(accountsNamespace), authenticatedGroup] };
}

const accountsNamespace = 'kube-system';

/** The accounts of controllers, by their names, where they are not called after the component. */
const accounts: Readonly<Record<string, string>> = {
  bootstrapsigner: 'bootstrap-signer',
  csrapproving: 'certificate-controller',
  csrcleaner: 'certificate-controller',
  csrsigning: 'certificate-controller',
  daemonset: 'daemon-set-controller',
  disruption: 'disruption-controller',
  endpointslice: 'endpointslice-controller',
  endpointslicemirroring: 'endpointslicemirroring-controller',
  'ephemeral-volume': 'ephemeral-volume-controller',
  garbagecollector: 'generic-garbage-collector',
  nodeipam: 'node-controller',
  'persistentvolume-binder': 'persistent-volume-binder',
  'persistentvolume-expander': 'expand-controller',
  resourceclaim: 'resource-claim-controller',
  servicecidr: 'service-cidrs-controller',
  tokencleaner: 'token-cleaner',
  'taint-eviction-controller': 'node-controller',
};

/** The program that makes what a cluster starts with. */
export const serverProgram = 'kube-apiserver';
