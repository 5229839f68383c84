import type { HookConfig } from './config.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** The payload of a body: JSON, or a form with JSON in its field `payload`. Nothing is an empty object. Undefined if it is none of these. */
export function readPayload(body: Uint8Array<ArrayBuffer>, contentType: string | null): unknown {
  try {
    const text = decoder.decode(body);
    if (text.trim() === '') return {};
    const isForm = contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded') ?? false;
    return JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text) as unknown;
  } catch {
    return undefined;
  }
}

/** What proves something, or is not the sender's. */
const hiddenHeaders: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'x-gitlab-token',
  'x-hub-signature',
  'x-hub-signature-256',
  'webhook-signature',
]);

/** The headers that expressions get to see, by their names in lower case: none that is a secret. */
export function visibleHeaders(headers: Headers, { verification }: Pick<HookConfig, 'verification'>): Record<string, string> {
  const own = 'header' in verification ? verification.header : undefined;
  const shown = [...headers].filter(([name]) => !hiddenHeaders.has(name) && name !== own && !name.startsWith('cf-') && !name.startsWith('x-forwarded-'));
  return Object.fromEntries(shown);
}
