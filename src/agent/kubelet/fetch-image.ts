import type { Pod } from '../../resources/core/pod.ts';
import type { Container } from '../../resources/shared/container.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { Timers } from '../timers.ts';
import type { EventRecorder } from './events.ts';
import { podEvents } from './pod-events.ts';

/** Makes sure that a container's image is there, as its pull policy says. Throws, with a message for users, if it cannot be. */
export async function fetchImage(
  context: { runtime: Runtime; events: EventRecorder; timers: Timers },
  pod: Pod,
  container: Container,
): Promise<void> {
  const { runtime, events, timers } = context;
  const policy = container.imagePullPolicy ?? 'IfNotPresent';
  const isPresent = policy !== 'Always' && (await runtime.hasImage(pod, container));
  if (isPresent) return events.record(podEvents.imagePresent(pod, container));
  if (policy === 'Never') throw new Error(`Container image "${container.image}" is not present with pull policy of Never`);
  events.record(podEvents.pulling(pod, container));
  const startedAtMs = timers.nowMs();
  const { sizeBytes } = await runtime.pullImage(pod, container);
  events.record(podEvents.pulled(pod, container, sizeBytes, timers.nowMs() - startedAtMs));
}
