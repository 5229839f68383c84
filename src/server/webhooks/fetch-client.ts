import { limits } from '../../lib/limits.ts';
import { whyNotPublic } from '../../lib/public-address.ts';
import { WebhookUnreachable, type WebhookClient, type WebhookRequest } from './client.ts';

export interface FetchClientOptions {
  fetch: typeof fetch;
  /**
   * Where requests are handed to somebody who carries them out (the local server's `WebhookBridge`), with the private
   * authorities that the platform's fetch does not take. Without it they are sent from here, to public addresses.
   */
  bridge?: string | undefined;
}

/** Reaches webhooks by `fetch`. */
export function fetchWebhooks(options: FetchClientOptions): WebhookClient {
  return {
    async post(request) {
      if (request.service) return throughNodes();
      return options.bridge ? throughBridge(options.fetch, options.bridge, request) : directly(options.fetch, request);
    },
  };
}

/** The way to Services leads through the nodes. The tunnel will serve it from here. */
async function throughNodes(): Promise<never> {
  throw new WebhookUnreachable('the nodes of this cluster carry no traffic to services yet; use a url');
}

async function directly(fetch: FetchClientOptions['fetch'], { url = '', caBundle, body, timeoutMs }: WebhookRequest) {
  const why = whyNotPublic(url);
  if (why) throw new WebhookUnreachable(why);
  try {
    const target = new URL(url);
    target.searchParams.set('timeout', `${Math.ceil(timeoutMs / 1000)}s`);
    return await send(fetch, target.href, body, timeoutMs);
  } catch (error) {
    if (!(error instanceof WebhookUnreachable) || !caBundle) throw error;
    throw new WebhookUnreachable(
      `${error.message} (only public certificate authorities are trusted here, caBundle has no effect)`,
    );
  }
}

/** The bridge answers with the status and body that it got, or says why there are none. */
export async function throughBridge(fetch: FetchClientOptions['fetch'], bridge: string, request: WebhookRequest & { method?: 'GET' }) {
  const { status, body } = await send(fetch, bridge, JSON.stringify(request), request.timeoutMs + bridgePatienceMs);
  if (status !== 200) throw new WebhookUnreachable(`the bridge answered ${status}`);
  const answer = JSON.parse(body) as { status: number; body: string } | { error: string };
  if ('error' in answer) throw new WebhookUnreachable(answer.error);
  return answer;
}

/** The bridge itself keeps the time; this is for when it does not. */
const bridgePatienceMs = 2_000;

async function send(fetch: FetchClientOptions['fetch'], url: string, body: string, timeoutMs: number) {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', 'user-agent': 'kube-apiserver-admission' },
      body,
      signal,
      // Nobody is sent elsewhere, past the guard.
      redirect: 'manual',
    });
    return { status: response.status, body: await boundedText(response, limits.webhookAnswerBytes) };
  } catch (error) {
    if (error instanceof WebhookUnreachable) throw error;
    if (signal.aborted) throw new WebhookUnreachable('context deadline exceeded');
    throw new WebhookUnreachable(error instanceof Error ? error.message : String(error));
  }
}

export async function boundedText({ body }: Response, bytesMax: number): Promise<string> {
  if (!body) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new WebhookUnreachable(`the answer is longer than ${bytesMax} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
