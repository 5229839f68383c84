import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { beforeAll, expect, test } from 'vitest';
import { certificateCleaner } from '../../../src/controllers/certificates/cleaner.ts';
import { endOfCertificate } from '../../../src/controllers/certificates/expiry.ts';
import { certificateSigningRequests } from '../../../src/resources/certificates/certificatesigningrequest.ts';
import { TestCluster } from '../support/cluster.ts';

const at = (minutes: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + minutes * 60_000).toISOString();
const condition = (type: string, minutes: number) => ({ type, status: 'True', lastUpdateTime: at(minutes) });
/** In PEM and base64, as signers put it into the status. */
const certificates = new Map<string, string>();

beforeAll(async () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
  for (const end of ['2026-01-01T00:30:00Z', '2027-01-01T00:00:00Z', '2055-06-07T08:09:10Z']) {
    const made = await x509.X509CertificateGenerator.createSelfSigned({
      name: 'CN=x',
      notBefore: new Date('2025-01-01T00:00:00Z'),
      notAfter: new Date(end),
      keys,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    });
    certificates.set(end, btoa(made.toString('pem')));
  }
});

test.each(['2026-01-01T00:30:00Z', '2027-01-01T00:00:00Z', '2055-06-07T08:09:10Z'])('a certificate ends at %s', (end) => {
  expect(endOfCertificate(certificates.get(end)!)).toBe(Date.parse(end));
});

test.each(['', btoa('no'), btoa('-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n')])('nobody knows when %s ends', (text) => {
  expect(endOfCertificate(text)).toBeUndefined();
});

/** Upstream's cases: for how many minutes from its creation a request is kept. */
test.each<[string, () => object | undefined, number | undefined]>([
  ['about which nothing was decided', () => undefined, 24 * 60],
  ['that was denied', () => ({ conditions: [condition('Denied', 5)] }), 65],
  ['that has failed', () => ({ conditions: [condition('Failed', 5)] }), 65],
  ['that was approved, and nothing else', () => ({ conditions: [condition('Approved', 5)] }), 24 * 60 + 5],
  [
    'that was approved and signed',
    () => ({ conditions: [condition('Approved', 5)], certificate: certificates.get('2027-01-01T00:00:00Z') }),
    65,
  ],
  [
    'whose certificate has ended',
    () => ({ conditions: [condition('Approved', 5)], certificate: certificates.get('2026-01-01T00:30:00Z') }),
    30,
  ],
  ['of which something unheard of is said', () => ({ conditions: [condition('Other', 5)] }), undefined],
])('a request %s', (_, status, minutes) => {
  const cluster = new TestCluster({ controllers: [certificateCleaner] });
  cluster.create(certificateSigningRequests, { metadata: { name: 'r' }, spec: { request: '', signerName: 'a.b/c' }, status: status() });
  cluster.settle();
  const isThere = () => cluster.get(certificateSigningRequests, '', 'r') !== undefined;
  if (minutes === undefined) {
    expect(cluster.nextMs).toBeUndefined();
    return;
  }
  cluster.advance(minutes * 60 - 1);
  cluster.settle();
  expect(isThere()).toBe(true);
  cluster.advance(1);
  cluster.settle();
  expect(isThere()).toBe(false);
});
