import { rfc3339 } from '../../src/lib/clock.ts';
import { isPodReady, isPodTerminal } from '../../src/controllers/support/pods.ts';
import { nodes } from '../../src/resources/core/node.ts';
import { leases } from '../../src/resources/coordination/lease.ts';
import { pods, type Pod } from '../../src/resources/core/pod.ts';
import type { Container } from '../../src/resources/shared/container.ts';
import type { Dice } from '../support/dice.ts';
import type { Answer, World } from './world.ts';

/** What images do: containers of `broken:…` never become ready, of `fails:…` end with an error, of `done:…` well. */
const imageOf = ({ spec }: Pod): string => spec.containers[0]?.image ?? '';
const endsByItself = (pod: Pod): boolean => pod.spec.restartPolicy !== 'Always' && !imageOf(pod).startsWith('web');
const readinessOf = (pod: Pod): boolean => !imageOf(pod).startsWith('broken');

/** A machine with a kubelet on it. */
interface Machine {
  readonly name: string;
  /** Lost: it neither works nor is heard of. */
  isLost: boolean;
}

/**
 * The nodes of a simulated cluster. Kubelets have no timers: they do something when they are told to, one step a pod. All
 * they know is in the objects; what runs on a lost machine stays as it is.
 */
export class Kubelets {
  readonly machines: readonly Machine[];
  readonly #world: World;
  /** The pods that a report is under way for, by uid: a kubelet says one thing after the other. */
  readonly #reporting = new Set<string>();
  #addresses = 0;

  constructor(world: World, count: number) {
    this.#world = world;
    this.machines = Array.from({ length: count }, (_, i) => ({ name: `node-${i}`, isLost: false }));
  }

  /** Registers a machine's node, or says again that it is well. */
  async register(machine: Machine): Promise<void> {
    if (!(await this.#register(machine))) await this.register(machine);
  }

  /** Whether every request was answered. */
  async #register(machine: Machine): Promise<boolean> {
    const { name } = machine;
    const node = this.#world.state.get(nodes, '', name);
    const status = nodeStatus(name, this.#world.clock.now());
    machine.isLost = false;
    const isReady = node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    const labels = { 'kubernetes.io/hostname': name, zone: `zone-${Number(name.slice(5)) % 2}` };
    if (!node && !isAnswered(await this.#world.request('POST', '/api/v1/nodes', { metadata: { name, labels }, status })))
      return false;
    if (node && !isReady && !isAnswered(await this.#world.patch(`/api/v1/nodes/${name}/status`, { status }))) return false;
    this.#world.session(name, true);
    const uid = this.#world.state.get(nodes, '', name)?.metadata.uid;
    if (uid === undefined) return false;
    const path = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid }];
    const lease = this.#world.state.get(leases, 'kube-node-lease', name);
    if (lease?.metadata.ownerReferences?.[0]?.uid === uid) return true;
    if (lease) return isAnswered(await this.#world.patch(`${path}/${name}`, { metadata: { ownerReferences } }));
    const renewTime = this.#world.clock.now().toISOString().replace('Z', '000Z');
    const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime };
    return isAnswered(await this.#world.request('POST', path, { metadata: { name, ownerReferences }, spec }));
  }

  lose(machine: Machine): void {
    machine.isLost = true;
    this.#world.session(machine.name, false);
  }

  /** Everything that kubelets would do now, a step a pod, for the pods that `may`. Whether there was anything. */
  async work(may: (pod: Pod) => boolean = () => true): Promise<boolean> {
    const working = new Set(this.machines.filter(({ isLost }) => !isLost).map(({ name }) => name));
    const steps = this.#world.state
      .list(pods)
      .filter((pod) => working.has(pod.spec.nodeName ?? '') && may(pod))
      .map((pod) => this.#step(pod));
    return (await Promise.all(steps)).includes(true);
  }

  async #step(pod: Pod): Promise<boolean> {
    const { metadata, status } = pod;
    if (isPodTerminal(pod)) {
      if (metadata.deletionTimestamp === undefined || metadata.deletionGracePeriodSeconds === 0) return false;
      await this.#world.request('DELETE', pathOf(pod), { gracePeriodSeconds: 0, preconditions: { uid: metadata.uid } });
      return true;
    }
    if (metadata.deletionTimestamp !== undefined) await this.end(pod, endsByItself(pod) ? 1 : 0);
    else if (status?.phase !== 'Running') await this.#report(pod, this.#running(pod, false));
    else if (endsByItself(pod)) await this.end(pod, imageOf(pod).startsWith('fails') ? 1 : 0);
    else if (isResized(pod)) await this.#report(pod, this.#running(pod, isPodReady(pod)));
    else if (!isPodReady(pod) && readinessOf(pod)) await this.#report(pod, this.#running(pod, true));
    else return false;
    return true;
  }

  /** All containers of a pod end for good. */
  async end(pod: Pod, code: number): Promise<void> {
    const state = {
      terminated: { exitCode: code, reason: code === 0 ? 'Completed' : 'Error', finishedAt: this.#time, startedAt: this.#time },
    };
    await this.#report(pod, {
      phase: code === 0 ? 'Succeeded' : 'Failed',
      conditions: this.#conditions(pod, false, code === 0 ? 'PodCompleted' : 'PodFailed'),
      containerStatuses: this.#containers(pod, state, false),
    });
  }

  /** Things that happen to a pod that runs: it stops being ready, starts again, or the kubelet throws it out. */
  async disturb(pod: Pod, dice: Dice): Promise<void> {
    if (isPodTerminal(pod) || pod.status?.phase !== 'Running') return;
    const restarted = {
      containerStatuses: this.#containers(pod, { running: { startedAt: this.#time } }, false, 1),
      conditions: this.#conditions(pod, false),
    };
    const evicted = {
      phase: 'Failed',
      reason: 'Evicted',
      message: 'The node was low on resource: memory.',
      conditions: this.#conditions(pod, false),
    };
    await this.#report(pod, dice.some([{ conditions: this.#conditions(pod, false) }, restarted, evicted]));
  }

  get #time(): string {
    return rfc3339(this.#world.clock.now());
  }

  #running(pod: Pod, isReady: boolean): object {
    const podIP = pod.status?.podIP ?? `10.200.${++this.#addresses >> 8}.${this.#addresses & 255}`;
    return {
      phase: 'Running',
      podIP,
      podIPs: [{ ip: podIP }],
      startTime: pod.status?.startTime ?? this.#time,
      conditions: this.#conditions(pod, isReady),
      containerStatuses: this.#containers(pod, { running: { startedAt: this.#time } }, isReady),
    };
  }

  #conditions(pod: Pod, isReady: boolean, reason?: string): object[] {
    const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== 'Ready' && type !== 'ContainersReady');
    const status = isReady ? 'True' : 'False';
    const why = isReady ? {} : { reason: reason ?? 'ContainersNotReady' };
    return [...others, ...['Ready', 'ContainersReady'].map((type) => ({ type, status, lastTransitionTime: this.#time, ...why }))];
  }

  #containers(pod: Pod, state: object, ready: boolean, restarts = 0): object[] {
    return pod.spec.containers.map(({ name, image = '', resources = {} }: Container) => {
      const old = pod.status?.containerStatuses?.find((status) => status.name === name);
      return {
        name,
        image,
        imageID: image,
        ready,
        started: ready,
        restartCount: (old?.restartCount ?? 0) + restarts,
        state,
        lastState: {},
        resources,
      };
    });
  }

  async #report(pod: Pod, status: object): Promise<void> {
    const { uid } = pod.metadata;
    if (this.#reporting.has(uid)) return;
    this.#reporting.add(uid);
    await this.#world.patch(`${pathOf(pod)}/status`, { metadata: { uid }, status });
    this.#reporting.delete(uid);
  }
}

/** Whether its containers have other resources than it asks for. */
const isResized = ({ spec, status }: Pod): boolean =>
  spec.containers.some(({ name, resources = {} }) => {
    const reported = status?.containerStatuses?.find((each) => each.name === name);
    return reported !== undefined && JSON.stringify(reported.resources ?? {}) !== JSON.stringify(resources);
  });

const isAnswered = (answer: Answer | undefined): boolean => answer !== undefined && answer.status < 500;

const pathOf = ({ metadata }: Pod): string => `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;

function nodeStatus(name: string, now: Date): object {
  const time = rfc3339(now);
  const amounts = { cpu: '8', memory: '16Gi', pods: '40', 'ephemeral-storage': '100Gi' };
  const condition = (type: string, status: string, reason: string) => ({
    type,
    status,
    reason,
    message: '',
    lastHeartbeatTime: time,
    lastTransitionTime: time,
  });
  return {
    capacity: amounts,
    allocatable: amounts,
    addresses: [{ type: 'InternalIP', address: `192.0.2.${Number(name.slice(5)) + 1}` }],
    conditions: [
      condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
      condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
      condition('PIDPressure', 'False', 'KubeletHasSufficientPID'),
      condition('Ready', 'True', 'KubeletReady'),
    ],
  };
}
