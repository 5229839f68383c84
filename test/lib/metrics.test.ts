import { expect, test } from 'vitest';
import { Counter, Histogram, MetricsRegistry, Readings } from '../../src/lib/metrics.ts';

test('metrics are written as Prometheus reads them', () => {
  const registry = new MetricsRegistry();
  const requests = registry.add(
    new Counter({ name: 'requests_total', help: 'Requests,\nby \\ verb.', labels: ['verb', 'code'] }),
  );
  const plain = registry.add(new Counter({ name: 'plain_total', help: 'Without labels.' }));
  const waits = registry.add(new Histogram({ name: 'wait_seconds', help: 'Waits.', labels: ['kind'], bounds: [0.1, 1] }));
  registry.add(
    new Readings({ name: 'objects', help: 'Objects.', labels: ['resource'] }, () => [
      [['pods'], 3],
      [['no"t\n\\'], -1],
    ]),
  );
  requests.of('GET', '200').add();
  requests.of('GET', '200').add(2);
  requests.of('PUT', '409').add();
  plain.of().add();
  for (const seconds of [0.1, 0.05, 0.5, 7]) waits.of('x').observe(seconds);
  expect(registry.text()).toBe(`# HELP requests_total Requests,\\nby \\\\ verb.
# TYPE requests_total counter
requests_total{verb="GET",code="200"} 3
requests_total{verb="PUT",code="409"} 1
# HELP plain_total Without labels.
# TYPE plain_total counter
plain_total 1
# HELP wait_seconds Waits.
# TYPE wait_seconds histogram
wait_seconds_bucket{kind="x",le="0.1"} 2
wait_seconds_bucket{kind="x",le="1"} 3
wait_seconds_bucket{kind="x",le="+Inf"} 4
wait_seconds_sum{kind="x"} 7.65
wait_seconds_count{kind="x"} 4
# HELP objects Objects.
# TYPE objects gauge
objects{resource="pods"} 3
objects{resource="no\\"t\\n\\\\"} -1
`);
});

test('a metric never has more than so many series', () => {
  const counter = new Counter({ name: 'n', help: '', labels: ['a', 'b'] });
  for (let i = 0; i < 6_000; i++) counter.of('x', String(i)).add();
  const lines: string[] = [];
  counter.writeTo(lines);
  expect(lines).toHaveLength(5_003);
  expect(lines.at(-1)).toBe('n{a="other",b="other"} 1000');
});
