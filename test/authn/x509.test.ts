import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority, readAuthority, signCertificate, type Authority } from '../../src/authn/x509.ts';
import type { CertificateWish } from '../../src/machinery/certificates.ts';
import { readCertificateRequest } from '../../src/resources/shared/certificate-request.ts';
import { certificateRequest, type WantedRequest } from '../support/certificates.ts';
import { X509Certificate } from 'node:crypto';

const now = new Date();
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);
const seconds = (date: Date) => Math.floor(date.getTime() / 1000);
let authority: Authority;
beforeAll(async () => {
  authority = await readAuthority(await createAuthority('c-0123456789', now));
});

async function wishFor(wanted: WantedRequest, more: Partial<CertificateWish> = {}): Promise<CertificateWish> {
  const { request } = await certificateRequest(wanted);
  const { subject, names } = readCertificateRequest(request)!;
  return { request, subject, names, usages: ['client auth', 'digital signature'], notBefore: minutes(-5), notAfter: minutes(60), ...more };
}
async function signed(wish: CertificateWish): Promise<string> {
  const outcome = await signCertificate(authority, wish, now);
  if ('refused' in outcome) throw new Error(outcome.refused);
  return outcome.certificate;
}

test('a certificate says what was asked for, for the time that was allowed, and no more', async () => {
  const names = [{ type: 'dns' as const, value: 'a.example.com' }, { type: 'ip' as const, value: '2001:db8::1' }];
  const text = await signed(await wishFor({ subject: 'CN=me,O=first,O=second,OU=unit', names }));
  const certificate = new X509Certificate(text);
  expect(certificate.subject).toBe('O=first\nO=second\nOU=unit\nCN=me');
  expect(certificate.issuer).toBe('OU=c-0123456789\nCN=kubernetes');
  expect(certificate.subjectAltName).toBe('DNS:a.example.com, IP Address:2001:DB8:0:0:0:0:0:1');
  expect(certificate.ca).toBe(false);
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  expect([seconds(new Date(certificate.validFrom)), seconds(new Date(certificate.validTo))]).toEqual([seconds(minutes(-5)), seconds(minutes(60))]);
  expect(certificate.verify(new X509Certificate(authority.certificate.toString('pem')).publicKey)).toBe(true);
  expect(text.endsWith('-----END CERTIFICATE-----\n')).toBe(true);
});

test('no two have one serial number', async () => {
  const wish = await wishFor({});
  const serials = [await signed(wish), await signed(wish)].map((text) => new X509Certificate(text).serialNumber);
  expect(new Set(serials).size).toBe(2);
  for (const serial of serials) expect(BigInt(`0x${serial}`)).toBeGreaterThan(2n ** 64n);
});

test('none outlives its authority', async () => {
  const certificate = new X509Certificate(await signed(await wishFor({}, { notAfter: minutes(60 * 24 * 365 * 20) })));
  expect(seconds(new Date(certificate.validTo))).toBe(seconds(authority.certificate.notAfter));
  const late = new Date(authority.certificate.notAfter.getTime());
  expect(await signCertificate(authority, await wishFor({}), late)).toEqual({
    refused: expect.stringContaining('refusing to sign a certificate that expired in the past') as string,
  });
});

test('who does not have the key gets none', async () => {
  const { request } = await certificateRequest();
  const der = Buffer.from(atob(request).replace(/-----.*-----|\n/g, ''), 'base64');
  // The last byte is one of the signature's.
  der[der.length - 1]! ^= 1;
  const forged = btoa(`-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`);
  expect(await signCertificate(authority, await wishFor({}, { request: forged }), now)).toEqual({
    refused: 'unable to verify certificate request signature',
  });
  expect(await signCertificate(authority, await wishFor({}, { request: btoa('nothing') }), now)).toEqual({
    refused: 'unable to parse certificate request',
  });
});

describe.skipIf(!hasOpenssl())('openssl', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'x509-'))));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8', cwd: folder });
  const ca = () => write('ca.crt', authority.certificate.toString('pem'));

  test.each([
    ['client auth', 'sslclient'],
    ['server auth', 'sslserver'],
  ])('verifies a certificate for %s', async (usage, purpose) => {
    const names = [{ type: 'dns' as const, value: 'a.example.com' }];
    const file = write('own.crt', await signed(await wishFor({ names }, { usages: [usage, 'digital signature'] })));
    expect(openssl('verify', '-x509_strict', '-purpose', purpose, '-CAfile', ca(), file)).toContain('OK');
  });

  test.each([
    ['rsa', ['-newkey', 'rsa:2048']],
    ['P-384', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384']],
    ['P-521', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521']],
    ['Ed25519', ['-newkey', 'ed25519']],
  ])('makes a request with a key of the kind %s', async (_, key) => {
    openssl('req', '-new', ...key, '-nodes', '-keyout', 'own.key', '-subj', '/O=dev/CN=jane', '-out', 'own.csr', '-addext', 'subjectAltName=IP:192.0.2.1');
    const request = btoa(openssl('req', '-in', 'own.csr'));
    const { subject, names } = readCertificateRequest(request)!;
    expect({ subject, names }).toEqual({
      subject: [{ type: 'O', value: 'dev' }, { type: 'CN', value: 'jane' }],
      names: [{ type: 'ip', value: '192.0.2.1' }],
    });
    const file = write('own.crt', await signed({ ...(await wishFor({})), request, subject, names }));
    expect(openssl('verify', '-x509_strict', '-CAfile', ca(), file)).toContain('OK');
    expect(openssl('x509', '-in', file, '-noout', '-pubkey')).toBe(openssl('pkey', '-in', 'own.key', '-pubout'));
  });
});

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
}
