import type { Pod } from '../../resources/core/pod.ts';
import type { Container } from '../../resources/shared/container.ts';
import { parseDurationMs } from './duration.ts';
import { normalizedImage } from './simulated-image.ts';

/**
 * What a simulated container will do, as annotations of the pod tell it (`simulated.hibernetes.dev/KEY`, or
 * `…/KEY.CONTAINER` for one container). Of what is told in a list (`1,1,0`) each start takes the next, and the last stays:
 * - `start-after: 5s`: pulling the image takes that long.
 * - `pull-error: "text"`: the image cannot be pulled.
 * - `ready-after: 2s`: it becomes ready that long after it started.
 * - `exit-after: 10s`, `exit-code: "1"`: it ends by itself (code 0, or at once, if only one is given).
 * - `exit-reason: OOMKilled`, `exit-message: "text"`: what is said of that end.
 * - `stop-after: 3s`: it needs that long to end when asked to; otherwise it ends at once.
 * - `usage: cpu=250m,memory=64Mi`: what it uses (`simulated-usage.ts`).
 *
 * Probes succeed as soon as they are first made. How a container ends that no annotation speaks of is its command's matter.
 */
export interface Story {
  startAfterMs: number;
  pullError?: string;
  startedAfterMs: number;
  readyAfterMs: number;
  /** Absent: as the command says. */
  exit?: { afterMs: number; code: number; reason?: string; message?: string };
  stopAfterMs: number;
}

export const storyPrefix = 'simulated.hibernetes.dev/';

/** What an annotation of the pod tells of a container. */
export const toldOf = ({ metadata: { annotations = {} } }: Pod, { name }: Container, key: string): string | undefined =>
  annotations[`${storyPrefix}${key}.${name}`] ?? annotations[storyPrefix + key];

/** `attempt` counts the starts of the container in this pod from 0. */
export function storyOf(pod: Pod, container: Container, attempt: number): Story {
  const told = (key: string) => toldOf(pod, container, key);
  const duration = (key: string) => parseDurationMs(told(key));
  const inTurn = (key: string) => {
    const turns = told(key)?.split(',');
    return turns?.[Math.min(attempt, turns.length - 1)]?.trim();
  };

  const exitAfterMs = parseDurationMs(inTurn('exit-after'));
  const exitCode = inTurn('exit-code');
  const isExitTold = exitAfterMs !== undefined || exitCode !== undefined;
  const startedAfterMs = firstSuccessMs(container.startupProbe);
  return {
    startAfterMs: duration('start-after') ?? 0,
    pullError: told('pull-error') ?? missingImage(container.image ?? ''),
    startedAfterMs,
    readyAfterMs: Math.max(startedAfterMs, duration('ready-after') ?? 0, firstSuccessMs(container.readinessProbe)),
    ...(isExitTold && {
      exit: {
        afterMs: exitAfterMs ?? 0,
        code: Number.parseInt(exitCode ?? '0', 10) || 0,
        reason: told('exit-reason'),
        message: told('exit-message'),
      },
    }),
    stopAfterMs: duration('stop-after') ?? 0,
  };
}

/** Images that no registry has, by their name: with the tag 404 or non-existent, or of a registry or a user `invalid`. */
function missingImage(image: string): string | undefined {
  const name = normalizedImage(image);
  const isMissing = /:(404|non-existent)$/.test(name) || /^invalid[.:/]/.test(name) || name.startsWith('docker.io/invalid/');
  return isMissing
    ? `rpc error: code = NotFound desc = failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${name}: not found`
    : undefined;
}

interface Probe {
  initialDelaySeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
}

/** When a probe that always succeeds has done so often enough. */
function firstSuccessMs(probe: Probe | undefined): number {
  if (!probe) return 0;
  const repeats = (probe.successThreshold ?? 1) - 1;
  return ((probe.initialDelaySeconds ?? 0) + repeats * (probe.periodSeconds ?? 10)) * 1000;
}
