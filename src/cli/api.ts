import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { rootCertificates } from 'node:tls';

/** What the management API says no with (RFC 9457). */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly errors: readonly { pointer?: string; parameter?: string; detail: string }[];

  constructor(status: number, problem: { code?: string; detail?: string; title?: string; errors?: ApiProblem['errors'] }) {
    super(problem.detail || problem.title || `the server answered ${status}`);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = problem.code ?? String(status);
    this.errors = problem.errors ?? [];
  }
}

/** No answer came. */
export class Unreachable extends Error {
  constructor(url: string, reason: string) {
    super(`${url} cannot be reached: ${reason}`);
    this.name = 'Unreachable';
  }
}

export interface ApiOptions {
  /** `https://HOST` */
  url: string;
  token: string;
  /** PEM of an authority to trust besides the public ones. */
  ca?: string | undefined;
}

export type Query = Record<string, string | number | boolean | undefined>;

export interface Asked {
  query?: Query;
  body?: unknown;
  /** For bodies that are no JSON. */
  contentType?: string;
}

interface Answered {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  text: string;
}

const answerMs = 120_000;

/** The management API. Throws `ApiProblem` and `Unreachable`. */
export class Api {
  readonly url: string;
  readonly #token: string;
  readonly #ca: string[] | undefined;

  constructor({ url, token, ca }: ApiOptions) {
    this.url = url.replace(/\/+$/, '');
    this.#token = token;
    this.#ca = ca === undefined ? undefined : [...rootCertificates, ca];
  }

  /** What is answered, in JSON; undefined for an answer without a body. */
  async json<T>(method: string, path: string, asked: Asked = {}): Promise<T> {
    const text = await this.text(method, path, asked);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** What is answered, as it is. */
  async text(method: string, path: string, asked: Asked = {}): Promise<string> {
    const { status, headers, text } = await this.#send(method, path, asked);
    if (status >= 200 && status < 300) return text;
    throw new ApiProblem(status, String(headers['content-type']).includes('json') ? (JSON.parse(text) as object) : {});
  }

  /** All items of a list, page by page, `max` at most. */
  async list<T>(path: string, query: Query = {}, max = Infinity): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.json<{ items: T[]; nextCursor?: string }>('GET', path, { query: { ...query, cursor } });
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== undefined && items.length < max);
    return items.slice(0, max);
  }

  #send(method: string, path: string, { query = {}, body, contentType = 'application/json' }: Asked): Promise<Answered> {
    const url = new URL(this.url + path);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
    const content = body === undefined ? undefined : contentType === 'application/json' ? JSON.stringify(body) : String(body);
    const headers = {
      authorization: `Bearer ${this.#token}`,
      accept: 'application/json, application/yaml',
      'user-agent': 'hibernetes-cli',
      ...(content !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(content) }),
    };
    // Not `fetch`: Node's cannot be told whom to trust.
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(new Unreachable(this.url, reasonOf(error)));
      const call = send(url, { method, headers, agent: false, timeout: answerMs, ...(this.#ca && { ca: this.#ca }) }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
        response.on('error', fail);
      });
      call.on('timeout', () => call.destroy(new Error(`no answer within ${answerMs / 1000} s`)));
      call.on('error', fail);
      call.end(content);
    });
  }
}

/** Certificates are what goes wrong with a local server. */
function reasonOf(error: NodeJS.ErrnoException): string {
  const isUntrusted = ['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'DEPTH_ZERO_SELF_SIGNED_CERT'];
  if (isUntrusted.includes(error.code ?? '')) return 'its certificate is signed by nobody known; say by whom with --ca FILE (a local server: DATA/tls/ca.crt)';
  return error.message || (error.code ?? 'no connection');
}
