/**
 * Bearer tokens: `hib_<kind>_<secret>`, opaque to clients. The kind only tells people (and secret scanners) what they
 * found; what a token may do is in its row. Only the SHA-256 of a token is stored, which is enough for secrets that are
 * random and long: there is nothing to guess, so nothing to slow down.
 */
export const tokenKinds = ['admin', 'api', 'kubeconfig', 'node'] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** Gives `count` bytes from a cryptographic source. `Random` is not one. */
export type SecretBytes = (count: number) => Uint8Array;

export const systemSecretBytes: SecretBytes = (count) => crypto.getRandomValues(new Uint8Array(count));

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 43 digits of base 62 hold 256 bits. */
const secretDigits = 43;
const tokenPattern = new RegExp(`^hib_(?:${tokenKinds.join('|')})_[0-9A-Za-z]{${secretDigits}}$`);

/** A new token. It is shown once; keep `hashToken` of it. */
export function createToken(kind: TokenKind, secretBytes: SecretBytes): string {
  let secret = '';
  while (secret.length < secretDigits)
    // Bytes past the largest multiple of 62 would favour the first digits.
    for (const byte of secretBytes(secretDigits)) if (byte < 248 && secret.length < secretDigits) secret += alphabet[byte % 62];
  return `hib_${kind}_${secret}`;
}

/** Whether the text has the form of a token, so that anything else is turned away without a hash or a query. */
export function isToken(text: string): boolean {
  return tokenPattern.test(text);
}

/** What is stored of a token: its SHA-256 in hex. */
export async function hashToken(token: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The token of an `Authorization: Bearer …` header; undefined for none or another scheme. */
export function bearerToken(header: string | null | undefined): string | undefined {
  const match = header ? /^Bearer +([^\s]+) *$/i.exec(header) : null;
  return match?.[1];
}
