// x509 resolves its parsers with decorators, which need this polyfill first.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { DevError } from './errors.ts';

cryptoProvider.set(webcrypto as unknown as Crypto);

/** What the local server shows its clients, as PEM. */
export interface Certificates {
  /** The CA that clients have to trust. */
  authority: string;
  /** The server's certificate and its key. */
  certificate: string;
  key: string;
}

const dayMs = 86_400_000;
const authorityDays = 3_650;
/** Clients (Apple's among them) refuse server certificates that live longer than 398 days. */
const certificateDays = 365;
/** A certificate is renewed when it has less left than this. */
const renewDays = 30;

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/**
 * Names the server answers to. `ID.clusters.localhost` is a cluster's address without a path; clients do not accept a
 * wildcard right under a top-level name.
 */
const names = [
  { type: 'ip', value: '127.0.0.1' },
  { type: 'ip', value: '::1' },
  { type: 'dns', value: 'localhost' },
  { type: 'dns', value: '*.clusters.localhost' },
] as const;

/**
 * The CA and the server's certificate kept in `folder`; made when missing, renewed when they end soon. The CA stays the
 * same over restarts, so that kubeconfigs stay valid. Throws `DevError` when the files are not what they should be.
 */
export async function loadCertificates(folder: string, now: Date): Promise<Certificates> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const authority = (await load(folder, 'ca', now)) ?? (await save(folder, 'ca', await createAuthority(now)));
  const stored = await load(folder, 'server', now);
  const server =
    stored && (await stored.certificate.verify({ publicKey: authority.certificate, date: now }))
      ? stored
      : await save(folder, 'server', await createServerCertificate(authority, now));
  return {
    authority: authority.certificate.toString('pem'),
    certificate: server.certificate.toString('pem'),
    key: await privateKeyPem(server.privateKey),
  };
}

interface Signed {
  certificate: X509Certificate;
  privateKey: CryptoKey;
}

async function createAuthority(now: Date): Promise<Signed> {
  const keys = await createKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...validity(now, authorityDays),
    name: 'CN=Hibernetes local CA',
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, privateKey: keys.privateKey };
}

async function createServerCertificate(authority: Signed, now: Date): Promise<Signed> {
  const keys = await createKeys();
  const certificate = await X509CertificateGenerator.create({
    ...validity(now, certificateDays),
    subject: 'CN=Hibernetes local server',
    issuer: authority.certificate.subject,
    signingAlgorithm: algorithm,
    signingKey: authority.privateKey,
    publicKey: keys.publicKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([...names]),
      await AuthorityKeyIdentifierExtension.create(authority.certificate.publicKey),
    ],
  });
  return { certificate, privateKey: keys.privateKey };
}

/** An hour of tolerance for clocks that go behind; a serial number of its own for every certificate. */
function validity(now: Date, days: number) {
  return {
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex'),
    notBefore: new Date(now.getTime() - 3_600_000),
    notAfter: new Date(now.getTime() + days * dayMs),
  };
}

async function createKeys(): Promise<CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as unknown as CryptoKeyPair;
}

/** The stored pair; undefined when there is none or when it ends soon. */
async function load(folder: string, name: string, now: Date): Promise<Signed | undefined> {
  const file = join(folder, `${name}.crt`);
  try {
    const certificate = new X509Certificate(await readFile(file, 'utf8'));
    const [der] = PemConverter.decode(await readFile(join(folder, `${name}.key`), 'utf8'));
    const privateKey = await webcrypto.subtle.importKey('pkcs8', der!, algorithm, true, ['sign']);
    const isFresh = certificate.notAfter.getTime() - now.getTime() > renewDays * dayMs;
    return isFresh ? { certificate, privateKey: privateKey as unknown as CryptoKey } : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new DevError(`${file} and its key cannot be read (${(error as Error).message}): remove ${folder} to get new ones`);
  }
}

async function save(folder: string, name: string, signed: Signed): Promise<Signed> {
  await writeFile(join(folder, `${name}.key`), await privateKeyPem(signed.privateKey), { mode: 0o600 });
  await writeFile(join(folder, `${name}.crt`), `${signed.certificate.toString('pem')}\n`);
  return signed;
}

async function privateKeyPem(key: CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key as unknown as webcrypto.CryptoKey);
  return `${PemConverter.encode(der, 'PRIVATE KEY')}\n`;
}
