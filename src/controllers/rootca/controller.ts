import { emptyPlan, type Controller, type Plan } from '../../machinery/reconcile.ts';
import { configMaps, type ConfigMap } from '../../resources/core/configmap.ts';
import { namespaces, type Namespace } from '../../resources/core/namespace.ts';
import { isNamespaceTerminating } from '../support/namespace.ts';

const configMapName = 'kube-root-ca.crt';
const fileName = 'ca.crt';
const descriptionAnnotation = 'kubernetes.io/description';
const description =
  'Holds the CA bundle by which clients in the cluster know the API server. It says nothing about any other server.';

/**
 * Puts the certificate of the cluster's CA (PEM) into every namespace, where pods find it beside their token. Its keys are
 * names of namespaces.
 */
export const rootCaController = (caCertificate: string): Controller => ({
  name: 'root-ca-certificate-publisher',
  component: 'root-ca-cert-publisher',
  triggers: [
    { resource: namespaces, keys: ({ metadata }: Namespace) => [metadata.name] },
    {
      resource: configMaps,
      keys: ({ metadata }: ConfigMap) => (metadata.name === configMapName ? [metadata.namespace ?? ''] : []),
    },
  ],
  reconcile(namespace, snapshot): Plan {
    if (!snapshot.get(namespaces, '', namespace) || isNamespaceTerminating(snapshot, namespace)) return emptyPlan();
    const current = snapshot.get(configMaps, namespace, configMapName);
    const data = { [fileName]: caCertificate };
    const annotations = { ...current?.metadata.annotations, [descriptionAnnotation]: description };
    if (!current) {
      const { apiVersion, kind } = configMaps;
      const object = { apiVersion, kind, metadata: { namespace, name: configMapName, annotations }, data };
      return { ...emptyPlan(), writes: [{ verb: 'create', resource: configMaps, object }] };
    }
    const isCurrent = Object.keys(current.data ?? {}).length === 1 && current.data?.[fileName] === caCertificate;
    if (isCurrent && current.metadata.annotations?.[descriptionAnnotation]) return emptyPlan();
    const object: ConfigMap = { ...current, metadata: { ...current.metadata, annotations }, data };
    return { ...emptyPlan(), writes: [{ verb: 'update', resource: configMaps, object }] };
  },
});
