import { authenticatedGroup, type OwnRule, type UserInfo } from '../../machinery/user.ts';
import { HookError } from './expressions.ts';

/** A request to the API of a cluster. */
export interface ClusterRequest {
  method: string;
  /** With its query. */
  path: string;
  contentType?: string;
  body?: string;
}

/** Asks the API of a cluster as somebody. What he may do is what his own rules say. */
export type AskCluster = (cluster: string, user: UserInfo, request: ClusterRequest) => Promise<{ status: number; body: string }>;

export interface ClientOptions {
  ask: AskCluster;
  cluster: string;
  namespace: string;
  /** The hook's name. */
  hook: string;
  dryRun: boolean;
}

const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** As whom a hook is known in its cluster. */
export const hookUser = (hook: string): string => `hibernetes:hook:${hook}`;

/**
 * The API of the hook's cluster for one delivery. Each call says what is needed for it, and that is all that the cluster allows:
 * nothing outside of the hook's namespace, and no other object than the one that the action is about.
 */
export class HookClient {
  readonly namespace: string;
  readonly hook: string;
  readonly dryRun: boolean;
  readonly #ask: AskCluster;
  readonly #cluster: string;

  constructor({ ask, cluster, namespace, hook, dryRun }: ClientOptions) {
    this.namespace = namespace;
    this.hook = hook;
    this.dryRun = dryRun;
    this.#ask = ask;
    this.#cluster = cluster;
  }

  get<T>(path: string, rule: OwnRule): Promise<T> {
    return this.#call<T>({ method: 'GET', path }, rule);
  }

  create<T>(path: string, rule: OwnRule, object: object): Promise<T> {
    return this.#call<T>({ method: 'POST', path: path + this.#options(), contentType: 'application/json', body: JSON.stringify(object) }, rule);
  }

  /** `query` is added to the one that all writes have: `&force=true`. */
  patch<T>(path: string, rule: OwnRule, type: keyof typeof patchTypes, patch: object, query = ''): Promise<T> {
    const body = JSON.stringify(patch);
    return this.#call<T>({ method: 'PATCH', path: path + this.#options() + query, contentType: patchTypes[type], body }, rule);
  }

  #options(): string {
    return `?fieldManager=hook-${this.hook}${this.dryRun ? '&dryRun=All' : ''}`;
  }

  async #call<T>(request: ClusterRequest, rule: OwnRule): Promise<T> {
    const user: UserInfo = { name: hookUser(this.hook), groups: [authenticatedGroup], namespaces: [this.namespace], rules: [rule] };
    const { status, body } = await this.#ask(this.#cluster, user, request);
    if (status >= 200 && status < 300) return JSON.parse(body) as T;
    throw new ClusterRefusal(status, messageOf(body) ?? `the cluster answered ${status}`);
  }
}

/** What the cluster does not do, with what it says about it. */
export class ClusterRefusal extends HookError {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message, { passing: status === 409 || status === 429 || status >= 500 });
    this.name = 'ClusterRefusal';
    this.status = status;
  }
}

function messageOf(body: string): string | undefined {
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    return typeof message === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}
