/**
 * How long a failed pod is left before it is replaced, so that a pod which fails at once (a node refuses it, say) does not do
 * so in a hot loop. Upstream remembers this; here the pod says it, so that it outlives a restart.
 */
import type { Pod } from '../../resources/core/pod.ts';
import { revisionLabel } from '../history/revision.ts';

/** How many pods of the same template in a row have failed on the node before this one. */
export const failuresAnnotation = 'hibernetes.dev/daemon-pod-failures';

const firstMs = 1000;
const longestMs = 15 * 60 * 1000;

/** The failures before this pod, as far as they still count: not those of another template, nor those of long ago. */
function failuresBefore({ metadata }: Pod, hash: string, now: Date): number {
  const count = Number(metadata.annotations?.[failuresAnnotation] ?? 0);
  const isRecent = now.getTime() - Date.parse(metadata.creationTimestamp) <= 2 * longestMs;
  return isRecent && metadata.labels?.[revisionLabel] === hash && Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/** The failures that the successor of this failed pod follows. */
export const failuresAfter = (pod: Pod, hash: string, now: Date): number => failuresBefore(pod, hash, now) + 1;

/** In how many milliseconds a failed pod may be replaced; 0 when now. The first failure is replaced at once. */
export function backOffMs(pod: Pod, hash: string, now: Date): number {
  const failures = failuresBefore(pod, hash, now);
  if (failures === 0) return 0;
  const delay = Math.min(longestMs, firstMs * 2 ** (failures - 1));
  return Math.max(0, Date.parse(pod.metadata.creationTimestamp) + delay - now.getTime());
}
