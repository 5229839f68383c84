// Answers that are kept may hold secrets, of which nothing but hashes is stored otherwise. They are encrypted with a key made of
// the token that asked, which is nowhere stored: whoever reads the database reads none of them.

const encoder = new TextEncoder();
const nonceBytes = 12;

/** What of an answer is kept. */
export interface KeptAnswer {
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** AES-256-GCM with a key by HKDF from the token; `context` is bound to it. Base64. */
export async function sealAnswer(token: string, context: string, nonce: Uint8Array, answer: KeptAnswer): Promise<string> {
  const algorithm = { name: 'AES-GCM', iv: nonce, additionalData: encoder.encode(context) };
  const key = await keyOf(token, ['encrypt']);
  const sealed = await crypto.subtle.encrypt(algorithm, key, encoder.encode(JSON.stringify(answer)));
  return btoa(Array.from([...nonce, ...new Uint8Array(sealed)], (byte) => String.fromCharCode(byte)).join(''));
}

/** The answer again. Throws if it was not sealed with this token and context. */
export async function openAnswer(token: string, context: string, sealed: string): Promise<KeptAnswer> {
  const bytes = Uint8Array.from(atob(sealed), (char) => char.charCodeAt(0));
  const algorithm = { name: 'AES-GCM', iv: bytes.slice(0, nonceBytes), additionalData: encoder.encode(context) };
  const opened = await crypto.subtle.decrypt(algorithm, await keyOf(token, ['decrypt']), bytes.slice(nonceBytes));
  return JSON.parse(new TextDecoder().decode(opened)) as KeptAnswer;
}

export const newNonce = (secretBytes: (count: number) => Uint8Array): Uint8Array => secretBytes(nonceBytes);

async function keyOf(token: string, usages: ('encrypt' | 'decrypt')[]) {
  const material = await crypto.subtle.importKey('raw', encoder.encode(token), 'HKDF', false, ['deriveKey']);
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encoder.encode('hibernetes idempotency') };
  return crypto.subtle.deriveKey(derivation, material, { name: 'AES-GCM', length: 256 }, false, usages);
}
