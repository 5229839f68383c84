import { createServer, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { rootCertificates } from 'node:tls';

/** What the Worker asks for: a POST to a webhook, or a GET of an issuer's documents. */
interface Posting {
  method?: 'GET';
  url: string;
  /** PEM in base64: the authorities to be trusted instead of the public ones. */
  caBundle?: string;
  body: string;
  timeoutMs: number;
}

/** A webhook's answer, or why there is none. */
type Posted = { status: number; body: string } | { error: string };

export interface WebhookBridge {
  /** Whoever knows it may use the bridge. */
  readonly endpoint: string;
  close(): Promise<void>;
}

const bodyBytesMax = 16 * 1024 * 1024;

/**
 * Reaches admission webhooks for the local server: the runtime's own fetch trusts a fixed list of authorities, and webhooks bring
 * one of their own (`caBundle`). Reaches every address, since they are those of the one who runs the server.
 */
export async function startWebhookBridge(secret: string): Promise<WebhookBridge> {
  const path = `/${secret}`;
  const server = createServer((incoming, outgoing) => {
    if (incoming.method !== 'POST' || incoming.url !== path) return void outgoing.writeHead(404).end();
    answer(incoming).then(
      (posted) => outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(posted)),
      () => outgoing.writeHead(400).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}${path}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(incoming: IncomingMessage): Promise<Posted> {
  return postToWebhook(JSON.parse(await textOf(incoming)) as Posting);
}

/** One request. Never rejects: what goes wrong is said. */
export async function postToWebhook({ method, url, caBundle, body, timeoutMs }: Posting): Promise<Posted> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const target = new URL(url);
    if (method === undefined) target.searchParams.set('timeout', `${Math.ceil(timeoutMs / 1000)}s`);
    const ca = caBundle ? Buffer.from(caBundle, 'base64').toString() : [...rootCertificates];
    const sent = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const headers = { accept: 'application/json', ...(method === undefined && sent) };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      httpsRequest(target, { method: method ?? 'POST', headers, ca, signal, agent: false }, resolve).once('error', reject).end(body);
    });
    return { status: response.statusCode ?? 0, body: await textOf(response) };
  } catch (error) {
    if (signal.aborted) return { error: 'context deadline exceeded' };
    return { error: describe(error as NodeJS.ErrnoException & { address?: string; port?: number; hostname?: string }) };
  }
}

/** In the words of Go, for the commonest failures. */
function describe({
  code = '',
  message,
  address,
  port,
  hostname,
}: NodeJS.ErrnoException & { address?: string; port?: number; hostname?: string }): string {
  if (code === 'ECONNREFUSED') return `dial tcp ${address}:${port}: connect: connection refused`;
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${hostname}: no such host`;
  if (code.includes('SELF_SIGNED') || code.includes('UNABLE_TO'))
    return 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `tls: failed to verify certificate: x509: ${message}`;
  return message;
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new Error(`longer than ${bodyBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
