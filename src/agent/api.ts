import type { KubeObject, Draft } from '../machinery/meta.ts';
import type { Status } from '../machinery/status.ts';
import type { TunnelClient, TunnelRequest } from './tunnel-client.ts';

/** What the API answered instead of what was asked for. `reason` is that of the `Status`, as `NotFound`. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  constructor(code: number, reason: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.reason = reason;
  }
}

export interface ObjectList<T> {
  metadata: { resourceVersion: string; continue?: string };
  items: T[];
}

export type PatchType = 'strategic-merge' | 'merge';

/** The cluster's API through the tunnel, as `system:node:NAME`. Throws `ApiError` for errors of the API, `TunnelError` for no answer. */
export class Api {
  readonly #tunnel: TunnelClient;

  constructor(tunnel: TunnelClient) {
    this.#tunnel = tunnel;
  }

  get<T extends KubeObject>(path: string): Promise<T> {
    return this.#call<T>({ method: 'GET', path });
  }

  /** Gives undefined for what is not there. */
  async find<T extends KubeObject>(path: string): Promise<T | undefined> {
    try {
      return await this.get<T>(path);
    } catch (error) {
      if (isApiError(error, 404)) return undefined;
      throw error;
    }
  }

  /** All objects of a list, fetched in pages that fit into a frame, and the revision to watch from. */
  async list<T>(path: string): Promise<{ items: T[]; resourceVersion: string }> {
    const items: T[] = [];
    let token: string | undefined;
    for (;;) {
      const url = new URL(path, 'http://cluster');
      url.searchParams.set('limit', '250');
      if (token) url.searchParams.set('continue', token);
      const page = await this.#call<ObjectList<T>>({ method: 'GET', path: url.pathname + url.search });
      items.push(...page.items);
      token = page.metadata.continue;
      if (!token) return { items, resourceVersion: page.metadata.resourceVersion };
    }
  }

  create<T extends KubeObject>(path: string, object: Draft<T>): Promise<T> {
    return this.#call<T>({ method: 'POST', path, contentType: 'application/json', body: JSON.stringify(object) });
  }

  patch<T extends KubeObject>(path: string, type: PatchType, patch: object): Promise<T> {
    return this.#call<T>({ method: 'PATCH', path, contentType: `application/${type}-patch+json`, body: JSON.stringify(patch) });
  }

  /** Deletes the object if it still is the one with that uid. */
  async delete(path: string, options: { uid: string; gracePeriodSeconds: number }): Promise<void> {
    const { uid, gracePeriodSeconds } = options;
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds, preconditions: { uid } };
    await this.#call({ method: 'DELETE', path, contentType: 'application/json', body: JSON.stringify(body) });
  }

  async #call<T>(request: TunnelRequest): Promise<T> {
    const { status, body } = await this.#tunnel.request(request);
    if (status < 400) return JSON.parse(body) as T;
    throw apiError(status, body);
  }
}

function apiError(code: number, body: string): ApiError {
  try {
    const { reason, message } = JSON.parse(body) as Status;
    return new ApiError(code, reason ?? '', message ?? `the API answered ${code}`);
  } catch {
    return new ApiError(code, '', `the API answered ${code}`);
  }
}

export const isApiError = (error: unknown, ...codes: number[]): error is ApiError =>
  error instanceof ApiError && codes.includes(error.code);
