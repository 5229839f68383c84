import { nameSuffix, type Random } from '../lib/random.ts';
import type { Reader } from '../machinery/reader.ts';
import type { Pod } from '../resources/core/pod.ts';
import { serviceAccounts, type ServiceAccount } from '../resources/core/serviceaccount.ts';
import { isMirrorPod, secretNames } from '../resources/shared/pod-references.ts';
import type { PodSpec } from '../resources/shared/pod-spec.ts';
import type { Volume } from '../resources/shared/volumes.ts';
import { refuse, type AdmissionPlugin, type Attributes, type WriteAttributes } from './plugin.ts';
import { unlistedSecret } from './secret-references.ts';

const defaultAccount = 'default';
/** On an account: its pods may only use the secrets that it lists. */
const enforceAnnotation = 'kubernetes.io/enforce-mountable-secrets';
const volumePrefix = 'kube-api-access-';
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
/** An hour and a few seconds: by the odd number the signer knows that nobody asked for it (WarnOnlyBoundTokenExpirationSeconds). */
const tokenSeconds = 3607;
/** What Go's ParseBool takes for true. */
const truths = ['1', 't', 'T', 'TRUE', 'true', 'True'];

/**
 * Gives every pod an account, which must exist, and its containers that account's token, the cluster's certificate and the
 * namespace's name. A pod that is created right after its namespace waits for the account `default`.
 */
export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  operations: ['CREATE', 'UPDATE'],
  resources: ['pods'],
  subresources: ['', 'ephemeralcontainers'],
  awaits(attributes: WriteAttributes<Pod>, { pending }) {
    if (attributes.operation !== 'CREATE' || isMirrorPod(attributes.object)) return undefined;
    const { namespace, object } = attributes;
    const name = accountNameOf(object.spec) || defaultAccount;
    if (name !== defaultAccount || pending.get(serviceAccounts, namespace, name)) return undefined;
    return { resource: serviceAccounts, namespace, name };
  },
  admit(attributes: WriteAttributes<Pod>, { pending, random }) {
    const { operation, object: pod } = attributes;
    if (operation !== 'CREATE') return;
    // The kubelet would not know its own pod any more.
    if (isMirrorPod(pod)) return checkMirror(attributes);
    const { spec } = pod;
    // The old field mirrors the new one.
    spec.serviceAccountName = spec.serviceAccount = accountNameOf(spec) || defaultAccount;
    const account = accountOf(attributes, spec.serviceAccountName, pending);
    if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(spec, random);
    if (!spec.imagePullSecrets?.length && account.imagePullSecrets?.length)
      spec.imagePullSecrets = account.imagePullSecrets.map(({ name }) => ({ name }));
    checkSecrets(attributes, account);
  },
  validate(attributes: WriteAttributes<Pod>, { pending }) {
    const { operation, subresource, object: pod, namespace } = attributes;
    if (operation === 'UPDATE' && subresource === '') return;
    if (operation === 'CREATE' && isMirrorPod(pod)) return checkMirror(attributes);
    const name = pod.spec.serviceAccountName;
    if (!name) throw refuse(attributes, `no service account specified for pod ${namespace}/${pod.metadata.name}`);
    checkSecrets(attributes, accountOf(attributes, name, pending));
  },
};

const accountNameOf = ({ serviceAccountName, serviceAccount: old }: PodSpec): string => serviceAccountName || old || '';

function accountOf(attributes: Attributes, name: string, reader: Reader): ServiceAccount {
  const { namespace } = attributes;
  const found = reader.get(serviceAccounts, namespace, name);
  if (found) return found;
  const missing = `serviceaccount ${JSON.stringify(name)} not found`;
  throw refuse(attributes, `error looking up service account ${namespace}/${name}: ${missing}`);
}

/** A pod that a kubelet runs from a file knows nothing of the cluster. */
function checkMirror(attributes: WriteAttributes<Pod>): void {
  const { spec } = attributes.object;
  if (accountNameOf(spec)) throw refuse(attributes, 'a mirror pod may not reference service accounts');
  if (secretNames(spec).length > 0) throw refuse(attributes, 'a mirror pod may not reference secrets');
  if (spec.volumes?.some(({ projected }) => projected?.sources?.some((source) => source.serviceAccountToken)))
    throw refuse(attributes, 'a mirror pod may not use ServiceAccountToken volume projections');
}

function checkSecrets(attributes: WriteAttributes<Pod>, account: ServiceAccount): void {
  if (!truths.includes(account.metadata.annotations?.[enforceAnnotation] ?? '')) return;
  const wrong = unlistedSecret(attributes.object.spec, account, attributes.subresource === 'ephemeralcontainers');
  if (wrong) throw refuse(attributes, wrong);
}

/** Mounts the token into every container that has nothing in its place. */
function mountToken(spec: PodSpec, random: Random): void {
  const present = spec.volumes?.find(({ name }) => name.startsWith(volumePrefix));
  const name = present?.name ?? volumePrefix + nameSuffix(random);
  let isMounted = false;
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    if (container.volumeMounts?.some((mount) => mount.mountPath === mountPath)) continue;
    container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath }];
    isMounted = true;
  }
  if (isMounted && !present) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)];
}

const tokenVolume = (name: string): Volume => ({
  name,
  projected: {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { expirationSeconds: tokenSeconds, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
    ],
  },
});
