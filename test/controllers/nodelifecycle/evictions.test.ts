import { describe, expect, test } from 'vitest';
import { nodeLifecycleController } from '../../../src/controllers/nodelifecycle/controller.ts';
import { evictionIntervalMs, zoneOf, zoneState, zonesOf } from '../../../src/controllers/nodelifecycle/zones.ts';
import { nodes, type Node } from '../../../src/resources/core/node.ts';
import { TestCluster } from '../support/cluster.ts';

describe('the state of a zone', () => {
  test.each([
    [0, 0, 'Normal'],
    [3, 0, 'Normal'],
    [0, 1, 'FullDisruption'],
    [1, 2, 'Normal'],
    [1, 3, 'PartialDisruption'],
    [45, 55, 'PartialDisruption'],
    [46, 54, 'Normal'],
    [0, 100, 'FullDisruption'],
  ] as const)('%i ready and %i not is %s', (ready, notReady, state) => expect(zoneState(ready, notReady)).toBe(state));

  test.each([
    ['Normal', 1, 10_000],
    ['FullDisruption', 1000, 10_000],
    ['PartialDisruption', 50, undefined],
    ['PartialDisruption', 51, 100_000],
  ] as const)('%s with %i nodes', (state, size, interval) => expect(evictionIntervalMs(state, size)).toBe(interval));

  test('names of zones, and who counts', () => {
    const node = (labels: Record<string, string>) => ({ metadata: { labels }, spec: {} }) as unknown as Node;
    expect(zoneOf(node({}))).toBe('');
    expect(zoneOf(node({ 'topology.kubernetes.io/zone': 'a' }))).toBe(':\0:a');
    const labels = { 'failure-domain.beta.kubernetes.io/zone': 'old', 'topology.kubernetes.io/zone': 'new' };
    expect(zoneOf(node({ ...labels, 'topology.kubernetes.io/region': 'r' }))).toBe('r:\0:old');
    expect(zonesOf([node({ 'node.kubernetes.io/exclude-disruption': '' }), node({})])).toMatchObject([
      { state: 'FullDisruption', size: 1, nodes: [{}, {}] },
    ]);
  });
});

/** A cluster in which nodes say themselves whether they are ready. */
class Zones {
  readonly cluster = new TestCluster({ controllers: [nodeLifecycleController] });

  add(name: string, zone = 'a', status = 'True'): void {
    const labels = { 'topology.kubernetes.io/zone': zone };
    this.cluster.create(nodes, { metadata: { name, labels }, spec: {}, status: { conditions: [this.#ready(status)] } });
  }

  set(status: string, ...names: string[]): void {
    for (const name of names)
      this.cluster.change(nodes, '', name, (node) => {
        node.status = { ...node.status, conditions: [this.#ready(status)] };
      });
    this.cluster.settle();
  }

  advance(seconds: number): void {
    this.cluster.advance(seconds);
    this.cluster.settle();
  }

  /** The nodes that lose their pods. */
  get evicted(): string[] {
    const isEvicted = ({ spec }: Node) => spec.taints?.some(({ effect }) => effect === 'NoExecute');
    return this.cluster
      .list(nodes)
      .filter(isEvicted)
      .map(({ metadata }) => metadata.name);
  }

  /** When it is looked who loses its pods next, in ms from now. */
  get nextMs(): number | undefined {
    return this.cluster.plan('nodelifecycle evictions').requeueAfterMs;
  }

  #ready(status: string) {
    const time = this.cluster.now.toISOString();
    return { type: 'Ready', status, lastTransitionTime: time, lastHeartbeatTime: '2030-01-01T00:00:00Z' };
  }
}

const named = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(2, '0')}`);

describe('pods of lost nodes are evicted', () => {
  test('from one node in ten seconds, and from each zone at its own pace', () => {
    const zones = new Zones();
    for (const name of named('a', 5)) zones.add(name);
    for (const name of named('b', 2)) zones.add(name, 'b');
    zones.set('Unknown', 'a01', 'a00', 'b00');
    expect(zones.evicted).toEqual(['a00', 'b00']);
    expect(zones.nextMs).toBe(10_000);
    zones.advance(9);
    expect(zones.evicted).toEqual(['a00', 'b00']);
    zones.advance(1);
    expect(zones.evicted).toEqual(['a00', 'a01', 'b00']);
    zones.set('True', 'a00');
    expect(zones.evicted).toEqual(['a01', 'b00']);
  });

  test('slowly, or not at all, when most of a zone is lost', () => {
    const zones = new Zones();
    zones.add('z00', 'z');
    for (const name of named('a', 10)) zones.add(name);
    for (const name of named('b', 60)) zones.add(name, 'b');
    zones.set('Unknown', ...named('a', 6), ...named('b', 40));
    expect(zones.evicted).toEqual(['b00']);
    zones.advance(99);
    expect(zones.evicted).toEqual(['b00']);
    zones.advance(1);
    expect(zones.evicted).toEqual(['b00', 'b01']);
    zones.set('True', 'a05', 'b39');
    // Five of ten is less than most, so the first of zone a goes at once.
    expect(zones.evicted).toEqual(['a00', 'b00', 'b01']);
  });

  test('from none when every zone is lost, whatever went before', () => {
    const zones = new Zones();
    for (const name of named('a', 2)) zones.add(name);
    zones.add('b00', 'b');
    zones.set('Unknown', 'a00', 'b00');
    expect(zones.evicted).toEqual(['a00', 'b00']);
    zones.set('Unknown', 'a01');
    expect(zones.evicted).toEqual([]);
    expect(zones.nextMs).toBeUndefined();
    zones.set('True', 'a01');
    expect(zones.evicted).toEqual(['a00', 'b00']);
  });

  test('from one that says itself that it is not ready when it has said so for five seconds', () => {
    const zones = new Zones();
    for (const name of named('a', 4)) zones.add(name);
    zones.set('False', 'a00');
    expect([zones.evicted, zones.nextMs]).toEqual([[], 5_000]);
    zones.advance(5);
    expect(zones.evicted).toEqual(['a00']);
  });

  test('not from a node that is being deleted', () => {
    const zones = new Zones();
    for (const name of named('a', 4)) zones.add(name);
    zones.cluster.change(nodes, '', 'a00', ({ metadata }) => void (metadata.deletionTimestamp = '2026-01-01T00:00:00Z'));
    zones.set('Unknown', 'a00', 'a01');
    expect(zones.evicted).toEqual(['a01']);
  });

  test('as long as it takes, whichever way the node is lost', () => {
    const zones = new Zones();
    for (const name of named('a', 3)) zones.add(name);
    zones.set('Unknown', 'a00');
    const before = zones.cluster.list(nodes)[0]!.spec.taints;
    zones.advance(5);
    zones.set('False', 'a00');
    const taint = zones.cluster.list(nodes)[0]!.spec.taints!.find(({ effect }) => effect === 'NoExecute');
    expect(taint).toEqual({ ...before!.find(({ effect }) => effect === 'NoExecute'), key: 'node.kubernetes.io/not-ready' });
  });
});
