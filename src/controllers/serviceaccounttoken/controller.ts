import { emptyPlan, keyOf, splitKey, type Controller, type Plan } from '../../machinery/reconcile.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { legacyPayload } from '../../machinery/token-claims.ts';
import {
  accountNameAnnotation,
  accountUidAnnotation,
  secrets,
  serviceAccountTokenType,
  tokenKey,
  type Secret,
} from '../../resources/core/secret.ts';
import { serviceAccounts, type ServiceAccount } from '../../resources/core/serviceaccount.ts';

const certificateKey = 'ca.crt';
const namespaceKey = 'namespace';

/**
 * Fills Secrets of the type `kubernetes.io/service-account-token`: a token that has no end of its own, the certificate of
 * the cluster's CA (PEM) and the namespace. Secrets whose ServiceAccount is not there are removed, and so is what a
 * ServiceAccount says of a Secret that is gone. Its keys are those of the Secrets.
 */
export const serviceAccountTokenController = (caCertificate: string): Controller => ({
  name: 'serviceaccount-token',
  component: 'serviceaccount-token-controller',
  triggers: [
    { resource: secrets, keys: (secret: Secret) => (accountOf(secret) === undefined ? [] : [keyOf(secret)]) },
    {
      resource: serviceAccounts,
      // Its Secrets have to know of its end, which no update brings.
      concerns: () => false,
      keys: ({ metadata: { namespace = '', name } }: ServiceAccount, snapshot) =>
        snapshot
          .list(secrets, namespace)
          .filter((secret) => accountOf(secret) === name)
          .map(keyOf),
      keysAtStart: () => [],
    },
  ],
  reconcile(key, snapshot): Plan {
    const { namespace, name } = splitKey(key);
    const secret = snapshot.get(secrets, namespace, name);
    if (!secret) return forget(snapshot, namespace, name);
    const accountName = accountOf(secret);
    if (accountName === undefined || secret.metadata.deletionTimestamp) return emptyPlan();
    const account = snapshot.get(serviceAccounts, namespace, accountName);
    const claimedUid = secret.metadata.annotations?.[accountUidAnnotation];
    if (!account || (claimedUid && claimedUid !== account.metadata.uid))
      return { ...emptyPlan(), writes: [{ verb: 'delete', resource: secrets, namespace, name, uid: secret.metadata.uid }] };
    return fill(secret, account, caCertificate);
  },
});

/** The ServiceAccount whose token the Secret is to keep; undefined for Secrets of other types. */
const accountOf = ({ type, metadata }: Secret): string | undefined =>
  type === serviceAccountTokenType ? metadata.annotations?.[accountNameAnnotation] || undefined : undefined;

function fill(secret: Secret, account: ServiceAccount, caCertificate: string): Plan {
  const { namespace = '', name } = secret.metadata;
  const { uid } = account.metadata;
  const data = secret.data ?? {};
  const certificate = caCertificate === '' ? data[certificateKey] : btoa(caCertificate);
  const needsToken = !data[tokenKey];
  if (!needsToken && data[certificateKey] === certificate && data[namespaceKey]) return emptyPlan();
  const object: Secret = {
    ...secret,
    metadata: { ...secret.metadata, annotations: { ...secret.metadata.annotations, [accountUidAnnotation]: uid } },
    data: {
      ...data,
      ...(certificate !== undefined && { [certificateKey]: certificate }),
      [namespaceKey]: data[namespaceKey] || btoa(namespace),
    },
  };
  const token = needsToken && { token: legacyPayload(namespace, name, { name: account.metadata.name, uid }) };
  return { ...emptyPlan(), writes: [{ verb: 'update', resource: secrets, object, ...token }] };
}

/** A Secret that kept a token is gone: no ServiceAccount lists it any longer. */
function forget(snapshot: Snapshot, namespace: string, name: string): Plan {
  const listing = snapshot
    .list(serviceAccounts, namespace)
    .filter((account) => account.secrets?.some((secret) => secret.name === name));
  return {
    ...emptyPlan(),
    writes: listing.map((account) => ({
      verb: 'update',
      resource: serviceAccounts,
      object: { ...account, secrets: account.secrets?.filter((secret) => secret.name !== name) } as ServiceAccount,
    })),
  };
}
