import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCertificates, type Certificates } from '../../src/dev/certificates.ts';

const now = new Date();
const daysLater = (days: number) => new Date(now.getTime() + days * 86_400_000);

describe('loadCertificates', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hibernetes-tls-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('makes a certificate that clients of the CA accept at each of its names', async () => {
    const { authority, certificate, key } = await loadCertificates(folder, now);
    const server = createServer({ cert: certificate, key }, (_, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const fetched = (servername: string) =>
      new Promise<string>((resolve, reject) => {
        const options = { host: '127.0.0.1', port, servername, ca: authority, agent: false as const };
        get(options, (response) => response.setEncoding('utf8').on('data', resolve)).on('error', reject);
      });
    try {
      for (const name of ['', 'localhost', 'c-abc.clusters.localhost']) expect(await fetched(name), name).toBe('hello');
      await expect(fetched('example.com')).rejects.toThrow("does not match certificate's altnames");
    } finally {
      server.close();
    }
    const parsed = new X509Certificate(certificate);
    expect(parsed.checkIP('::1')).toBe('::1');
    expect(parsed.ca).toBe(false);
    expect(new X509Certificate(authority).ca).toBe(true);
    expect((await stat(join(folder, 'server.key'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'ca.key'))).mode & 0o777).toBe(0o600);
  });

  it('keeps both over restarts', async () => {
    const first = await loadCertificates(folder, now);
    expect(await loadCertificates(folder, daysLater(300))).toEqual(first);
  });

  it('renews the certificate before it ends, under the same CA', async () => {
    const first = await loadCertificates(folder, now);
    const renewed = await loadCertificates(folder, daysLater(340));
    expect(renewed.authority).toBe(first.authority);
    expect(renewed.certificate).not.toBe(first.certificate);
    expect(isIssuedBy(renewed)).toBe(true);
  });

  it('renews both before the CA ends', async () => {
    const first = await loadCertificates(folder, now);
    const renewed = await loadCertificates(folder, daysLater(3_640));
    expect(renewed.authority).not.toBe(first.authority);
    expect(isIssuedBy(renewed)).toBe(true);
  });

  it('makes a new certificate for another CA', async () => {
    await loadCertificates(folder, now);
    await rm(join(folder, 'ca.crt'));
    expect(isIssuedBy(await loadCertificates(folder, now))).toBe(true);
  });

  it('says what to do about a damaged file', async () => {
    await loadCertificates(folder, now);
    const file = join(folder, 'ca.crt');
    await writeFile(file, (await readFile(file, 'utf8')).slice(0, 90));
    await expect(loadCertificates(folder, now)).rejects.toThrow(
      new RegExp(`${file} and its key cannot be read .*: remove ${folder} `),
    );
  });
});

const isIssuedBy = ({ authority, certificate }: Certificates): boolean =>
  new X509Certificate(certificate).verify(new X509Certificate(authority).publicKey);
