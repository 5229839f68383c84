import type { KubeObject } from '../../machinery/meta.ts';
import type { Reader } from '../../machinery/reader.ts';
import { notFound } from '../../machinery/status.ts';
import { leewaySeconds, type TokenBinding } from '../../machinery/token-claims.ts';
import { nodes } from '../../resources/core/node.ts';
import { pods } from '../../resources/core/pod.ts';
import { secrets, tokenKey, type Secret } from '../../resources/core/secret.ts';
import { serviceAccounts } from '../../resources/core/serviceaccount.ts';

const gone = 'service account token has been invalidated';

/**
 * Why a token no longer counts, in upstream's words; undefined if it does: its ServiceAccount and what it is bound to are
 * still the same objects. What ends counts for a minute after its time.
 */
export function checkBinding(reader: Reader, binding: TokenBinding, now: Date): string | undefined {
  const { namespace, account: claimed } = binding;
  if (binding.signature !== undefined) return checkKept(reader, binding, binding.signature);
  const account = reader.get(serviceAccounts, namespace, claimed.name);
  if (!account) return notFound({ group: '', resource: 'serviceaccounts', name: claimed.name }).message;
  const { uid } = account.metadata;
  if (uid !== claimed.uid) return `service account UID (${uid}) does not match claim (${claimed.uid})`;
  if (isDeleted(account, now)) return `service account ${namespace}/${claimed.name} has been deleted`;

  const { pod, secret, node } = binding;
  if (secret) return checkObject('secret', reader.get(secrets, namespace, secret.name), secret.uid, now);
  // The node of a pod is told, and not looked at.
  if (pod) return checkObject('pod', reader.get(pods, namespace, pod.name), pod.uid, now);
  return node && checkObject('node', reader.get(nodes, '', node.name), node.uid, now);
}

function checkObject(
  what: string,
  object: KubeObject | undefined,
  claimedUid: string | undefined,
  now: Date,
): string | undefined {
  if (!object) return gone;
  const { uid } = object.metadata;
  if (uid !== claimedUid) return `${what} UID (${uid}) does not match service account ${what} ref claim (${claimedUid})`;
  return isDeleted(object, now) ? gone : undefined;
}

const isDeleted = ({ metadata: { deletionTimestamp } }: KubeObject, now: Date): boolean =>
  deletionTimestamp !== undefined && Date.parse(deletionTimestamp) < now.getTime() - leewaySeconds * 1000;

/** Of a token that is kept in a Secret: it counts while it is in there, and while its ServiceAccount exists. */
function checkKept(
  reader: Reader,
  { namespace, account: claimed, secret }: TokenBinding,
  signature: string,
): string | undefined {
  const keeper = secret && reader.get(secrets, namespace, secret.name);
  if (!keeper || keeper.metadata.deletionTimestamp) return 'Token has been invalidated';
  if (!holds(keeper, signature)) return "Token does not match server's copy";
  const account = reader.get(serviceAccounts, namespace, claimed.name);
  if (!account) return notFound({ group: '', resource: 'serviceaccounts', name: claimed.name }).message;
  if (account.metadata.deletionTimestamp) return `ServiceAccount ${namespace}/${claimed.name} has been deleted`;
  const { uid } = account.metadata;
  return uid === claimed.uid ? undefined : `ServiceAccount UID (${uid}) does not match claim (${claimed.uid})`;
}

function holds({ data }: Secret, signature: string): boolean {
  try {
    return atob(data?.[tokenKey] ?? '').endsWith(`.${signature}`);
  } catch {
    return false;
  }
}
