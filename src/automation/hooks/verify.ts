/** Whether senders are who they should be. */
import { importKey, signedHeaders, signingKey } from '../signature.ts';
import type { Verification } from './config.ts';

/** What a sender may prove himself with: a hash of what he sends, or what he signs with. */
export type KnownSecret = { readonly hash: string } | { readonly secret: string };

export interface Proof {
  /** The last part of the URL, if it is not the hook's id. */
  urlToken: string | undefined;
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
}

/** How far the time of a signature may be from now, as Standard Webhooks says. */
const toleranceMs = 5 * 60_000;

/** `stale`: it was signed by one who may, but not now. */
export async function verify(how: Verification, secrets: readonly KnownSecret[], proof: Proof, now: Date): Promise<'good' | 'bad' | 'stale'> {
  switch (how.type) {
    case 'token':
      return (await hasToken(how.header, secrets, proof)) ? 'good' : 'bad';
    case 'hmac':
      return (await isSigned(how.header, secrets, proof)) ? 'good' : 'bad';
    case 'standard-webhooks':
      return standardWebhooks(secrets, proof, now);
  }
}

async function hasToken(header: string | undefined, secrets: readonly KnownSecret[], { urlToken, headers }: Proof): Promise<boolean> {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1];
  const shown = [urlToken, bearer, header === undefined ? undefined : headers.get(header)];
  for (const token of shown) {
    if (!token || token.length > 200) continue;
    // Of long random tokens the hash may be compared as it is: how far it agrees helps nobody to find one.
    const hash = await sha256Hex(token);
    if (secrets.some((each) => 'hash' in each && each.hash === hash)) return true;
  }
  return false;
}

async function isSigned(header: string, secrets: readonly KnownSecret[], { headers, body }: Proof): Promise<boolean> {
  const signature = bytesOf((headers.get(header) ?? '').replace(/^sha256=/, ''));
  if (!signature) return false;
  for (const each of secrets) {
    if (!('secret' in each)) continue;
    const key = await crypto.subtle.importKey('raw', encoder.encode(each.secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
    if (await crypto.subtle.verify('HMAC', key, signature, body)) return true;
  }
  return false;
}

async function standardWebhooks(secrets: readonly KnownSecret[], { headers, body }: Proof, now: Date): Promise<'good' | 'bad' | 'stale'> {
  const [id, seconds, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => headers.get(name) ?? '');
  if (!id || !/^\d{1,12}$/.test(seconds!) || !signatures || signatures.length > 2_000) return 'bad';
  const at = new Date(Number(seconds) * 1000);
  const text = new TextDecoder().decode(body);
  for (const each of secrets) {
    const bytes = 'secret' in each ? signingKey(each.secret) : undefined;
    if (!bytes) continue;
    const { 'webhook-signature': expected } = await signedHeaders([await importKey(bytes)], id, text, at);
    for (const signature of signatures.split(' '))
      if (await areEqual(signature, expected)) return Math.abs(at.getTime() - now.getTime()) <= toleranceMs ? 'good' : 'stale';
  }
  return 'bad';
}

/** In a time that says nothing of where they differ: what is compared are hashes, which nobody can choose. */
const areEqual = async (a: string, b: string): Promise<boolean> =>
  (await sha256Hex(a)) === (await sha256Hex(b));

const encoder = new TextEncoder();

/** A signature in hex or base64; undefined if it is neither, or not as long as HMAC-SHA256 makes it. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16));
  if (!/^[A-Za-z0-9+/]{43}=$/.test(text)) return undefined;
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

export async function sha256Hex(content: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', typeof content === 'string' ? encoder.encode(content) : content));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
