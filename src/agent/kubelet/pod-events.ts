import type { Pod } from '../../resources/core/pod.ts';
import type { Container } from '../../resources/shared/container.ts';
import { podTitle } from './decide.ts';
import type { KubeletEvent } from './events.ts';

/** The kubelet's events about pods, in upstream's words. */
export const podEvents = {
  pulling: (pod: Pod, container: Container) => normal(pod, container, 'Pulling', `Pulling image "${container.image}"`),
  imagePresent: (pod: Pod, container: Container) =>
    normal(
      pod,
      container,
      'Pulled',
      `Container image "${container.image}" already present on machine and can be accessed by the pod`,
    ),
  pulled(pod: Pod, container: Container, sizeBytes: number, tookMs: number) {
    const took = tookMs < 1000 ? `${Math.round(tookMs)}ms` : `${(tookMs / 1000).toFixed(3)}s`;
    const size = `Image size: ${sizeBytes} bytes.`;
    const message = `Successfully pulled image "${container.image}" in ${took} (${took} including waiting). ${size}`;
    return normal(pod, container, 'Pulled', message);
  },
  pullFailed: (pod: Pod, container: Container, error: string) =>
    warning(pod, container, 'Failed', `Failed to pull image "${container.image}": ${error}`),
  pullBackOff: (pod: Pod, container: Container) =>
    normal(pod, container, 'BackOff', `Back-off pulling image "${container.image}"`),
  created: (pod: Pod, container: Container) => normal(pod, container, 'Created', 'Container created'),
  started: (pod: Pod, container: Container) => normal(pod, container, 'Started', 'Container started'),
  startFailed: (pod: Pod, container: Container, error: string) => warning(pod, container, 'Failed', `Error: ${error}`),
  killing: (pod: Pod, container: Container) => normal(pod, container, 'Killing', `Stopping container ${container.name}`),
  restartBackOff: (pod: Pod, container: Container) =>
    warning(pod, container, 'BackOff', `Back-off restarting failed container ${container.name} in pod ${podTitle(pod)}`),
  rejected: (pod: Pod, reason: string, message: string) => warning(pod, undefined, reason, message),
  sandboxFailed: (pod: Pod, error: string) =>
    warning(pod, undefined, 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${error}`),
};

const normal = (pod: Pod, container: Container | undefined, reason: string, message: string): KubeletEvent => ({
  regarding: regarding(pod, container),
  type: 'Normal',
  reason,
  message,
});

const warning = (...parts: Parameters<typeof normal>): KubeletEvent => ({ ...normal(...parts), type: 'Warning' });

function regarding(pod: Pod, container: Container | undefined): KubeletEvent['regarding'] {
  const { name, namespace, uid, resourceVersion } = pod.metadata;
  const isInit = container && pod.spec.initContainers?.some((init) => init.name === container.name);
  const fieldPath = container && `spec.${isInit ? 'initContainers' : 'containers'}{${container.name}}`;
  return { apiVersion: 'v1', kind: 'Pod', namespace, name, uid, resourceVersion, ...(fieldPath && { fieldPath }) };
}
