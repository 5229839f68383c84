/** What certificates say, as far as who decides about them and who signs them have to agree on it. */

/** One part of a subject, by the name that RFC 4514 has for it. */
export interface SubjectPart {
  readonly type: SubjectType;
  readonly value: string;
}

/** The parts of subjects that are kept, in the order in which they are written, as Go does. */
export const subjectTypes = ['C', 'O', 'OU', 'L', 'ST', 'STREET', 'postalCode', 'CN', 'serialNumber'] as const;
export type SubjectType = (typeof subjectTypes)[number];

/** One subjectAltName. */
export interface AlternativeName {
  readonly type: 'dns' | 'email' | 'ip' | 'url';
  /** Of an IP address its text. */
  readonly value: string;
}

/** A certificate that is to be signed for the key of a request. */
export interface CertificateWish {
  /** The request, PKCS #10 in PEM, in base64. Only its key is taken over. */
  readonly request: string;
  readonly subject: readonly SubjectPart[];
  readonly names: readonly AlternativeName[];
  /** In the words of CertificateSigningRequests: `client auth`. */
  readonly usages: readonly string[];
  readonly notBefore: Date;
  /** It ends earlier if its authority does. */
  readonly notAfter: Date;
}

/** The certificate (PEM), or why there cannot be one, in upstream's words. */
export type SignedCertificate = { readonly certificate: string } | { readonly refused: string };
