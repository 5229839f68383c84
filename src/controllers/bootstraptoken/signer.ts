import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, type Controller } from '../../machinery/reconcile.ts';
import { bootstrapTokenNamespace, isBootstrapToken, usableToken } from '../../resources/core/bootstrap-token.ts';
import { configMaps, type ConfigMap } from '../../resources/core/configmap.ts';
import { secrets, type Secret } from '../../resources/core/secret.ts';
import { detachedSignature } from './signature.ts';

const namespace = 'kube-public';
const name = 'cluster-info';
const signedKey = 'kubeconfig';
const signaturePrefix = 'jws-kubeconfig-';

/**
 * Signs the kubeconfig in the ConfigMap `cluster-info`, where somebody has made it, with every bootstrap token that is for
 * signing. It has one key.
 */
export const bootstrapSigner: Controller = {
  name: 'bootstrapsigner',
  component: 'bootstrap-signer',
  triggers: [
    {
      resource: configMaps,
      keys: ({ metadata }: ConfigMap) => (metadata.name === name && metadata.namespace === namespace ? [name] : []),
    },
    { resource: secrets, keys: (secret: Secret) => (isBootstrapToken(secret) ? [name] : []) },
  ],
  reconcile(_, snapshot, { now }) {
    const current = snapshot.get(configMaps, namespace, name);
    const content = current?.data?.[signedKey];
    if (!current || content === undefined) return emptyPlan();
    const unsigned = Object.entries(current.data ?? {}).filter(([key]) => !key.startsWith(signaturePrefix));
    const signatures = tokensOf(snapshot, now).map((token) => [signaturePrefix + token.id, detachedSignature(content, token)] as const);
    const data: Record<string, string> = Object.fromEntries([...unsigned, ...signatures]);
    const before = current.data ?? {};
    const isSigned = Object.keys(before).length === Object.keys(data).length && Object.keys(data).every((key) => data[key] === before[key]);
    return isSigned ? emptyPlan() : { ...emptyPlan(), writes: [{ verb: 'update', resource: configMaps, object: { ...current, data } as ConfigMap }] };
  },
};

function tokensOf(snapshot: Snapshot, now: Date) {
  return snapshot.list(secrets, bootstrapTokenNamespace).flatMap((secret) => {
    const token = isBootstrapToken(secret) ? usableToken(secret, 'signing', now) : undefined;
    return token ? [token] : [];
  });
}
