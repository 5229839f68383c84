import { emptyPlan, type Controller } from '../../machinery/reconcile.ts';
import { configMaps, type ConfigMap } from '../../resources/core/configmap.ts';
import { namespaces, type Namespace } from '../../resources/core/namespace.ts';
import { isNamespaceTerminating } from '../support/namespace.ts';

const namespace = 'kube-system';
const name = 'extension-apiserver-authentication';
const clientAuthorities = 'client-ca-file';

/**
 * Tells other servers, in a ConfigMap of kube-system, whose client certificates the cluster accepts. Whatever somebody changes in it,
 * that part is put right. Part of the API server upstream.
 */
export const authenticationTrustController: Controller = {
  name: 'cluster-authentication-trust',
  component: 'cluster_authentication_trust_controller',
  triggers: [
    {
      resource: configMaps,
      keys: ({ metadata }: ConfigMap) => (metadata.name === name && metadata.namespace === namespace ? [name] : []),
      // The authorities are in the database: nobody asks for them at every start.
      keysAtStart: () => [],
    },
    {
      resource: namespaces,
      keys: () => [],
      keysAtStart: ({ metadata }: Namespace, snapshot) =>
        metadata.name === namespace && !snapshot.get(configMaps, namespace, name)?.data?.[clientAuthorities] ? [name] : [],
    },
  ],
  reconcile(_, snapshot) {
    if (!snapshot.get(namespaces, '', namespace) || isNamespaceTerminating(snapshot, namespace)) return emptyPlan();
    const current = snapshot.get(configMaps, namespace, name);
    const write = { resource: configMaps, authoritiesAs: clientAuthorities };
    if (current) return { ...emptyPlan(), writes: [{ ...write, verb: 'update', object: current }] };
    const { apiVersion, kind } = configMaps;
    return { ...emptyPlan(), writes: [{ ...write, verb: 'create', object: { apiVersion, kind, metadata: { namespace, name } } }] };
  },
};
