import type { Pod } from '../../resources/core/pod.ts';
import type { Container } from '../../resources/shared/container.ts';

/**
 * What a simulated container will do, decided when it starts. Told by annotations of the pod
 * (`simulated.hibernetes.dev/KEY`, or `…/KEY.CONTAINER` for one container) and, for the simplest programs, by the
 * command:
 * - `start-after: 5s`: pulling the image takes that long.
 * - `pull-error: "text"`: the image cannot be pulled.
 * - `ready-after: 2s`: it becomes ready that long after it started.
 * - `exit-after: 10s`, `exit-code: "1"`: it ends by itself (code 0, or at once, if only one is given).
 * - `stop-after: 3s`: it needs that long to end when asked to; otherwise it ends at once.
 *
 * Probes succeed as soon as they are first made. Init containers that are no sidecars end at once, or no pod would start.
 * Everything else runs until it is stopped.
 */
export interface Story {
  startAfterMs: number;
  pullError?: string;
  startedAfterMs: number;
  readyAfterMs: number;
  /** Absent: runs until it is stopped. */
  exit?: { afterMs: number; code: number };
  stopAfterMs: number;
}

export const storyPrefix = 'simulated.hibernetes.dev/';

export function storyOf(pod: Pod, container: Container): Story {
  const annotations = pod.metadata.annotations ?? {};
  const told = (key: string) => annotations[`${storyPrefix}${key}.${container.name}`] ?? annotations[storyPrefix + key];
  const duration = (key: string) => parseDurationMs(told(key));

  const exitAfterMs = duration('exit-after');
  const exitCode = told('exit-code');
  const isExitTold = exitAfterMs !== undefined || exitCode !== undefined;
  const startedAfterMs = firstSuccessMs(container.startupProbe);
  return {
    startAfterMs: duration('start-after') ?? 0,
    pullError: told('pull-error'),
    startedAfterMs,
    readyAfterMs: Math.max(startedAfterMs, duration('ready-after') ?? 0, firstSuccessMs(container.readinessProbe)),
    exit: isExitTold
      ? { afterMs: exitAfterMs ?? 0, code: Number.parseInt(exitCode ?? '0', 10) || 0 }
      : (commandExit([...(container.command ?? []), ...(container.args ?? [])]) ?? (mustEnd(pod, container) ? ended : undefined)),
    stopAfterMs: duration('stop-after') ?? 0,
  };
}

const ended = { afterMs: 0, code: 0 };

/** Whether the pod waits for the end of this container before it goes on. */
const mustEnd = ({ spec }: Pod, { name }: Container): boolean =>
  spec.initContainers?.some((init) => init.name === name && init.restartPolicy !== 'Always') ?? false;

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

/** `500ms`, `2s`, `1m30s`, `2h`, or a number of seconds. Undefined for anything else. */
export function parseDurationMs(text: string | undefined): number | undefined {
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) ms += Number(amount) * units[unit!]!;
  return ms;
}

/** How a command ends, for the few programs whose end is plain to see; undefined: it keeps running, as a server does. */
export function commandExit(command: readonly string[]): Story['exit'] {
  const [program, ...args] = command;
  const name = program?.slice(program.lastIndexOf('/') + 1);
  switch (name) {
    case 'true':
    case ':':
    case 'echo':
    case 'printf':
    case 'date':
    case 'hostname':
    case 'id':
    case 'ls':
    case 'mkdir':
    case 'rm':
    case 'test':
    case 'touch':
      return { afterMs: 0, code: 0 };
    case 'false':
      return { afterMs: 0, code: 1 };
    case 'exit':
      return { afterMs: 0, code: Number.parseInt(args[0] ?? '0', 10) & 255 };
    case 'sleep': {
      const durations = args.map(parseDurationMs);
      if (durations.length === 0 || durations.includes(undefined)) return undefined;
      return { afterMs: durations.reduce((sum: number, ms) => sum + ms!, 0), code: 0 };
    }
    case 'sh':
    case 'bash':
    case 'ash':
      return args.length >= 2 && /^-[a-z]*c$/.test(args[0]!) ? scriptExit(args[1]!) : undefined;
    default:
      return undefined;
  }
}

/** A script of such commands, joined by `;`, `&&`, `||` or line ends. */
function scriptExit(script: string): Story['exit'] {
  // Quotes could hide a separator; nothing more than echoed words is looked at.
  const parts = script.split(/(;|&&|\|\||\n)/);
  let afterMs = 0;
  let code = 0;
  for (let i = 0; i < parts.length; i += 2) {
    const words = parts[i]!.trim().split(/\s+/).filter(Boolean);
    const joint = parts[i - 1];
    if (words.length === 0 || (joint === '&&' && code !== 0) || (joint === '||' && code === 0)) continue;
    if (words[0] === 'set') continue;
    const exit = commandExit(words);
    if (!exit) return undefined;
    afterMs += exit.afterMs;
    code = exit.code;
    if (words[0] === 'exit') break;
  }
  return { afterMs, code };
}
