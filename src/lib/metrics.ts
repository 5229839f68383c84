/**
 * Counters, gauges and histograms in the text format of Prometheus (version 0.0.4). Everything is in memory, and counted
 * from when that began. Counting is an addition on a series that the caller may keep; gauges are read when somebody asks.
 */

/** Values in the order of a metric's label names. They must come from a bounded set: never names of objects or users. */
type LabelValues = readonly string[];

interface Description {
  name: string;
  help: string;
  labels?: readonly string[];
}

/** A metric can be written out; `lines` are without line ends. */
interface Metric {
  writeTo(lines: string[]): void;
}

/** More series than this in one metric are put together in one whose labels are all `other`. */
const seriesMax = 5_000;
const separator = '\u0000';

/** The series of a metric by their label values. */
class SeriesTable<S> {
  readonly #series = new Map<string, { values: LabelValues; series: S }>();
  readonly #make: () => S;

  constructor(make: () => S) {
    this.#make = make;
  }

  of(values: LabelValues): S {
    const key = values.join(separator);
    const known = this.#series.get(key);
    if (known) return known.series;
    if (this.#series.size >= seriesMax && values.some((value) => value !== 'other')) return this.of(values.map(() => 'other'));
    const series = this.#make();
    this.#series.set(key, { values, series });
    return series;
  }

  all(): Iterable<{ values: LabelValues; series: S }> {
    return this.#series.values();
  }
}

/** One series of a counter. */
export class Count {
  value = 0;
  add(amount = 1): void {
    this.value += amount;
  }
}

export class Counter implements Metric {
  readonly #description: Description;
  readonly #table = new SeriesTable(() => new Count());

  constructor(description: Description) {
    this.#description = description;
    // Without labels there is one series, which is there from the start.
    if (!description.labels) this.#table.of([]);
  }

  of(...values: string[]): Count {
    return this.#table.of(values);
  }

  writeTo(lines: string[]): void {
    const { name, labels = [] } = this.#description;
    writeHead(lines, this.#description, 'counter');
    for (const { values, series } of this.#table.all()) lines.push(`${name}${labelText(labels, values)} ${series.value}`);
  }
}

/** One series of a histogram: how many values were at most as large as each bound, how many in all, and their sum. */
export class Distribution {
  readonly #bounds: readonly number[];
  /** By bound, without those of smaller bounds; the last is for what is past all of them. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    let at = 0;
    while (at < this.#bounds.length && value > this.#bounds[at]!) at++;
    this.counts[at]!++;
    this.sum += value;
  }
}

export class Histogram implements Metric {
  readonly #description: Description & { bounds: readonly number[] };
  readonly #table: SeriesTable<Distribution>;

  /** `bounds` are ascending upper bounds, in the metric's unit. */
  constructor(description: Description & { bounds: readonly number[] }) {
    this.#description = description;
    this.#table = new SeriesTable(() => new Distribution(description.bounds));
    if (!description.labels) this.#table.of([]);
  }

  of(...values: string[]): Distribution {
    return this.#table.of(values);
  }

  writeTo(lines: string[]): void {
    const { name, labels = [], bounds } = this.#description;
    writeHead(lines, this.#description, 'histogram');
    for (const { values, series } of this.#table.all()) {
      let count = 0;
      for (const [i, more] of series.counts.entries()) {
        count += more;
        const bound = i < bounds.length ? String(bounds[i]) : '+Inf';
        lines.push(`${name}_bucket${labelText([...labels, 'le'], [...values, bound])} ${count}`);
      }
      lines.push(`${name}_sum${labelText(labels, values)} ${series.sum}`, `${name}_count${labelText(labels, values)} ${count}`);
    }
  }
}

/** A value as it is when somebody asks: its label values, and what it is. */
export type Reading = readonly [values: LabelValues, value: number];

/** Values that are known anyway, and read when the metrics are asked for. */
export class Readings implements Metric {
  readonly #description: Description;
  readonly #type: 'gauge' | 'counter';
  readonly #read: () => Iterable<Reading>;

  /** `type` is `counter` for values that only grow. */
  constructor(description: Description, read: () => Iterable<Reading>, type: 'gauge' | 'counter' = 'gauge') {
    this.#description = description;
    this.#read = read;
    this.#type = type;
  }

  writeTo(lines: string[]): void {
    const { name, labels = [] } = this.#description;
    writeHead(lines, this.#description, this.#type);
    for (const [values, value] of this.#read()) lines.push(`${name}${labelText(labels, values)} ${value}`);
  }
}

/** The metrics of one cluster, in the order in which they were added. */
export class MetricsRegistry {
  readonly #metrics: Metric[] = [];

  add<M extends Metric>(metric: M): M {
    this.#metrics.push(metric);
    return metric;
  }

  text(): string {
    const lines: string[] = [];
    for (const metric of this.#metrics) metric.writeTo(lines);
    return `${lines.join('\n')}\n`;
  }
}

/** The media type of `MetricsRegistry.text`. */
export const metricsMediaType = 'text/plain; version=0.0.4; charset=utf-8';

function writeHead(lines: string[], { name, help }: Description, type: string): void {
  lines.push(`# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}`, `# TYPE ${name} ${type}`);
}

function labelText(names: readonly string[], values: LabelValues): string {
  if (names.length === 0) return '';
  return `{${names.map((name, i) => `${name}="${escaped(values[i] ?? '')}"`).join(',')}}`;
}

const escaped = (value: string) => (/["\\\n]/.test(value) ? value.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n') : value);
