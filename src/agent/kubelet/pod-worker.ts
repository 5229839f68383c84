import type { Random } from '../../lib/random.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { PodStatus } from '../../resources/shared/pod-status.ts';
import { isApiError, type Api } from '../api.ts';
import type { Log } from '../log.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { Timers } from '../timers.ts';
import { retryDelayMs } from '../retry-delay.ts';
import { TunnelError } from '../tunnel-errors.ts';
import type { Rejection } from './admission.ts';
import { raised, type Backoff } from './backoff.ts';
import { decide, type PodDecision, type Pull, type Step } from './decide.ts';
import type { EventRecorder } from './events.ts';
import { fetchImage } from './fetch-image.ts';
import { podEvents } from './pod-events.ts';
import { statusPatch } from './status-patch.ts';

export interface PodWorkerContext {
  runtime: Runtime;
  api: Api;
  events: EventRecorder;
  timers: Timers;
  random: Random;
  log: Log;
  /** The newest state of the pod; undefined once it is gone from the API. */
  getPod(uid: string): Pod | undefined;
  /** Takes in the state that a write answered with. */
  observe(pod: Pod): void;
  hostIP(): string | undefined;
  /** The pod is gone and nothing of it is left. */
  onDone(uid: string): void;
}

const retryBounds = { firstMs: 1_000, longestMs: 60_000 };
/** Rounds of steps before other pods get their turn again. */
const roundsMax = 50;

/**
 * Carries out what `decide` says for one pod, one pass at a time: whatever happens meanwhile leads to one more pass. It
 * owns the one timer of the pod, set only while there is something to wait for.
 */
export class PodWorker {
  readonly #context: PodWorkerContext;
  readonly #rejection: Rejection | undefined;
  #lastPod: Pod;
  #isBusy = false;
  #isDirty = false;
  #isStopped = false;
  #isDeleteSent = false;
  #failures = 0;
  #cancelTimer: (() => void) | undefined;
  /** What was last written, and the status it led to: the same is not written again while that still stands. */
  #written: { patch: string; result: string } | undefined;
  readonly #backoffs = new Map<string, Backoff>();
  readonly #pulls = new Map<string, Pull>();
  readonly #stopping = new Map<string, number>();

  /** @param rejection why the pod is not run here; it is reported as failed */
  constructor(pod: Pod, context: PodWorkerContext, rejection?: Rejection) {
    this.#lastPod = pod;
    this.#context = context;
    this.#rejection = rejection;
  }

  /** Something about the pod may have changed. */
  wake(): void {
    this.#isDirty = true;
    if (!this.#isBusy) void this.#run();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer?.();
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    while (this.#isDirty && !this.#isStopped) {
      this.#isDirty = false;
      this.#cancelTimer?.();
      try {
        await this.#pass();
        this.#failures = 0;
      } catch (error) {
        this.#retryLater(error);
      }
    }
    this.#isBusy = false;
  }

  async #pass(): Promise<void> {
    const { uid } = this.#lastPod.metadata;
    const pod = this.#context.getPod(uid);
    if (!pod) return this.#cleanUp();
    this.#lastPod = pod;
    const { decision, failure } = await this.#carryOut(pod);
    for (const { container, reason } of decision.backingOff)
      this.#context.events.record(
        reason === 'CrashLoopBackOff' ? podEvents.restartBackOff(pod, container) : podEvents.pullBackOff(pod, container),
      );
    await this.#report(pod, decision.status);
    if (failure) throw failure;
    if (decision.isFinished && pod.metadata.deletionTimestamp) await this.#delete(pod);
    if (decision.dueAtMs !== undefined) this.#wakeIn(decision.dueAtMs - this.#context.timers.nowMs());
  }

  /** Decides and acts until there is nothing left to do now, or something fails. */
  async #carryOut(pod: Pod): Promise<{ decision: PodDecision; failure?: unknown }> {
    for (let round = 0; ; round++) {
      const decision = await this.#decide(pod);
      if (decision.steps.length === 0 || this.#isStopped) return { decision };
      if (round >= roundsMax) {
        this.wake();
        return { decision };
      }
      try {
        for (const step of decision.steps) await this.#act(pod, step);
      } catch (failure) {
        return { decision, failure };
      }
      // What is quick in the background need not be reported on the way.
      if (decision.steps.some((step) => step.do === 'pull' || step.do === 'stop'))
        await new Promise((done) => setImmediate(done));
    }
  }

  async #decide(pod: Pod): Promise<PodDecision> {
    const { runtime, timers } = this.#context;
    return decide({
      pod,
      runtime: await runtime.podState(pod.metadata.uid),
      rejection: this.#rejection,
      memory: { backoffs: this.#backoffs, pulls: this.#pulls, stopping: this.#stopping },
      runtimeName: runtime.name,
      hostIP: this.#context.hostIP(),
      now: new Date(timers.nowMs()),
    });
  }

  async #act(pod: Pod, step: Step): Promise<void> {
    const { runtime, events, timers } = this.#context;
    switch (step.do) {
      case 'run-sandbox':
        try {
          return await runtime.runSandbox(pod);
        } catch (error) {
          events.record(podEvents.sandboxFailed(pod, messageOf(error)));
          throw error;
        }
      case 'pull':
        return this.#pull(pod, step);
      case 'start':
        try {
          await runtime.startContainer(pod, step.container, step.attempt);
        } catch (error) {
          events.record(podEvents.startFailed(pod, step.container, messageOf(error)));
          throw error;
        }
        if (step.failedAtMs !== undefined) {
          const backoff = this.#backoffs.get(step.container.name);
          this.#backoffs.set(step.container.name, raised(backoff, step.failedAtMs, timers.nowMs()));
        }
        events.record(podEvents.created(pod, step.container));
        return events.record(podEvents.started(pod, step.container));
      case 'stop': {
        const container = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(
          ({ name }) => name === step.container,
        );
        if (container) events.record(podEvents.killing(pod, container));
        return this.#stopContainer(step.id, step.graceMs);
      }
      case 'stop-sandbox':
        return runtime.stopSandbox(step.id);
      case 'remove-container':
        return runtime.removeContainer(step.id);
    }
  }

  #pull(pod: Pod, { container, attempt }: Extract<Step, { do: 'pull' }>): void {
    const before = this.#pulls.get(container.name);
    const backoff = before && before.state !== 'pulled' ? before.backoff : undefined;
    this.#pulls.set(container.name, { state: 'pulling', backoff });
    void fetchImage(this.#context, pod, container)
      .then(
        () => this.#pulls.set(container.name, { state: 'pulled', attempt }),
        (error: unknown) => {
          const failedAtMs = this.#context.timers.nowMs();
          const message = messageOf(error);
          this.#context.events.record(podEvents.pullFailed(pod, container, message));
          const next = raised(backoff, failedAtMs, failedAtMs);
          this.#pulls.set(container.name, { state: 'failed', error: message, failedAtMs, backoff: next });
        },
      )
      .then(() => this.wake());
  }

  #stopContainer(id: string, graceMs: number): void {
    this.#stopping.set(id, graceMs);
    void this.#context.runtime.stopContainer(id, graceMs).then(
      () => {
        this.#stopping.delete(id);
        this.wake();
      },
      (error: unknown) => {
        this.#stopping.delete(id);
        this.#retryLater(error);
      },
    );
  }

  async #report(pod: Pod, status: PodStatus): Promise<void> {
    const patch = statusPatch(pod, status);
    if (!patch) return;
    const text = JSON.stringify(patch);
    // The server may write a value in its own way; saying the same again would not change that.
    if (this.#written?.patch === text && this.#written.result === JSON.stringify(pod.status)) return;
    try {
      const answer = await this.#context.api.patch<Pod>(`${pathOf(pod)}/status`, 'strategic-merge', patch);
      this.#written = { patch: text, result: JSON.stringify(answer.status) };
      this.#context.observe(answer);
      // The answer may show more than this write, and the watch will not tell again what it shows.
      this.#isDirty = true;
    } catch (error) {
      // Gone, or another pod has the name by now: the watch will say so.
      if (!isApiError(error, 404, 409)) throw error;
    }
  }

  async #delete(pod: Pod): Promise<void> {
    if (this.#isDeleteSent) return;
    try {
      await this.#context.api.delete(pathOf(pod), { uid: pod.metadata.uid, gracePeriodSeconds: 0 });
    } catch (error) {
      if (!isApiError(error, 404, 409)) throw error;
    }
    this.#isDeleteSent = true;
  }

  /** The pod is gone from the API: nothing of it may stay. */
  async #cleanUp(): Promise<void> {
    const { runtime, onDone } = this.#context;
    const { uid } = this.#lastPod.metadata;
    const state = await runtime.podState(uid);
    const running = state.containers.filter(({ exit }) => !exit);
    if (running.length > 0) {
      const graceMs = 1000 * (this.#lastPod.spec.terminationGracePeriodSeconds ?? 30);
      for (const { id } of running) if (!this.#stopping.has(id)) this.#stopContainer(id, graceMs);
      return;
    }
    if (state.sandbox) await runtime.removeSandbox(state.sandbox.id);
    this.stop();
    onDone(uid);
  }

  #wakeIn(delayMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#context.timers.after(Math.max(0, delayMs), () => this.wake());
  }

  #retryLater(error: unknown): void {
    const delayMs = retryDelayMs(this.#failures++, this.#context.random, retryBounds);
    // A lost connection is the same news for every pod, and told already.
    if (!(error instanceof TunnelError))
      this.#context.log.warn(`${this.#title()}: ${messageOf(error)}; again in ${Math.round(delayMs)} ms`);
    if (!this.#isStopped) this.#wakeIn(delayMs);
  }

  #title(): string {
    const { namespace, name } = this.#lastPod.metadata;
    return `pod ${namespace}/${name}`;
  }
}

const pathOf = ({ metadata: { namespace, name } }: Pod): string => `/api/v1/namespaces/${namespace}/pods/${name}`;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
