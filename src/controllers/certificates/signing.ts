import { emptyPlan, keyOf, splitKey, type Controller } from '../../machinery/reconcile.ts';
import {
  certificateSigningRequests,
  type CertificateSigningRequest,
} from '../../resources/certificates/certificatesigningrequest.ts';
import { readCertificateRequest } from '../../resources/shared/certificate-request.ts';
import { ruleOf, validityOf } from './signers.ts';

/** Has the cluster sign requests that were approved, for the signers of Kubernetes. */
export const certificateSigningController: Controller = {
  name: 'csrsigning',
  component: 'csrsigning-controller',
  triggers: [{ resource: certificateSigningRequests, keys: (request: CertificateSigningRequest) => [keyOf(request)] }],
  reconcile(key, snapshot, { now }) {
    const { name } = splitKey(key);
    const object = snapshot.get(certificateSigningRequests, '', name);
    const rule = object && ruleOf(object.spec.signerName);
    if (!rule || !isToBeSigned(object)) return emptyPlan();
    const { request, usages = [], expirationSeconds } = object.spec;
    const asked = readCertificateRequest(request);
    const wrong = asked ? rule(asked, usages) : `unable to parse csr ${JSON.stringify(name)}`;
    const write = { verb: 'update', resource: certificateSigningRequests, subresource: 'status' } as const;
    if (!asked || wrong !== undefined) {
      const failed = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message: wrong ?? '' };
      const conditions = [...(object.status?.conditions ?? []), failed];
      return { ...emptyPlan(), writes: [{ ...write, object: { ...object, status: { ...object.status, conditions } } as CertificateSigningRequest }] };
    }
    const { subject, names } = asked;
    const certificate = { request, subject, names, usages, ...validityOf(expirationSeconds, now) };
    return { ...emptyPlan(), writes: [{ ...write, object, certificate }] };
  },
};

/** Approved, and neither denied, failed nor signed. */
function isToBeSigned({ status }: CertificateSigningRequest): boolean {
  const conditions = status?.conditions ?? [];
  const has = (wanted: string) => conditions.some(({ type }) => type === wanted);
  const hasFailed = conditions.some(({ type, status: value }) => type === 'Failed' && (!value || value === 'True'));
  return !status?.certificate && has('Approved') && !has('Denied') && !hasFailed;
}
