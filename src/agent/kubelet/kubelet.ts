import type { Random } from '../../lib/random.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { Api } from '../api.ts';
import type { Log } from '../log.ts';
import { Reflector } from '../reflector.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { Timers } from '../timers.ts';
import type { TunnelClient } from '../tunnel-client.ts';
import { rejectionOf, type Rejection } from './admission.ts';
import { EventRecorder } from './events.ts';
import { podEvents } from './pod-events.ts';
import { PodWorker, type PodWorkerContext } from './pod-worker.ts';
import { nodeUsage } from './usage.ts';

export interface KubeletOptions {
  node: string;
  hostIP: string;
  api: Api;
  tunnel: TunnelClient;
  runtime: Runtime;
  timers: Timers;
  random: Random;
  log: Log;
}

/** Runs the pods that are bound to the node: one worker for each, woken by the API's watch and by the runtime. */
export class Kubelet {
  readonly #options: KubeletOptions;
  readonly #pods: Reflector<Pod>;
  readonly #workers = new Map<string, PodWorker>();
  /** The uids of pods that found no place here. */
  readonly #rejected = new Set<string>();
  readonly #context: PodWorkerContext;

  constructor(options: KubeletOptions) {
    this.#options = options;
    const { api, runtime, timers, random, log, node, hostIP } = options;
    this.#pods = new Reflector<Pod>({
      ...options,
      path: `/api/v1/pods?fieldSelector=${encodeURIComponent(`spec.nodeName=${node}`)}`,
      onFirstList: async (pods) => {
        for (const pod of pods) await runtime.adopt(pod);
      },
      onChange: (pod) => this.#wake(pod),
      onGone: (pod) => this.#wake(pod),
    });
    const events = new EventRecorder({ api, timers, node });
    this.#context = {
      runtime,
      api,
      events,
      timers,
      random,
      log,
      getPod: (uid) => this.#pods.get(uid),
      observe: (pod) => this.#pods.observe(pod),
      hostIP: () => hostIP,
      onDone: (uid) => {
        this.#workers.delete(uid);
        this.#rejected.delete(uid);
      },
    };
  }

  start(): void {
    const { node } = this.#options;
    this.#options.tunnel.onMeasure(() => nodeUsage(this.#pods.all(), this.#options.runtime));
    this.#options.runtime.onChange((uid) => this.#workers.get(uid)?.wake());
    this.#recordNodeEvent('Starting', 'Starting kubelet.');
    this.#recordNodeEvent('NodeReady', `Node ${node} status is now: NodeReady`);
    this.#pods.start();
  }

  /** Stops acting. Containers go on as they are. */
  stop(): void {
    this.#pods.stop();
    this.#context.events.stop();
    for (const worker of this.#workers.values()) worker.stop();
    this.#workers.clear();
  }

  #wake(pod: Pod): void {
    const { uid } = pod.metadata;
    let worker = this.#workers.get(uid);
    if (!worker) {
      worker = new PodWorker(pod, this.#context, this.#admit(pod));
      this.#workers.set(uid, worker);
    }
    worker.wake();
  }

  /** Decides once for each pod, when it comes; one that has been started before stays. */
  #admit(pod: Pod): Rejection | undefined {
    const { metadata, status } = pod;
    if (status?.startTime || metadata.deletionTimestamp) return undefined;
    const admitted = [...this.#workers.keys()]
      .filter((uid) => !this.#rejected.has(uid))
      .map((uid) => this.#pods.get(uid))
      .filter((other) => other !== undefined)
      .filter((other) => other.status?.phase !== 'Succeeded' && other.status?.phase !== 'Failed');
    const rejection = rejectionOf(pod, admitted);
    if (!rejection) return undefined;
    this.#rejected.add(metadata.uid);
    this.#context.events.record(podEvents.rejected(pod, rejection.reason, rejection.message));
    return rejection;
  }

  #recordNodeEvent(reason: string, message: string): void {
    const { node } = this.#options;
    // The kubelet names its node by name in place of the uid, and clients look for it that way.
    this.#context.events.record({ regarding: { kind: 'Node', name: node, uid: node }, type: 'Normal', reason, message });
  }
}
