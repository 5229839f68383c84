import type { Reader, Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller } from '../../machinery/reconcile.ts';
import type { UserInfo } from '../../machinery/user.ts';
import {
  certificateSigningRequests,
  type CertificateSigningRequest,
} from '../../resources/certificates/certificatesigningrequest.ts';
import { clusterRoleBindings } from '../../resources/rbac/clusterrolebinding.ts';
import { clusterRoles } from '../../resources/rbac/clusterrole.ts';
import { readCertificateRequest } from '../../resources/shared/certificate-request.ts';
import { kubeletClientSigner, wrongWithKubeletClient } from './signers.ts';

/** Whether somebody may create a subresource of CertificateSigningRequests, as a SubjectAccessReview says. */
export type MayRequest = (user: UserInfo, subresource: string, reader: Reader) => boolean;

/**
 * Approves the certificates by which kubelets are clients, for who may have one of his own (`selfnodeclient`) or any
 * (`nodeclient`). Who gets that right later has his request approved then.
 */
export const certificateApprovingController = (mayRequest: MayRequest): Controller => {
  const waiting = (_: unknown, snapshot: Snapshot) => undecided(snapshot).map(keyOf);
  const atStart = () => [];
  return {
    name: 'csrapproving',
    component: 'csrapproving-controller',
    triggers: [
      { resource: certificateSigningRequests, keys: (request: CertificateSigningRequest) => (isUndecided(request) ? [keyOf(request)] : []) },
      { resource: clusterRoles, keys: waiting, keysAtStart: atStart },
      { resource: clusterRoleBindings, keys: waiting, keysAtStart: atStart },
    ],
    reconcile(key, snapshot) {
      const { name } = splitKey(key);
      const object = snapshot.get(certificateSigningRequests, '', name);
      if (!object || !isUndecided(object)) return emptyPlan();
      const message = whyApproved(object, (user, subresource) => mayRequest(user, subresource, snapshot));
      if (message === undefined) return emptyPlan();
      const approved = { type: 'Approved', status: 'True', reason: 'AutoApproved', message };
      const status = { ...object.status, conditions: [...(object.status?.conditions ?? []), approved] };
      const write = { verb: 'update', resource: certificateSigningRequests, subresource: 'approval' } as const;
      return { ...emptyPlan(), writes: [{ ...write, object: { ...object, status } as CertificateSigningRequest }] };
    },
  };
};

function undecided(snapshot: Snapshot): readonly CertificateSigningRequest[] {
  const ofSigner =
    snapshot.withField?.(certificateSigningRequests, 'spec.signerName', kubeletClientSigner) ?? snapshot.list(certificateSigningRequests);
  return ofSigner.filter(isUndecided);
}

const isUndecided = ({ spec, status }: CertificateSigningRequest): boolean =>
  spec.signerName === kubeletClientSigner &&
  !status?.certificate &&
  !status?.conditions?.some(({ type }) => type === 'Approved' || type === 'Denied');

function whyApproved({ spec }: CertificateSigningRequest, may: (user: UserInfo, subresource: string) => boolean): string | undefined {
  const request = readCertificateRequest(spec.request);
  if (!request || wrongWithKubeletClient(request, spec.usages ?? []) !== undefined) return undefined;
  const { username = '', uid, groups = [], extra } = spec;
  const user: UserInfo = { name: username, groups, ...(uid && { uid }), ...(extra && { extra }) };
  if (username === request.commonName && may(user, 'selfnodeclient'))
    return 'Auto approving self kubelet client certificate after SubjectAccessReview.';
  return may(user, 'nodeclient') ? 'Auto approving kubelet client certificate after SubjectAccessReview.' : undefined;
}
