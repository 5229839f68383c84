import type { CertificateSigningRequest } from '../resources/certificates/certificatesigningrequest.ts';
import { readCertificateRequest } from '../resources/shared/certificate-request.ts';
import { refuse, type AdmissionPlugin, type WriteAttributes } from './plugin.ts';

const clientSigner = 'kubernetes.io/kube-apiserver-client';
const masters = 'system:masters';

/** Nobody becomes a member of system:masters by a certificate that the cluster signs. */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  operations: ['CREATE'],
  resources: ['certificatesigningrequests.certificates.k8s.io'],
  validate(attributes: WriteAttributes<CertificateSigningRequest>) {
    const { signerName, request } = attributes.object.spec;
    if (signerName !== clientSigner) return;
    const organizations = readCertificateRequest(request)?.organizations;
    if (!organizations) throw refuse(attributes, 'failed to parse CSR: asn1: structure error');
    if (organizations.includes(masters))
      throw refuse(attributes, `use of ${clientSigner} signer with ${masters} group is not allowed`);
  },
};
