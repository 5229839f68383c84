import { admissionChain, type AdmissionChain } from '../../../src/admission/chain.ts';
import { namespaceLifecycle } from '../../../src/admission/namespacelifecycle.ts';
import type { AdmissionPlugin } from '../../../src/admission/plugin.ts';
import type { Authorizer } from '../../../src/authz/authorizer.ts';
import { ClusterRuntime } from '../../../src/cluster/runtime.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import type { Controller } from '../../../src/machinery/reconcile.ts';
import { createScheme, type Scheme } from '../../../src/machinery/scheme.ts';
import { builtinResources } from '../../../src/resources/index.ts';
import type { User } from '../../../src/server/api.ts';
import { MemoryBackend } from '../../../src/storage/memory.ts';
import { noWebhooks } from '../../support/webhooks.ts';
import { unsignedCertificates } from '../../support/certificates.ts';
import { unsignedTokens } from '../../support/tokens.ts';

const admin: User = { name: 'admin', groups: ['system:masters'] };
const address = 'https://api.example.com/clusters/c-0123456789';

/**
 * A whole cluster in memory: store, API, reconcile loop and these controllers, on a clock that only the test moves. What
 * the API does to a deletion, a finalizer or a status write is the real thing.
 */
export class LiveCluster {
  now = new Date('2026-01-01T00:00:00Z');
  readonly errors: string[] = [];
  readonly #backend: MemoryBackend;
  readonly #random = seededRandom(1);
  readonly #tokens = unsignedTokens();
  readonly #certificates = unsignedCertificates();
  readonly #admission: AdmissionChain;
  #runtime!: ClusterRuntime;
  #tasks: { task: () => void; atMs: number }[] = [];
  #isBusy = false;
  #heartbeats = new Map<string, Date>();

  private constructor(admission: readonly AdmissionPlugin[], backend: MemoryBackend) {
    this.#backend = backend;
    this.#admission = admissionChain(admission);
  }

  /**
   * `admission` has a say in writes; without it, only whether their namespace is there. `backend` may hold a cluster
   * already.
   */
  static async start(
    controllers: (scheme: Scheme, authorizer: Authorizer) => readonly Controller[],
    admission: readonly AdmissionPlugin[] = [namespaceLifecycle],
    backend = new MemoryBackend(),
  ): Promise<LiveCluster> {
    const cluster = new LiveCluster(admission, backend);
    await cluster.restart(controllers);
    return cluster;
  }

  /** Starts again from what is stored, with these controllers. */
  async restart(controllers: (scheme: Scheme, authorizer: Authorizer) => readonly Controller[]): Promise<void> {
    this.#runtime?.stop();
    // What the old instance was about to do dies with it.
    this.#tasks = [];
    this.#isBusy = false;
    const scheme = createScheme(builtinResources);
    this.#runtime = await ClusterRuntime.start(
      {
        backend: this.#backend,
        scheme,
        controllers: (_, kinds, authorizer) => controllers(kinds, authorizer),
        clock: { now: () => this.now },
        random: this.#random,
        admission: this.#admission,
        webhooks: noWebhooks,
        tokens: this.#tokens,
        certificates: this.#certificates,
        holder: 'test',
        heartbeatOf: (node) => this.#heartbeats.get(node),
        schedule: (task, delayMs) => this.#schedule(task, delayMs),
        onError: (message) => void this.errors.push(message),
        onFenced: () => {},
        onCommit: () => {},
        onBusy: () => void (this.#isBusy = true),
        onIdle: () => void (this.#isBusy = false),
      },
      [],
    );
    this.#runtime.loop.resync(this.#runtime.entries());
    await this.settle();
  }

  /** A request of the admin's, or of `user`, and its answer whatever it is. */
  fetch(method: string, path: string, body?: unknown, user = admin, contentType = 'application/json'): Promise<Response> {
    const init = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': contentType } };
    return this.#runtime.fetch(new Request(`https://cluster${path}`, { method, ...init }), { user, address });
  }

  /** The same; anything but a success throws. */
  async request(method: string, path: string, body?: unknown, contentType = 'application/json', user = admin): Promise<any> {
    const response = await this.fetch(method, path, body, user, contentType);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  patch(path: string, patch: unknown): Promise<any> {
    return this.request('PATCH', path, patch, 'application/merge-patch+json');
  }

  /** The names of what is there. */
  async names(path: string): Promise<string[]> {
    const { items } = await this.request('GET', path);
    return items.map((item: { metadata: { name: string } }) => item.metadata.name);
  }

  /** A node's session: its last heartbeat, or `undefined` when it is closed. */
  heartbeat(node: string, at: Date | undefined): void {
    if (at) this.#heartbeats.set(node, at);
    else this.#heartbeats.delete(node);
    this.#runtime.loop.enqueue('nodelifecycle', `/${node}`);
  }

  /** Lets the controllers do a bit of what they have to do now. */
  async turns(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn++) await this.#turn();
  }

  /** Waits until the controllers have nothing to do now. */
  async settle(): Promise<void> {
    for (let turns = 0; ; turns++) {
      if (turns > 5000) throw new Error('the controllers never come to rest');
      if (!(await this.#turn()) && !this.#isBusy) return;
    }
  }

  /** Whether anything was due. */
  async #turn(): Promise<boolean> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    const due = this.#tasks.filter(({ atMs }) => atMs <= this.now.getTime());
    this.#tasks = this.#tasks.filter((task) => !due.includes(task));
    for (const { task } of due) task();
    return due.length > 0;
  }

  async advance(seconds: number): Promise<void> {
    this.now = new Date(this.now.getTime() + seconds * 1000);
    await this.settle();
  }

  #schedule(task: () => void, delayMs: number): () => void {
    const scheduled = { task, atMs: this.now.getTime() + delayMs };
    this.#tasks.push(scheduled);
    return () => void (this.#tasks = this.#tasks.filter((other) => other !== scheduled));
  }
}
