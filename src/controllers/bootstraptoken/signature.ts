import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * The signature of a text with a bootstrap token: a JWS (HS256) whose content is left out (RFC 7515, appendix F), by which who
 * holds the token knows that the text is from the cluster.
 */
export function detachedSignature(content: string, token: { id: string; secret: string }): string {
  const header = base64url(utf8ToBytes(JSON.stringify({ alg: 'HS256', kid: token.id })));
  const signed = utf8ToBytes(`${header}.${base64url(utf8ToBytes(content))}`);
  return `${header}..${base64url(hmac(sha256, utf8ToBytes(token.secret), signed))}`;
}

function base64url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
