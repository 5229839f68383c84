import {
  Counter,
  Histogram,
  Readings,
  type Count,
  type Distribution,
  type MetricsRegistry,
  type Reading,
} from '../../lib/metrics.ts';
import type { Dispatcher, Level, Rejection } from './dispatcher.ts';

/** Upstream's bounds. */
const waitBounds = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];
const lengthBounds = [0, 10, 25, 50, 100, 250, 500, 1_000];
const labels = ['priority_level', 'flow_schema'];

/** What is counted of the requests of one FlowSchema in one level. */
export interface FlowCounts {
  readonly dispatched: Count;
  readonly waited: Distribution;
  readonly queueLength: Distribution;
  executing: number;
  executingSeats: number;
  waiting: number;
  waitingSeats: number;
}

/** Counts what becomes of requests on their way to a seat, under upstream's names. */
export class FlowMetrics {
  readonly #counts = new Map<string, FlowCounts & { values: readonly string[] }>();
  readonly #rejected: Counter;
  readonly #dispatched: Counter;
  readonly #waited: Histogram;
  readonly #queueLength: Histogram;

  constructor(registry: MetricsRegistry, dispatcher: Dispatcher) {
    const prefix = 'apiserver_flowcontrol_';
    this.#rejected = registry.add(
      new Counter({
        name: `${prefix}rejected_requests_total`,
        help: 'Requests that were turned away.',
        labels: [...labels, 'reason'],
      }),
    );
    this.#dispatched = registry.add(
      new Counter({ name: `${prefix}dispatched_requests_total`, help: 'Requests that got a seat.', labels }),
    );
    this.#waited = registry.add(
      new Histogram({
        name: `${prefix}request_wait_duration_seconds`,
        help: 'How long requests waited for a seat.',
        labels: [...labels, 'execute'],
        bounds: waitBounds,
      }),
    );
    this.#queueLength = registry.add(
      new Histogram({
        name: `${prefix}request_queue_length_after_enqueue`,
        help: 'How many requests waited in the queue that a request came into, with it.',
        labels,
        bounds: lengthBounds,
      }),
    );
    const flows = (name: string, help: string, value: 'executing' | 'executingSeats' | 'waiting' | 'waitingSeats') =>
      registry.add(
        new Readings({ name: prefix + name, help, labels }, () =>
          [...this.#counts.values()].map((counts): Reading => [counts.values, counts[value]]),
        ),
      );
    flows('current_executing_requests', 'Requests that have a seat.', 'executing');
    flows('current_executing_seats', 'Seats in use.', 'executingSeats');
    flows('current_inqueue_requests', 'Requests that wait for a seat.', 'waiting');
    flows('current_inqueue_seats', 'Seats that are waited for.', 'waitingSeats');
    const levels = (name: string, help: string, value: (level: Level) => number) =>
      registry.add(
        new Readings({ name: prefix + name, help, labels: ['priority_level'] }, () =>
          dispatcher.levels.map((level): Reading => [[level.settings.name], value(level)]),
        ),
      );
    levels('nominal_limit_seats', 'Seats that are a level’s own.', ({ settings }) => settings.nominal);
    levels('lower_limit_seats', 'Seats of a level that are not lent.', ({ settings }) => settings.lower);
    levels('upper_limit_seats', 'Seats that a level may use, borrowed ones included.', ({ settings }) => settings.upper);
    levels('current_limit_seats', 'Seats that a level could use now.', (level) => dispatcher.limitOf(level));
  }

  countsOf(level: string, schema: string): FlowCounts {
    const key = `${level} ${schema}`;
    let counts = this.#counts.get(key);
    if (!counts) {
      counts = {
        values: [level, schema],
        dispatched: this.#dispatched.of(level, schema),
        waited: this.#waited.of(level, schema, 'true'),
        queueLength: this.#queueLength.of(level, schema),
        executing: 0,
        executingSeats: 0,
        waiting: 0,
        waitingSeats: 0,
      };
      this.#counts.set(key, counts);
    }
    return counts;
  }

  /** `seconds` is how long it had waited. */
  rejected(level: string, schema: string, reason: Rejection | 'time-out', seconds: number): void {
    this.#rejected.of(level, schema, reason).add();
    this.#waited.of(level, schema, 'false').observe(seconds);
  }
}
