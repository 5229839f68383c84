import type { Pod } from '../../resources/core/pod.ts';
import type { ResourceUsage } from '../../machinery/node-usage.ts';
import type { Container } from '../../resources/shared/container.ts';

/**
 * What runs containers, seen as the kubelet sees the container runtime interface (CRI): sandboxes that hold a pod's
 * network, containers inside, images. The kubelet never knows which runtime it has; it asks for the state of a pod,
 * decides, and calls one of these.
 *
 * Every call is idempotent or fails with an error whose message may be shown to users. Changes the kubelet did not ask
 * for (a container exits) are told through `onChange`.
 */
export interface Runtime {
  /** The scheme of container ids: `containerd`, `simulated`. */
  readonly name: string;
  readonly version: string;
  facts(): NodeFacts;
  /** The addresses that sandboxes may get (CRI: UpdateRuntimeConfig). Called before the first sandbox. */
  setPodCIDR(cidr: string): void;
  /** Everything that is known about a pod, dead containers included. */
  podState(uid: string): Promise<RuntimePod>;
  /**
   * Told once for each pod found at the start of the agent. A runtime whose containers do not outlive the agent makes
   * them again from what the pod's status says; others have nothing to do.
   */
  adopt(pod: Pod): Promise<void>;
  runSandbox(pod: Pod): Promise<void>;
  /** Ends what still runs in it and takes it down; its addresses are free again. */
  stopSandbox(id: string): Promise<void>;
  /** Forgets the sandbox and all its containers. */
  removeSandbox(id: string): Promise<void>;
  hasImage(pod: Pod, container: Container): Promise<boolean>;
  /** Fetches the container's image. Throws when it cannot be had. */
  pullImage(pod: Pod, container: Container): Promise<{ sizeBytes: number }>;
  /** Creates and starts the container; `attempt` counts its starts in this pod from 0. */
  startContainer(pod: Pod, container: Container, attempt: number): Promise<void>;
  /** Asks the container to end and makes it end after the grace period. Resolves when it has. */
  stopContainer(id: string, graceMs: number): Promise<void>;
  removeContainer(id: string): Promise<void>;
  /** What the container uses now; undefined if it does not run. */
  usage(pod: Pod, container: Container): Promise<ResourceUsage | undefined>;
  /** What the whole machine uses now, besides what its containers do. */
  systemUsage(): Promise<ResourceUsage>;
  /** The listener gets the uid of a pod whose state changed by itself. */
  onChange(listener: (podUid: string) => void): void;
  close(): Promise<void>;
}

export interface RuntimePod {
  sandbox?: Sandbox;
  containers: readonly RuntimeContainer[];
}

export interface Sandbox {
  id: string;
  isReady: boolean;
  /** Empty for pods in the host's network. */
  ips: readonly string[];
}

export interface RuntimeContainer {
  id: string;
  name: string;
  attempt: number;
  /** The image as the runtime names it, with domain and tag. */
  image: string;
  /** The image's digest reference. */
  imageId: string;
  startedAtMs: number;
  /** Present once it has ended. */
  exit?: ContainerExit;
  health: ContainerHealth;
}

export interface ContainerExit {
  code: number;
  reason: string;
  message?: string;
  finishedAtMs: number;
}

/** What the container's probes say, as far as they are known now. */
export interface ContainerHealth {
  /** Its startup probe has succeeded, or it has none. */
  started: boolean;
  ready: boolean;
  /** When to ask again, if time alone will change it. */
  changesAtMs?: number;
}

/** What a Node tells about the machine. */
export interface NodeFacts {
  capacity: { cpu: string; memory: string; 'ephemeral-storage': string; pods: string };
  /** The machine's address; without one the first address of the pod CIDR is shown. */
  internalIP?: string;
  architecture: string;
  operatingSystem: string;
  osImage: string;
  kernelVersion: string;
  machineID: string;
  systemUUID: string;
  bootID: string;
}
