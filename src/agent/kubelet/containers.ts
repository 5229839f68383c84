import type { Pod } from '../../resources/core/pod.ts';
import type { Container } from '../../resources/shared/container.ts';
import type { RuntimeContainer, RuntimePod } from '../runtimes/runtime.ts';

/** An init container that keeps running beside the others (a sidecar). */
export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always';

/** The container's newest start, if it was started at all. */
export function latest(runtime: RuntimePod, name: string): RuntimeContainer | undefined {
  let found: RuntimeContainer | undefined;
  for (const container of runtime.containers)
    if (container.name === name && (!found || container.attempt > found.attempt)) found = container;
  return found;
}

/** The start before that, if the runtime still remembers it. */
export function previous(runtime: RuntimePod, name: string): RuntimeContainer | undefined {
  const newest = latest(runtime, name);
  return newest && runtime.containers.find((other) => other.name === name && other.attempt === newest.attempt - 1);
}

/** Whether a container that ended with that code is started again, by its own restart policy or the pod's. */
export function shouldRestart(pod: Pod, container: Container, exitCode: number): boolean {
  const policy = container.restartPolicy ?? pod.spec.restartPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** Like `shouldRestart`, for a plain init container: one that succeeded never runs again, and `Always` means on failure. */
export function shouldRestartInit(pod: Pod, container: Container, exitCode: number): boolean {
  return exitCode !== 0 && shouldRestart(pod, container, exitCode);
}

/** Whether an init container is past, so that the next one may start. */
export function isInitDone(container: Container, started: RuntimeContainer | undefined): boolean {
  if (!started) return false;
  return isSidecar(container) ? !started.exit && started.health.started : started.exit?.code === 0;
}
