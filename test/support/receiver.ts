import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as it came. */
export interface Received {
  id: string;
  headers: Record<string, string>;
  body: string;
  path: string;
}

/** What the receiver does with a message: answers with this status, or keeps silent. */
export type Reaction = number | 'hang' | { status: number; afterMs: number };

export interface Receiver {
  readonly url: string;
  /** What was answered with success, in the order of the answers. */
  readonly accepted: readonly Received[];
  /** Everything that came. */
  readonly attempts: readonly Received[];
  /** From now on. */
  react(how: (message: Received) => Reaction): void;
  close(): Promise<void>;
}

/** An HTTP server that receives webhooks, and fails when told to. */
export async function startReceiver(): Promise<Receiver> {
  const accepted: Received[] = [];
  const attempts: Received[] = [];
  let how: (message: Received) => Reaction = () => 204;
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const message = { id: headers['webhook-id'] ?? '', headers, body: Buffer.concat(chunks).toString(), path: request.url ?? '' };
    attempts.push(message);
    const reaction = how(message);
    if (reaction === 'hang') return;
    const { status, afterMs } = typeof reaction === 'number' ? { status: reaction, afterMs: 0 } : reaction;
    const answer = () => {
      if (status < 300) accepted.push(message);
      response.writeHead(status).end(status < 300 ? undefined : 'no, thanks');
    };
    if (afterMs > 0) setTimeout(answer, afterMs);
    else answer();
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    accepted,
    attempts,
    react: (next) => void (how = next),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
