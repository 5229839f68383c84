import type { Clock } from '../lib/clock.ts';
import { limits } from '../lib/limits.ts';
import type { Measurement, NodeMeter, NodeUsage } from '../machinery/node-usage.ts';

interface Asked {
  id: number;
  askedAtMs: number;
  measuredAtMs?: number;
  usage?: NodeUsage;
  /** Called when the node has answered, or had its time; absent after that. */
  waiting?: (() => void)[];
}

/**
 * Asks nodes over their tunnels what they use, when a request or a controller wants to know, and remembers it for a while, in
 * memory alone: a node that is asked by many at once is asked once.
 */
export class TunnelMeter implements NodeMeter {
  readonly #clock: Clock;
  readonly #ask: (node: string, id: number) => boolean;
  readonly #schedule: (task: () => void, delayMs: number) => () => void;
  readonly #nodes = new Map<string, Asked>();
  #nextId = 1;

  /** `ask` sends the question to a node; false if it has no session. */
  constructor(options: {
    clock: Clock;
    ask: (node: string, id: number) => boolean;
    schedule: (task: () => void, delayMs: number) => () => void;
  }) {
    this.#clock = options.clock;
    this.#ask = options.ask;
    this.#schedule = options.schedule;
  }

  of(node: string): Measurement | undefined {
    const asked = this.#nodes.get(node);
    if (!asked) return undefined;
    const { askedAtMs, measuredAtMs, usage } = asked;
    const isKept = measuredAtMs !== undefined && measuredAtMs + limits.measuredKeptMs > this.#nowMs();
    return isKept ? { askedAtMs, measuredAtMs, usage } : { askedAtMs };
  }

  async measure(nodes: Iterable<string>): Promise<void> {
    this.#forgetOld();
    const silent = Array.from(new Set(nodes), (node) => this.#askIfStale(node)).filter(({ waiting }) => waiting);
    if (silent.length === 0) return;
    const cancel = this.#schedule(() => silent.forEach(settle), limits.measureAnswerMs);
    await Promise.all(silent.map((asked) => new Promise<void>((resolve) => asked.waiting?.push(resolve))));
    cancel();
  }

  /** A node has answered. What nobody asked for is dropped. */
  measured(node: string, id: number, usage: NodeUsage): void {
    const asked = this.#nodes.get(node);
    if (asked?.id !== id) return;
    asked.usage = usage;
    asked.measuredAtMs = this.#nowMs();
    settle(asked);
  }

  #askIfStale(node: string): Asked {
    const known = this.#nodes.get(node);
    const nowMs = this.#nowMs();
    if (known && known.askedAtMs + limits.measuredFreshMs > nowMs) return known;
    const asked: Asked = { ...known, id: this.#nextId++, askedAtMs: nowMs, waiting: [] };
    this.#nodes.set(node, asked);
    if (!this.#ask(node, asked.id)) settle(asked);
    return asked;
  }

  #forgetOld(): void {
    const oldestMs = this.#nowMs() - limits.measuredKeptMs;
    for (const [node, { askedAtMs, waiting }] of this.#nodes) if (!waiting && askedAtMs < oldestMs) this.#nodes.delete(node);
  }

  #nowMs(): number {
    return this.#clock.now().getTime();
  }
}

function settle(asked: Asked): void {
  const { waiting = [] } = asked;
  delete asked.waiting;
  for (const resolve of waiting) resolve();
}
