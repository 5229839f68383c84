import { systemRandom, type Random } from '../lib/random.ts';
import { Api } from './api.ts';
import { Kubelet } from './kubelet/kubelet.ts';
import { register, type Registered } from './kubelet/registration.ts';
import { silentLog, type Log } from './log.ts';
import type { NodeFacts, Runtime } from './runtimes/runtime.ts';
import { SimulatedRuntime } from './runtimes/simulated.ts';
import { systemTimers, type Timers } from './timers.ts';
import { retryDelayMs } from './retry-delay.ts';
import { TunnelClient } from './tunnel-client.ts';
import { TunnelError } from './tunnel-errors.ts';

export type RuntimeName = 'simulated' | 'containerd';

export interface NodeOptions {
  /** The cluster's address, `https://HOST/clusters/ID`. */
  server: string;
  /** A join token of the cluster, or one of an administrator. */
  token: string;
  /** The node's name: a DNS subdomain, unique in the cluster. */
  name: string;
  runtime: RuntimeName;
  /** PEM of the authority behind the server's certificate; default: those that Node.js trusts. */
  ca?: string;
  log?: Log;
  /** What a simulated node claims to have. */
  capacity?: Partial<NodeFacts['capacity']>;
  timers?: Timers;
  random?: Random;
}

export interface RunningNode {
  /** Resolves once the node is registered and ready for pods; rejects if the cluster refuses it or it is stopped before. */
  ready: Promise<void>;
  /** Takes the node off the cluster's network. Its Node and its pods stay, as after a power cut. */
  stop(): Promise<void>;
}

/** Starts a node agent in this process. Throws if the runtime is not to be had. */
export function startNode(options: NodeOptions): RunningNode {
  const { name, log = silentLog, timers = systemTimers, random = systemRandom } = options;
  const runtime = createRuntime(options, timers);
  const tunnel = new TunnelClient({ ...options, node: name, timers, random, log });
  const api = new Api(tunnel);
  let kubelet: Kubelet | undefined;
  let isStopped = false;
  let cancelRetry = () => {};
  let failures = 0;
  const { promise: ready, resolve, reject } = withResolvers();
  // Whoever does not ask for it is told by the log.
  ready.catch(() => undefined);

  const stop = async () => {
    if (isStopped) return;
    isStopped = true;
    cancelRetry();
    kubelet?.stop();
    await tunnel.close();
    await runtime.close();
    reject(new Error('the node was stopped before it was ready'));
  };
  const registered = ({ podCIDR, hostIP }: Registered) => {
    failures = 0;
    if (kubelet || isStopped) return;
    runtime.setPodCIDR(podCIDR);
    kubelet = new Kubelet({ node: name, hostIP, api, tunnel, runtime, timers, random, log });
    kubelet.start();
    log.info(`ready, pods get addresses of ${podCIDR}`);
    resolve();
  };
  let isRegistering = false;
  const registerNow = async () => {
    if (isRegistering || isStopped) return;
    isRegistering = true;
    cancelRetry();
    try {
      registered(await register({ api, name, runtime, timers }));
    } catch (error) {
      // With the next connection this starts again.
      if (isStopped || (error instanceof TunnelError && error.code === 'disconnected')) return;
      const delayMs = retryDelayMs(failures++, random);
      log.warn(`registration failed: ${(error as Error).message}; again in ${Math.round(delayMs)} ms`);
      cancelRetry = timers.after(delayMs, () => void registerNow());
    } finally {
      isRegistering = false;
    }
  };

  tunnel.onOpen(() => void registerNow());
  tunnel.onRefused((error) => {
    // A node that was let in before comes back once its cluster lets it again.
    if (kubelet) return;
    reject(error);
    void stop();
  });
  tunnel.connect();
  return { ready, stop };
}

function createRuntime({ runtime, name, capacity }: NodeOptions, timers: Timers): Runtime {
  if (runtime === 'simulated') return new SimulatedRuntime({ nodeName: name, timers, capacity });
  throw new Error('the containerd runtime is not available yet: start the agent with --runtime simulated');
}

function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
