import { expect, test } from 'vitest';
import { ruleOf, validityOf } from '../../../src/controllers/certificates/signers.ts';
import type { AlternativeName } from '../../../src/machinery/certificates.ts';
import type { CertificateRequest } from '../../../src/resources/shared/certificate-request.ts';

const request = (commonName = 'system:node:n', organizations = ['system:nodes'], names: readonly AlternativeName[] = []): CertificateRequest => ({
  subject: [],
  commonName,
  organizations,
  names,
});
const name = (type: AlternativeName['type']): AlternativeName => ({ type, value: 'x' });
const client = ['digital signature', 'key encipherment', 'client auth'];
const serving = ['digital signature', 'key encipherment', 'server auth'];
const wrongUsages = (purpose: string) => `usages did not match [${[purpose, 'digital signature', 'key encipherment'].sort().join(' ')}]`;

test.each<[string, CertificateRequest, string[], string | undefined]>([
  ['kube-apiserver-client', request('me', []), client, undefined],
  ['kube-apiserver-client', request('me', []), ['client auth'], undefined],
  ['kube-apiserver-client', request('me', []), ['client auth', 'server auth'], 'invalid usage for client certificate: server auth'],
  ['kube-apiserver-client', request('me', []), ['digital signature'], 'missing required usage for client certificate: client auth'],
  ['kube-apiserver-client-kubelet', request(), client, undefined],
  ['kube-apiserver-client-kubelet', request(), ['client auth', 'digital signature'], undefined],
  ['kube-apiserver-client-kubelet', request(), ['client auth'], wrongUsages('client auth')],
  ['kube-apiserver-client-kubelet', request(), serving, wrongUsages('client auth')],
  ['kube-apiserver-client-kubelet', request(), [...client, 'any'], wrongUsages('client auth')],
  ['kube-apiserver-client-kubelet', request('me'), client, 'subject common name does not begin with system:node:'],
  ['kube-apiserver-client-kubelet', request('system:node:n', []), client, 'subject organization is not system:nodes'],
  ['kube-apiserver-client-kubelet', request('system:node:n', ['system:nodes', 'system:masters']), client, 'subject organization is not system:nodes'],
  ['kube-apiserver-client-kubelet', request(undefined, undefined, [name('dns')]), client, 'DNS subjectAltNames are not allowed'],
  ['kube-apiserver-client-kubelet', request(undefined, undefined, [name('email')]), client, 'Email subjectAltNames are not allowed'],
  ['kube-apiserver-client-kubelet', request(undefined, undefined, [name('ip')]), client, 'IP subjectAltNames are not allowed'],
  ['kube-apiserver-client-kubelet', request(undefined, undefined, [name('url')]), client, 'URI subjectAltNames are not allowed'],
  ['kubelet-serving', request(undefined, undefined, [name('dns')]), serving, undefined],
  ['kubelet-serving', request(undefined, undefined, [name('ip')]), ['server auth', 'digital signature'], undefined],
  ['kubelet-serving', request(), serving, 'DNS or IP subjectAltName is required'],
  ['kubelet-serving', request(undefined, undefined, [name('ip'), name('email')]), serving, 'Email subjectAltNames are not allowed'],
  ['kubelet-serving', request(undefined, undefined, [name('ip'), name('url')]), serving, 'URI subjectAltNames are not allowed'],
  ['kubelet-serving', request(undefined, undefined, [name('ip')]), client, wrongUsages('server auth')],
  ['kubelet-serving', request('me', undefined, [name('ip')]), serving, 'subject common name does not begin with system:node:'],
  ['kubelet-serving', request(undefined, ['other'], [name('ip')]), serving, 'subject organization is not system:nodes'],
  ['legacy-unknown', request('me', ['anything'], [name('url')]), ['cert sign'], undefined],
])('%s, case %#', (signer, asked, usages, wrong) => {
  expect(ruleOf(`kubernetes.io/${signer}`)!(asked, usages)).toBe(wrong);
});

test('other signers are somebody else', () => {
  expect(ruleOf('kubernetes.io/other')).toBeUndefined();
  expect(ruleOf('example.com/kubelet-serving')).toBeUndefined();
});

const now = new Date('2026-01-01T00:00:00Z');
const day = 86_400;
test.each([
  [undefined, 365 * day - 300],
  [400 * day, 365 * day - 300],
  [day, day - 300],
  // Short ones are as long as asked for.
  [8 * 3600, 8 * 3600 - 300],
  [8 * 3600 - 1, 8 * 3600 - 1],
  [600, 600],
  [1, 600],
])('of %s seconds that are asked for, %s are left', (asked, left) => {
  const { notBefore, notAfter } = validityOf(asked, now);
  expect([(notBefore.getTime() - now.getTime()) / 1000, (notAfter.getTime() - now.getTime()) / 1000]).toEqual([-300, left]);
});
