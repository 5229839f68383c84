import { emptyPlan, keyOf, splitKey, type Controller } from '../../machinery/reconcile.ts';
import {
  certificateSigningRequests,
  type CertificateSigningRequest,
} from '../../resources/certificates/certificatesigningrequest.ts';
import { endOfCertificate } from './expiry.ts';

const hourMs = 3_600_000;
/** For how long requests are kept: about which something was decided and done, and which wait for that. */
const keptMs = { finished: hourMs, pending: 24 * hourMs };

/** Deletes requests for certificates some time after their end, and those that nobody cares about. */
export const certificateCleaner: Controller = {
  name: 'csrcleaner',
  component: 'csrcleaner-controller',
  triggers: [{ resource: certificateSigningRequests, keys: (request: CertificateSigningRequest) => [keyOf(request)] }],
  reconcile(key, snapshot, { now }) {
    const { name } = splitKey(key);
    const request = snapshot.get(certificateSigningRequests, '', name);
    const endMs = request && endOf(request);
    if (!request || endMs === undefined) return emptyPlan();
    const leftMs = endMs - now.getTime();
    if (leftMs > 0) return { ...emptyPlan(), requeueAfterMs: leftMs };
    const { uid } = request.metadata;
    return {
      ...emptyPlan(),
      writes: [{ verb: 'delete', resource: certificateSigningRequests, namespace: '', name, uid }],
    };
  },
};

/** When the request is of no more use, in ms since the epoch: the first of all times that apply. */
function endOf({ metadata, status }: CertificateSigningRequest): number | undefined {
  const { certificate, conditions = [] } = status ?? {};
  if (conditions.length === 0) return Date.parse(metadata.creationTimestamp) + keptMs.pending;
  const ends = conditions.flatMap(({ type, lastUpdateTime }) => {
    const isApproval = type === 'Approved';
    if (!isApproval && type !== 'Denied' && type !== 'Failed') return [];
    const kept = isApproval && !certificate ? keptMs.pending : keptMs.finished;
    return lastUpdateTime === undefined ? [] : [Date.parse(lastUpdateTime) + kept];
  });
  const expiry = certificate && conditions.some(({ type }) => type === 'Approved') ? endOfCertificate(certificate) : undefined;
  if (expiry !== undefined) ends.push(expiry);
  return ends.length > 0 ? Math.min(...ends) : undefined;
}
