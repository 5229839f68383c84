import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Verification } from '../../../src/automation/hooks/config.ts';
import { verify, type KnownSecret } from '../../../src/automation/hooks/verify.ts';
import { Webhook } from 'standardwebhooks';

const now = new Date('2026-01-01T00:00:00Z');
const body = '{"a":"ü"}';
const signed = `whsec_${Buffer.alloc(32, 'key').toString('base64')}`;
const hex = (secret: string, text = body) => createHmac('sha256', secret).update(text).digest('hex');
const hash = (token: string): KnownSecret => ({ hash: createHash('sha256').update(token).digest('hex') });
const standard = (at: Date, secret = signed, id = 'm1') => ({
  'webhook-id': id,
  'webhook-timestamp': String(at.getTime() / 1000),
  'webhook-signature': new Webhook(secret).sign(id, at, body),
});
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);

const hmac: Verification = { type: 'hmac', header: 'x-hub-signature-256' };
const token: Verification = { type: 'token', header: 'x-gitlab-token' };
const webhooks: Verification = { type: 'standard-webhooks' };
const secrets = [{ secret: 'old' }, { secret: 'new' }];

test.each<[string, Verification, readonly KnownSecret[], Record<string, string>, string | undefined, string]>([
  ['hex', hmac, secrets, { 'x-hub-signature-256': `sha256=${hex('new')}` }, undefined, 'good'],
  ['hex, bare, upper case', hmac, secrets, { 'x-hub-signature-256': hex('old').toUpperCase() }, undefined, 'good'],
  ['base64', hmac, secrets, { 'x-hub-signature-256': Buffer.from(hex('new'), 'hex').toString('base64') }, undefined, 'good'],
  ['another header', { type: 'hmac', header: 'x-own' }, secrets, { 'x-own': hex('new') }, undefined, 'good'],
  ['a wrong secret', hmac, secrets, { 'x-hub-signature-256': hex('wrong') }, undefined, 'bad'],
  ['another body', hmac, secrets, { 'x-hub-signature-256': hex('new', '{}') }, undefined, 'bad'],
  ['no signature', hmac, secrets, {}, undefined, 'bad'],
  ['a short one', hmac, secrets, { 'x-hub-signature-256': hex('new').slice(2) }, undefined, 'bad'],
  ['no secrets', hmac, [], { 'x-hub-signature-256': hex('') }, undefined, 'bad'],
  ['the hash of a token for a secret', hmac, [hash('new')], { 'x-hub-signature-256': hex('new') }, undefined, 'bad'],
  ['a token in the URL', token, [hash('t')], {}, 't', 'good'],
  ['a bearer token', token, [hash('t')], { authorization: 'Bearer t' }, undefined, 'good'],
  ['a token in the header', token, [hash('s'), hash('t')], { 'x-gitlab-token': 't' }, undefined, 'good'],
  ['a header that is not asked for', { type: 'token' }, [hash('t')], { 'x-gitlab-token': 't' }, undefined, 'bad'],
  ['a wrong token', token, [hash('t')], { 'x-gitlab-token': 'T' }, 'x', 'bad'],
  ['no token', token, [hash('')], { 'x-gitlab-token': '' }, '', 'bad'],
  ['the hash itself', token, [hash('t')], {}, (hash('t') as { hash: string }).hash, 'bad'],
  ['Standard Webhooks', webhooks, [{ secret: signed }], standard(now), undefined, 'good'],
  ['four minutes ago', webhooks, [{ secret: signed }], standard(minutes(-4)), undefined, 'good'],
  ['six minutes ago', webhooks, [{ secret: signed }], standard(minutes(-6)), undefined, 'stale'],
  ['in six minutes', webhooks, [{ secret: signed }], standard(minutes(6)), undefined, 'stale'],
  ['a time that was not signed', webhooks, [{ secret: signed }], { ...standard(minutes(-6)), 'webhook-timestamp': String(now.getTime() / 1000) }, undefined, 'bad'],
  ['an id that was not signed', webhooks, [{ secret: signed }], { ...standard(now), 'webhook-id': 'm2' }, undefined, 'bad'],
  ['another secret', webhooks, [{ secret: `whsec_${Buffer.alloc(32).toString('base64')}` }], standard(now), undefined, 'bad'],
])('%s', async (_, how, known, headers, urlToken, expected) => {
  const proof = { urlToken, headers: new Headers(headers), body: new Uint8Array(Buffer.from(body)) };
  expect(await verify(how, known, proof, now)).toBe(expected);
});
