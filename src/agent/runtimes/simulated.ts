import { createHash } from 'node:crypto';
import type { ResourceUsage } from '../../machinery/node-usage.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { Container } from '../../resources/shared/container.ts';
import type { ContainerStatus } from '../../resources/shared/container-status.ts';
import { systemRandom, type Random } from '../../lib/random.ts';
import type { Timers } from '../timers.ts';
import { AddressPool } from './address-pool.ts';
import type { ContainerExit, ContainerHealth, NodeFacts, Runtime, RuntimeContainer, RuntimePod } from './runtime.ts';
import { imageId, imageSizeBytes, normalizedImage } from './simulated-image.ts';
import { simulatedFacts } from './simulated-facts.ts';
import { SimulatedFiles } from './simulated-files.ts';
import { runContainer } from './simulated-program.ts';
import { simulatedSystemUsage, simulatedUsage } from './simulated-usage.ts';
import { storyOf, type Story } from './simulated-story.ts';

interface SimulatedContainer {
  id: string;
  podUid: string;
  name: string;
  attempt: number;
  image: string;
  story: Story;
  startedAtMs: number;
  exit?: ContainerExit;
  /** Ends the timer of the container's own end. */
  cancelExit?: () => void;
}

/** Exit codes of programs that a signal ended: SIGKILL, SIGTERM. */
const killed = 137;
const terminated = 143;
/** What a container leaves behind is shown up to this length, as kubelets do. */
const messageCharsMax = 2_048;

interface SimulatedPod {
  sandboxId: string;
  isReady: boolean;
  ips: string[];
  containers: SimulatedContainer[];
}

/**
 * A runtime that runs nothing: containers start at once and behave as their story says (`simulated-story.ts`), or else as
 * their command would, as far as that is understood (`simulated-program.ts`).
 * Its memory ends with the agent; `adopt` makes it again from the pods' status.
 */
export class SimulatedRuntime implements Runtime {
  readonly name = 'simulated';
  readonly version = '1.0.0';
  readonly #timers: Timers;
  readonly #facts: NodeFacts;
  readonly #pods = new Map<string, SimulatedPod>();
  readonly #containers = new Map<string, SimulatedContainer>();
  readonly #images = new Set<string>();
  readonly #files = new SimulatedFiles();
  readonly #random: Random;
  #addresses: AddressPool | undefined;
  #listener: (podUid: string) => void = () => {};
  #sequence = 0;

  constructor(options: { nodeName: string; timers: Timers; random?: Random; capacity?: Partial<NodeFacts['capacity']> }) {
    this.#timers = options.timers;
    this.#random = options.random ?? systemRandom;
    this.#facts = simulatedFacts(options.nodeName, options.capacity);
  }

  facts(): NodeFacts {
    return this.#facts;
  }

  setPodCIDR(cidr: string): void {
    this.#addresses ??= new AddressPool(cidr);
  }

  onChange(listener: (podUid: string) => void): void {
    this.#listener = listener;
  }

  async podState(uid: string): Promise<RuntimePod> {
    const pod = this.#pods.get(uid);
    if (!pod) return { containers: [] };
    const nowMs = this.#timers.nowMs();
    return {
      sandbox: { id: pod.sandboxId, isReady: pod.isReady, ips: pod.ips },
      containers: pod.containers.map((container) => describe(container, nowMs)),
    };
  }

  async adopt(pod: Pod): Promise<void> {
    const { status } = pod;
    const isTerminal = status?.phase === 'Succeeded' || status?.phase === 'Failed';
    if (!status?.podIP || isTerminal || this.#pods.has(pod.metadata.uid)) return;
    const ips = pod.spec.hostNetwork ? [] : (status.podIPs ?? []).map(({ ip }) => ip);
    for (const ip of ips) this.#addresses?.reserve(ip);
    const adopted: SimulatedPod = { sandboxId: this.#newSandboxId(pod.metadata.uid), isReady: true, ips, containers: [] };
    this.#pods.set(pod.metadata.uid, adopted);
    const known = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
    for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
      const reported = known.find(({ name }) => name === container.name);
      if (reported) this.#adoptContainer(pod, adopted, container, reported);
    }
  }

  #adoptContainer(pod: Pod, adopted: SimulatedPod, container: Container, reported: ContainerStatus): void {
    const { running, terminated, waiting } = reported.state ?? {};
    const last = reported.lastState?.terminated;
    // A container that waits for its next start is known by its last end.
    const attempts = [
      ...(last
        ? [{ attempt: waiting ? reported.restartCount : reported.restartCount - 1, startedAt: last.startedAt, end: last }]
        : []),
      ...(running ? [{ attempt: reported.restartCount, startedAt: running.startedAt, end: undefined }] : []),
      ...(terminated ? [{ attempt: reported.restartCount, startedAt: terminated.startedAt, end: terminated }] : []),
    ];
    for (const { attempt, startedAt, end } of attempts) {
      const startedAtMs = Date.parse(startedAt ?? '') || this.#timers.nowMs();
      const id = idWithoutScheme(end ? end.containerID : reported.containerID) || this.#newId(pod.metadata.uid);
      const record = this.#add(adopted, pod, container, { id, attempt, startedAtMs });
      if (end)
        record.exit = {
          code: end.exitCode,
          reason: end.reason ?? 'Error',
          message: end.message,
          finishedAtMs: Date.parse(end.finishedAt ?? '') || startedAtMs,
        };
      else this.#run(pod, container, record);
    }
  }

  async runSandbox(pod: Pod): Promise<void> {
    const { uid } = pod.metadata;
    const existing = this.#pods.get(uid);
    if (existing?.isReady) return;
    const ips: string[] = [];
    if (!pod.spec.hostNetwork) {
      const ip = this.#addresses?.take();
      if (!ip) throw new Error('no free pod address is left on this node');
      ips.push(ip);
    }
    this.#pods.set(uid, { sandboxId: this.#newSandboxId(uid), isReady: true, ips, containers: existing?.containers ?? [] });
  }

  async stopSandbox(id: string): Promise<void> {
    const pod = this.#pods.get(podUidOf(id));
    if (!pod?.isReady || pod.sandboxId !== id) return;
    for (const container of pod.containers) this.#end(container, { code: killed, reason: 'Error' });
    for (const ip of pod.ips) this.#addresses?.release(ip);
    pod.isReady = false;
  }

  async removeSandbox(id: string): Promise<void> {
    await this.stopSandbox(id);
    const pod = this.#pods.get(podUidOf(id));
    if (pod?.sandboxId !== id) return;
    for (const container of pod.containers) this.#containers.delete(container.id);
    this.#pods.delete(podUidOf(id));
    this.#files.forgetPod(podUidOf(id));
  }

  async hasImage(pod: Pod, container: Container): Promise<boolean> {
    const { startAfterMs, pullError } = storyOf(pod, container, 0);
    if (startAfterMs > 0 || pullError) return false;
    // An image that may not be pulled must have been put there by hand.
    return container.imagePullPolicy === 'Never' || this.#images.has(normalizedImage(container.image ?? ''));
  }

  async pullImage(pod: Pod, container: Container): Promise<{ sizeBytes: number }> {
    const { startAfterMs, pullError } = storyOf(pod, container, 0);
    if (startAfterMs > 0) await new Promise<void>((done) => this.#timers.after(startAfterMs, done));
    if (pullError) throw new Error(pullError);
    const image = normalizedImage(container.image ?? '');
    this.#images.add(image);
    return { sizeBytes: imageSizeBytes(image) };
  }

  async startContainer(pod: Pod, container: Container, attempt: number): Promise<void> {
    const home = this.#pods.get(pod.metadata.uid);
    if (!home?.isReady) throw new Error('the sandbox of the pod is not ready');
    if (home.containers.some((other) => other.name === container.name && other.attempt === attempt)) return;
    const startedAtMs = this.#timers.nowMs();
    const record = this.#add(home, pod, container, { id: this.#newId(pod.metadata.uid), attempt, startedAtMs });
    this.#run(pod, container, record);
  }

  async stopContainer(id: string, graceMs: number): Promise<void> {
    const container = this.#containers.get(id);
    if (!container || container.exit) return;
    const { stopAfterMs } = container.story;
    if (stopAfterMs > 0) await new Promise<void>((done) => this.#timers.after(Math.min(stopAfterMs, graceMs), done));
    // A server takes the signal for the end of its work; what had an end of its own has not reached it.
    const code = stopAfterMs > graceMs ? killed : container.cancelExit ? terminated : 0;
    this.#end(container, { code, reason: code === 0 ? 'Completed' : 'Error' });
  }

  async removeContainer(id: string): Promise<void> {
    const container = this.#containers.get(id);
    if (!container) return;
    container.cancelExit?.();
    this.#containers.delete(id);
    const pod = this.#pods.get(container.podUid);
    if (pod) pod.containers = pod.containers.filter((other) => other !== container);
  }

  async usage(pod: Pod, container: Container): Promise<ResourceUsage | undefined> {
    const known = this.#pods.get(pod.metadata.uid)?.containers.findLast(({ name }) => name === container.name);
    return known && !known.exit ? simulatedUsage(pod, container) : undefined;
  }

  async systemUsage(): Promise<ResourceUsage> {
    return simulatedSystemUsage;
  }

  async close(): Promise<void> {
    for (const container of this.#containers.values()) container.cancelExit?.();
    this.#listener = () => {};
  }

  #add(
    home: SimulatedPod,
    pod: Pod,
    container: Container,
    at: { id: string; attempt: number; startedAtMs: number },
  ): SimulatedContainer {
    const record: SimulatedContainer = {
      ...at,
      podUid: pod.metadata.uid,
      name: container.name,
      image: normalizedImage(container.image ?? ''),
      story: storyOf(pod, container, at.attempt),
    };
    home.containers.push(record);
    this.#containers.set(record.id, record);
    return record;
  }

  /** Works out how the container ends, and lets it, when its time comes. */
  #run(pod: Pod, container: Container, record: SimulatedContainer): void {
    const end = record.story.exit ?? this.#endOf(pod, container, record);
    if (!end) return;
    const dueInMs = record.startedAtMs + end.afterMs - this.#timers.nowMs();
    record.cancelExit = this.#timers.after(Math.max(0, dueInMs), () => {
      const { code, message } = end;
      this.#end(record, { code, reason: end.reason ?? (code === 0 ? 'Completed' : 'Error'), ...(message && { message }) });
      this.#listener(record.podUid);
    });
  }

  #endOf(pod: Pod, container: Container, { id }: SimulatedContainer): Story['exit'] {
    const files = this.#files.of(pod, container, id);
    const outcome = runContainer(pod, container, { files, random: () => this.#random.next(), nowMs: this.#timers.nowMs() });
    if (!outcome) return undefined;
    const { code, afterMs, output } = outcome;
    const logged = code !== 0 && container.terminationMessagePolicy === 'FallbackToLogsOnError' ? output : '';
    const message = files.read(container.terminationMessagePath ?? '/dev/termination-log') || logged;
    return { code, afterMs, message: message.slice(-messageCharsMax) };
  }

  #end(container: SimulatedContainer, how: Omit<ContainerExit, 'finishedAtMs'>): void {
    if (container.exit) return;
    container.cancelExit?.();
    container.exit = { ...how, finishedAtMs: this.#timers.nowMs() };
  }

  #newSandboxId(podUid: string): string {
    return `${podUid}/${this.#sequence++}`;
  }

  /** 64 hex digits, as real runtimes' ids. */
  #newId(podUid: string): string {
    return createHash('sha256').update(`${podUid}/${this.#timers.nowMs()}/${this.#sequence++}`).digest('hex');
  }
}

const podUidOf = (sandboxId: string) => sandboxId.slice(0, sandboxId.lastIndexOf('/'));

function describe(container: SimulatedContainer, nowMs: number): RuntimeContainer {
  const { id, name, attempt, image, startedAtMs, exit } = container;
  return { id, name, attempt, image, imageId: imageId(image), startedAtMs, exit, health: healthAt(container, nowMs) };
}

function healthAt({ exit, story, startedAtMs }: SimulatedContainer, nowMs: number): ContainerHealth {
  if (exit) return { started: false, ready: false };
  const started = nowMs >= startedAtMs + story.startedAfterMs;
  const ready = nowMs >= startedAtMs + story.readyAfterMs;
  if (ready) return { started, ready };
  return { started, ready, changesAtMs: startedAtMs + (started ? story.readyAfterMs : story.startedAfterMs) };
}

const idWithoutScheme = (id: string | undefined) => id?.slice(id.indexOf('://') + 3);
