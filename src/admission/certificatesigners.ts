import { samePlain } from '../machinery/plain.ts';
import type { CertificateSigningRequest } from '../resources/certificates/certificatesigningrequest.ts';
import { refuse, type AdmissionContext, type AdmissionPlugin, type Attributes, type WriteAttributes } from './plugin.ts';

const resources = ['certificatesigningrequests.certificates.k8s.io'];

/** Who approves or denies a certificate may `approve` for its signer. */
export const certificateApproval: AdmissionPlugin = {
  name: 'CertificateApproval',
  operations: ['UPDATE'],
  resources,
  subresources: ['approval'],
  validate(attributes: Attributes<CertificateSigningRequest>, context) {
    // The old one counts: who could change the signer on the way would choose whose rules hold.
    const { signerName } = attributes.oldObject!.spec;
    if (!mayForSigner('approve', signerName, attributes, context))
      throw refuse(attributes, `user not permitted to approve requests with signerName ${JSON.stringify(signerName)}`);
  },
};

/** Who puts a certificate or a condition into a request's status may `sign` for its signer. */
export const certificateSigning: AdmissionPlugin = {
  name: 'CertificateSigning',
  operations: ['UPDATE'],
  resources,
  subresources: ['status'],
  validate(attributes: WriteAttributes<CertificateSigningRequest>, context) {
    const { object, oldObject } = attributes;
    const { spec, status: before = {} } = oldObject as CertificateSigningRequest;
    const { status = {} } = object;
    if (status.certificate === before.certificate && samePlain(status.conditions ?? [], before.conditions ?? [])) return;
    if (!mayForSigner('sign', spec.signerName, attributes, context))
      throw refuse(attributes, `user not permitted to sign requests with signerName ${JSON.stringify(spec.signerName)}`);
  },
};

/** Signers are named by domain and path; a right for `example.com/*` is one for all of the domain's. */
function mayForSigner(verb: string, signer: string, { user }: Attributes, { authorizer, committed }: AdmissionContext): boolean {
  const [domain] = signer.split('/');
  const signers = { verb, group: 'certificates.k8s.io', version: '*', resource: 'signers', subresource: '', namespace: '' };
  return [signer, `${domain}/*`].some(
    (name) => authorizer.authorize({ user, ...signers, name }, committed).decision === 'allow',
  );
}
