import { request } from 'node:https';

export interface HttpsRequest {
  method?: string;
  /** PEM of the only authority to trust. */
  authority: string;
  token: string;
  /** Sent as JSON. */
  body?: unknown;
}

export interface HttpsAnswer {
  status: number;
  body: string;
}

const answerTimeoutMs = 30_000;

/** One request over a connection of its own (Node's `fetch` cannot be told which authority to trust). */
export function callHttps(url: string, { method = 'GET', authority, token, body }: HttpsRequest): Promise<HttpsAnswer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${token}`,
    ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
  };
  return new Promise((resolve, reject) => {
    const call = request(url, { method, ca: authority, agent: false, headers, timeout: answerTimeoutMs }, (response) => {
      let answer = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (answer += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: answer }));
      response.on('error', reject);
    });
    call.on('timeout', () => call.destroy(new Error(`no answer within ${answerTimeoutMs / 1000} s`)));
    call.on('error', reject);
    call.end(text);
  });
}
