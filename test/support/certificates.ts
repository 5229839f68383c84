// First, as it brings a polyfill that the library needs.
import { createAuthority, readAuthority, signCertificate } from '../../src/authn/x509.ts';
import { Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension, type JsonGeneralNames } from '@peculiar/x509';
import type { Clock } from '../../src/lib/clock.ts';
import type { ClusterCertificates } from '../../src/server/certificates/cluster-certificates.ts';

/** The authority of a cluster in memory: a real one, made when it is first needed. */
export function memoryCertificates(clock: Clock): ClusterCertificates {
  let known: ReturnType<typeof made> | undefined;
  const made = async () => readAuthority(await createAuthority('c-0123456789', clock.now()));
  const authority = () => (known ??= made());
  return {
    sign: async (wish) => signCertificate(await authority(), wish, clock.now()),
    authorities: async () => `${(await authority()).certificate.toString('pem')}\n`,
  };
}

/** Certificates that nobody signs, and that are made without waiting for other threads: see `unsignedTokens`. */
export function unsignedCertificates(): ClusterCertificates {
  // As much of DER as the API looks at.
  const pem = (text: string) =>
    `-----BEGIN CERTIFICATE-----\n${btoa(`0${String.fromCharCode(text.length)}${text}`)}\n-----END CERTIFICATE-----\n`;
  return {
    sign: async ({ subject }) => ({ certificate: pem(subject.map(({ value }) => value).join()) }),
    authorities: async () => pem('authority'),
  };
}

export interface WantedRequest {
  /** As `O=system:nodes,CN=system:node:n`. */
  subject?: string;
  names?: JsonGeneralNames;
}

/** A request for a certificate (PEM, in base64) and its keys. */
export async function certificateRequest({ subject = 'CN=me', names = [] }: WantedRequest = {}) {
  const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = (await crypto.subtle.generateKey(signingAlgorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
  const extensions = names.length > 0 ? [new SubjectAlternativeNameExtension(names)] : [];
  const made = await Pkcs10CertificateRequestGenerator.create({ name: subject, keys, signingAlgorithm, extensions });
  return { request: btoa(made.toString('pem')), keys };
}
