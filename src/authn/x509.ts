/**
 * X.509 on WebCrypto, through a library that is large: whoever needs it imports this file when it is needed, so that the Worker
 * starts without it.
 */
// x509 resolves its parsers with decorators, which need this polyfill first.
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
  type Extension,
} from '@peculiar/x509';
import { subjectTypes, type CertificateWish, type SignedCertificate } from '../machinery/certificates.ts';

/** An authority as it is stored: DER in base64, and the key as PKCS #8. */
export interface StoredAuthority {
  /** base64url of the SHA-256 of its public key (SPKI). */
  keyId: string;
  certificate: string;
  privateKey: string;
}

/** An authority that can sign. Its key cannot be read out of it. */
export interface Authority {
  certificate: X509Certificate;
  key: CryptoKey;
}

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const algorithm = { ...curve, hash: 'SHA-256' } as const;
const dayMs = 86_400_000;
const authorityMs = 3_650 * dayMs;
/** For clocks that go behind. */
const backdateMs = 5 * 60_000;

/** A new authority for a cluster, for ten years. */
export async function createAuthority(cluster: string, now: Date): Promise<StoredAuthority> {
  const keys = (await crypto.subtle.generateKey(curve, true, ['sign', 'verify'])) as CryptoKeyPair;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: randomSerial(),
    name: [{ OU: [cluster] }, { CN: ['kubernetes'] }],
    notBefore: seconds(now.getTime() - backdateMs),
    notAfter: seconds(now.getTime() + authorityMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment | KeyUsageFlags.keyCertSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', certificate.publicKey.rawData));
  const pkcs8 = (await crypto.subtle.exportKey('pkcs8', keys.privateKey)) as ArrayBuffer;
  return {
    keyId: base64(digest).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
    certificate: base64(new Uint8Array(certificate.rawData)),
    privateKey: base64(new Uint8Array(pkcs8)),
  };
}

/** A stored authority, to sign with. */
export async function readAuthority({ certificate, privateKey }: StoredAuthority): Promise<Authority> {
  const pkcs8 = Uint8Array.from(atob(privateKey), (character) => character.charCodeAt(0));
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, curve, false, ['sign']);
  return { certificate: new X509Certificate(certificate), key };
}

/** Signs as upstream's authority does with its permissive policy; the wish says what was allowed. */
export async function signCertificate(authority: Authority, wish: CertificateWish, now: Date): Promise<SignedCertificate> {
  const { certificate: issuer, key } = authority;
  const request = readRequest(wish.request);
  if (!request) return refused('unable to parse certificate request');
  if (!(await isSigned(request))) return refused('unable to verify certificate request signature');
  if (now >= issuer.notAfter) return refused(`refusing to sign a certificate that expired in the past: NotAfter=${issuer.notAfter.toISOString()}`);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: randomSerial(),
    subject: subjectTypes.flatMap((type) => wish.subject.filter((part) => part.type === type).map(({ value }) => ({ [type]: [value] }))),
    issuer: issuer.subjectName,
    notBefore: seconds(wish.notBefore.getTime()),
    notAfter: seconds(Math.min(wish.notAfter.getTime(), issuer.notAfter.getTime())),
    signingAlgorithm: algorithm,
    publicKey: request.publicKey,
    signingKey: key,
    extensions: [...extensionsOf(wish), await AuthorityKeyIdentifierExtension.create(issuer.publicKey)],
  });
  return { certificate: `${certificate.toString('pem')}\n` };
}

const refused = (why: string): SignedCertificate => ({ refused: why });

function readRequest(request: string): Pkcs10CertificateRequest | undefined {
  try {
    return new Pkcs10CertificateRequest(atob(request));
  } catch {
    return undefined;
  }
}

/** Whether who asks has the key. A key or a signature of a kind that is not known here is no proof. */
async function isSigned(request: Pkcs10CertificateRequest): Promise<boolean> {
  try {
    return await request.verify();
  } catch {
    return false;
  }
}

const keyUsages: Readonly<Record<string, KeyUsageFlags>> = {
  signing: KeyUsageFlags.digitalSignature,
  'digital signature': KeyUsageFlags.digitalSignature,
  'content commitment': KeyUsageFlags.nonRepudiation,
  'key encipherment': KeyUsageFlags.keyEncipherment,
  'key agreement': KeyUsageFlags.keyAgreement,
  'data encipherment': KeyUsageFlags.dataEncipherment,
  'cert sign': KeyUsageFlags.keyCertSign,
  'crl sign': KeyUsageFlags.cRLSign,
  'encipher only': KeyUsageFlags.encipherOnly,
  'decipher only': KeyUsageFlags.decipherOnly,
};

/** In the order in which they are written. */
const extendedKeyUsages: readonly (readonly [oid: string, ...usages: string[]])[] = [
  ['2.5.29.37.0', 'any'],
  ['1.3.6.1.5.5.7.3.1', 'server auth'],
  ['1.3.6.1.5.5.7.3.2', 'client auth'],
  ['1.3.6.1.5.5.7.3.3', 'code signing'],
  ['1.3.6.1.5.5.7.3.4', 'email protection', 's/mime'],
  ['1.3.6.1.5.5.7.3.5', 'ipsec end system'],
  ['1.3.6.1.5.5.7.3.6', 'ipsec tunnel'],
  ['1.3.6.1.5.5.7.3.7', 'ipsec user'],
  ['1.3.6.1.5.5.7.3.8', 'timestamping'],
  ['1.3.6.1.5.5.7.3.9', 'ocsp signing'],
  ['1.3.6.1.4.1.311.10.3.3', 'microsoft sgc'],
  ['2.16.840.1.113730.4.1', 'netscape sgc'],
];

function extensionsOf({ usages, names, subject }: CertificateWish): Extension[] {
  const flags = usages.reduce((all, usage) => all | (keyUsages[usage] ?? 0), 0);
  const extended = extendedKeyUsages.filter(([, ...words]) => words.some((word) => usages.includes(word))).map(([oid]) => oid);
  return [
    ...(flags === 0 ? [] : [new KeyUsagesExtension(flags, true)]),
    ...(extended.length === 0 ? [] : [new ExtendedKeyUsageExtension(extended)]),
    new BasicConstraintsExtension(false, undefined, true),
    // Who is not named by the subject is named here alone (RFC 5280, 4.2.1.6).
    ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension([...names], subject.length === 0)]),
  ];
}

/** Certificates know no fractions of a second. */
const seconds = (ms: number): Date => new Date(Math.floor(ms / 1000) * 1000);

/** 127 random bits in hex: positive, and never twice. */
function randomSerial(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
