import type { Clock } from '../lib/clock.ts';
import { limits } from '../lib/limits.ts';
import { whyNotPublic } from '../lib/public-address.ts';
import type { Attempt } from './outbox.ts';
import { signedHeaders } from './signature.ts';

/** Where messages go and how they are signed. */
export interface Receiver {
  readonly url: string;
  readonly keys: readonly CryptoKey[];
}

export interface Sent {
  ok: boolean;
  attempt: Attempt;
  retryAfterSeconds?: number;
}

/** Posts one message. Never rejects: what goes wrong is in the attempt. */
export type Send = (receiver: Receiver, id: string, body: string) => Promise<Sent>;

export interface SenderOptions {
  fetch: typeof fetch;
  clock: Clock;
  /** Whether every address may be reached, without TLS too: on a machine of one's own. */
  allowPrivate: boolean;
}

/**
 * Posts messages by `fetch`: signed, to public addresses only, without following redirects, within `limits.deliveryAnswerMs`.
 * Of the answer no more than its beginning is read.
 */
export function createSender({ fetch, clock, allowPrivate }: SenderOptions): Send {
  return async ({ url, keys }, id, body) => {
    const started = clock.now();
    const attempt: Attempt = { at: started.toISOString(), latencyMs: 0 };
    const failed = (error: string): Sent => ({
      ok: false,
      attempt: { ...attempt, latencyMs: clock.now().getTime() - started.getTime(), error },
    });
    const refused = allowPrivate ? undefined : whyNotAllowed(url);
    if (refused !== undefined) return failed(refused);
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), limits.deliveryAnswerMs);
    try {
      const headers = { 'content-type': 'application/json', 'user-agent': 'Hibernetes-Webhooks/1', ...(await signedHeaders(keys, id, body, started)) };
      const response = await fetch(url, { method: 'POST', headers, body, signal: abort.signal, redirect: 'manual' });
      const answer = await beginningOf(response);
      const { status } = response;
      const latencyMs = clock.now().getTime() - started.getTime();
      const seconds = Number(response.headers.get('retry-after'));
      return {
        ok: status >= 200 && status < 300,
        attempt: { ...attempt, latencyMs, statusCode: status, ...(answer !== '' && { answer }), ...(status >= 300 && { error: whyRefused(status) }) },
        ...(seconds > 0 && { retryAfterSeconds: seconds }),
      };
    } catch (error) {
      return failed(abort.signal.aborted ? `no answer within ${limits.deliveryAnswerMs / 1_000} s` : messageOf(error));
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Why a URL may not be reached from a platform that serves many. */
function whyNotAllowed(url: string): string | undefined {
  return new URL(url).protocol === 'https:' ? whyNotPublic(url) : 'only https is allowed here';
}

const whyRefused = (status: number): string =>
  status < 400 ? `the receiver answered ${status}; redirects are not followed` : `the receiver answered ${status}`;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 200);

async function beginningOf({ body }: Response): Promise<string> {
  if (!body) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  while (bytes < limits.deliveryAnswerBytes) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    const part = value.subarray(0, limits.deliveryAnswerBytes - bytes);
    bytes += part.byteLength;
    text += decoder.decode(part, { stream: true });
  }
  void reader.cancel().catch(() => {});
  return text;
}
