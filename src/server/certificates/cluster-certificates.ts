import type { CertificateWish, SignedCertificate } from '../../machinery/certificates.ts';

/** The certificate authority of one cluster. Its keys and the database are behind it. */
export interface ClusterCertificates {
  /** Signs with the cluster's newest authority. */
  sign(wish: CertificateWish): Promise<SignedCertificate>;
  /** The certificates of the authorities, in PEM, one after the other. */
  authorities(): Promise<string>;
}
