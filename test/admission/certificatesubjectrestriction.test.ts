import { describe, expect, test } from 'vitest';
import { certificateSubjectRestriction } from '../../src/admission/certificatesubjectrestriction.ts';
import type { AdmissionContext, Attributes } from '../../src/admission/plugin.ts';
import { certificateSigningRequests } from '../../src/resources/certificates/certificatesigningrequest.ts';
import { readCertificateRequest } from '../../src/resources/shared/certificate-request.ts';

const der = (tag: number, ...content: string[]): string => {
  const text = content.join('');
  const length = text.length < 128 ? [text.length] : [0x82, text.length >> 8, text.length & 0xff];
  return String.fromCharCode(tag, ...length) + text;
};
const sequence = (...content: string[]) => der(0x30, ...content);
const attribute = (type: string, value: string) => der(0x31, sequence(der(0x06, `\x55\x04${type}`), der(0x0c, value)));
const organization = (name: string) => attribute('\x0a', name);
const commonName = (name: string) => attribute('\x03', name);

/** A request as `openssl req` makes it, without a key that works. */
function request(...subject: string[]): string {
  const info = sequence(der(0x02, '\0'), sequence(...subject), sequence(der(0x03, 'k'.repeat(200))));
  const data = btoa(sequence(info, sequence(der(0x06, 'x')), der(0x03, 's')));
  return btoa(`-----BEGIN CERTIFICATE REQUEST-----\n${data}\n-----END CERTIFICATE REQUEST-----\n`);
}

test.each([
  [request(commonName('me')), []],
  [request(organization('a'), commonName('system:masters'), organization('b')), ['a', 'b']],
  [request('\x31\x05abc'), undefined],
  [btoa('nothing'), []],
  [undefined, []],
])('the organizations of a request', (text, expected) => {
  expect(readCertificateRequest(text)?.organizations ?? []).toEqual(expected ?? []);
  if (expected === undefined) expect(readCertificateRequest(text)).toBeUndefined();
});

describe('CertificateSubjectRestriction', () => {
  const ask = (signerName: string, text: string) => {
    const attributes = { resource: certificateSigningRequests, name: 'c', object: { spec: { signerName, request: text } } };
    return () => certificateSubjectRestriction.validate!(attributes as unknown as Attributes, {} as AdmissionContext);
  };
  const client = 'kubernetes.io/kube-apiserver-client';
  const masters = request(organization('system:masters'));

  test.each([
    ['UTF8String', 0x0c, 'system:masters'],
    ['PrintableString', 0x13, 'system:masters'],
    ['BMPString', 0x1e, Array.from('system:masters', (character) => `\0${character}`).join('')],
  ])('nor by writing it as a %s', (_, tag, text) => {
    const set = der(0x31, sequence(der(0x06, '\x55\x04\x0a'), der(tag, text)));
    expect(ask(client, request(set))).toThrow('with system:masters group is not allowed');
  });

  test('nobody becomes a master', () => {
    expect(ask(client, masters)).toThrow(
      'certificatesigningrequests.certificates.k8s.io "c" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    );
    expect(ask(client, request('\x31\x05abc'))).toThrow('failed to parse CSR');
    expect(ask(client, request(organization('others')))).not.toThrow();
    expect(ask('example.com/own', masters)).not.toThrow();
  });
});
