import { describe, expect, test } from 'vitest';
import { endpointSliceController } from '../../../src/controllers/endpointslice/controller.ts';
import { withTopologyHints } from '../../../src/controllers/endpointslice/topology/topology-hints.ts';
import { allocationsOf, zoneRatiosOf, type ZoneRatios } from '../../../src/controllers/endpointslice/topology/zones.ts';
import { nodes, type Node } from '../../../src/resources/core/node.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { services } from '../../../src/resources/core/service.ts';
import { endpointSlices, type Endpoint } from '../../../src/resources/discovery/endpointslice.ts';
import { TestCluster } from '../support/cluster.ts';

const nodeIn = (
  zone: string,
  cpu = '4',
  { ready = 'True', labels = {} }: { ready?: string; labels?: Record<string, string> } = {},
) =>
  ({
    metadata: { labels: { ...(zone && { 'topology.kubernetes.io/zone': zone }), ...labels } },
    status: { allocatable: { cpu }, conditions: [{ type: 'Ready', status: ready }] },
  }) as unknown as Node;
const ratios = (shares: Record<string, number>): ZoneRatios => new Map(Object.entries(shares));
const controlPlane = { 'node-role.kubernetes.io/control-plane': '' };

describe('the shares of the zones', () => {
  test.each<[string, Node[], Record<string, number> | undefined]>([
    ['by CPU', [nodeIn('b', '1'), nodeIn('a', '2'), nodeIn('a', '1')], { a: 0.75, b: 0.25 }],
    ['in thousandths', [nodeIn('a', '500m'), nodeIn('b', '1500m')], { a: 0.25, b: 0.75 }],
    [
      'nodes of the control plane do not count',
      [nodeIn('a'), nodeIn('b'), nodeIn('', '4', { labels: controlPlane })],
      { a: 0.5, b: 0.5 },
    ],
    [
      'nodes that are not ready do not count',
      [nodeIn('a'), nodeIn('b'), nodeIn('', '4', { ready: 'False' })],
      { a: 0.5, b: 0.5 },
    ],
    ['none with one zone', [nodeIn('a'), nodeIn('a')], undefined],
    ['none with a node in no zone', [nodeIn('a'), nodeIn('b'), nodeIn('')], undefined],
    ['none with a node without CPU', [nodeIn('a'), nodeIn('b'), nodeIn('b', '0')], undefined],
    ['none without nodes', [], undefined],
  ])('%s', (_, given, expected) => {
    const found = zoneRatiosOf(given);
    expect(found && Object.fromEntries(found)).toEqual(expected);
  });
});

describe('how many endpoints each zone should have', () => {
  const thirds = ratios({ a: 1 / 3, b: 1 / 3, c: 1 / 3 });
  test.each<[string, ZoneRatios | undefined, number, Record<string, unknown> | string]>([
    [
      'an even share',
      ratios({ a: 0.5, b: 0.5 }),
      4,
      { a: { minimum: 2, maximum: 2, desired: 2 }, b: { minimum: 2, maximum: 2, desired: 2 } },
    ],
    [
      'a zone may lack a sixth of its share',
      ratios({ a: 0.5, b: 0.5 }),
      14,
      { a: { minimum: 6, maximum: 8, desired: 7 }, b: { minimum: 6, maximum: 8, desired: 7 } },
    ],
    [
      'one endpoint at least',
      ratios({ a: 0.9, b: 0.1 }),
      5,
      { a: { minimum: 4, maximum: 4, desired: 4.5 }, b: { minimum: 1, maximum: 1, desired: 1 } },
    ],
    [
      'not without shares',
      undefined,
      9,
      'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes',
    ],
    ['not with fewer endpoints than zones', thirds, 2, 'Insufficient number of endpoints (2 endpoints, 3 zones)'],
    [
      'not if the minimums are too many',
      thirds,
      4,
      'Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (4 endpoints, 3 zones)',
    ],
  ])('%s', (_, given, endpoints, expected) => {
    const found = allocationsOf(given, endpoints);
    expect(typeof found === 'string' ? found : Object.fromEntries(found)).toEqual(expected);
  });
});

/** `a`: ready in zone a; `a>b`: with a hint for b; `!a`: not ready; `-`: ready in no zone. */
const endpointsOf = (text: string): Endpoint[] =>
  text
    .split(' ')
    .filter(Boolean)
    .map((word, i) => {
      const [place = '', hint] = word.replace('!', '').split('>');
      return {
        addresses: [`10.0.0.${i}`],
        conditions: { ready: !word.startsWith('!') },
        ...(place !== '-' && { zone: place }),
        ...(hint && { hints: { forZones: [{ name: hint }] } }),
      };
    });
const written = (endpoints: readonly Endpoint[] | undefined): string | undefined =>
  endpoints
    ?.map(
      ({ zone = '-', conditions, hints }) =>
        `${conditions?.ready ? '' : '!'}${zone}${hints?.forZones ? `>${hints.forZones[0]!.name}` : ''}`,
    )
    .join(' ');

describe('hints', () => {
  const halves = ratios({ a: 0.5, b: 0.5 });
  test.each<
    [
      string,
      ZoneRatios | undefined,
      { changing?: string; unchanged?: string },
      { changing?: string; unchanged?: string; disabled?: string },
    ]
  >([
    ['each for its own zone', halves, { changing: 'a b a b' }, { changing: 'a>a b>b a>a b>b' }],
    ['what a zone has too many goes to others', halves, { changing: 'a a a b' }, { changing: 'a>b a>a a>a b>b' }],
    ['by CPU', ratios({ a: 0.25, b: 0.75 }), { changing: 'a a b b' }, { changing: 'a>b a>a b>b b>b' }],
    ['half an endpoint stays', ratios({ a: 0.5, b: 0.5 }), { changing: 'a a b' }, { changing: '', disabled: 'Unable' }],
    ['what is not ready has none', halves, { changing: '!a>a a b' }, { changing: '!a a>a b>b' }],
    ['slices that fit stay', halves, { changing: 'a', unchanged: 'a>a b>b b>b' }, { changing: 'a>a', unchanged: undefined }],
    ['slices that do not fit any more change', halves, { unchanged: 'a>a a>a a>a b>b' }, { unchanged: 'a>b a>a a>a b>b' }],
    ['a slice with a hint for a zone that is gone changes', halves, { unchanged: 'a>a b>c' }, { unchanged: 'a>a b>b' }],
    ['a slice without a hint changes', halves, { unchanged: 'a>a b' }, { unchanged: 'a>a b>b' }],
    [
      'none without a zone',
      halves,
      { changing: 'a b -', unchanged: 'a>a' },
      { changing: 'a b -', unchanged: 'a', disabled: 'One or more endpoints do not have a zone specified' },
    ],
    [
      'none without shares',
      undefined,
      { changing: 'a>a b', unchanged: 'b' },
      { changing: 'a b', unchanged: undefined, disabled: 'Insufficient Node information' },
    ],
  ])('%s', (_, given, { changing = '', unchanged = '' }, expected) => {
    const found = withTopologyHints({ changing: [endpointsOf(changing)], unchanged: [endpointsOf(unchanged)] }, given);
    if (expected.disabled === undefined) expect(found.disabled).toBeUndefined();
    else expect(found.disabled).toContain(expected.disabled);
    if (expected.changing) expect(written(found.changing[0])).toBe(expected.changing);
    if ('unchanged' in expected) expect(written(found.unchanged[0])).toBe(expected.unchanged);
  });
});

describe('a Service with topology-mode Auto', () => {
  const setUp = () => {
    const cluster = new TestCluster({ controllers: [endpointSliceController] });
    for (const zone of ['a', 'b'])
      cluster.create(nodes, {
        ...nodeIn(zone),
        metadata: { name: `in-${zone}`, labels: { 'topology.kubernetes.io/zone': zone } },
        spec: {},
      });
    cluster.create(services, {
      metadata: { name: 'web', namespace: 'default', annotations: { 'service.kubernetes.io/topology-mode': 'Auto' } },
      spec: { clusterIP: '10.96.0.9', ipFamilies: ['IPv4'], selector: { app: 'web' }, ports: [{ port: 80 }] },
    });
    return cluster;
  };
  const addPod = (cluster: TestCluster, i: number, zone: string) =>
    cluster.create(pods, {
      metadata: { name: `web-${i}`, namespace: 'default', labels: { app: 'web' } },
      spec: { nodeName: `in-${zone}`, containers: [{ name: 'web', image: 'web' }] },
      status: { phase: 'Running', podIP: `10.0.0.${i}`, conditions: [{ type: 'Ready', status: 'True' }] },
    });
  const hints = (cluster: TestCluster) =>
    written(cluster.list(endpointSlices, 'default').flatMap(({ endpoints }) => endpoints ?? []));
  const said = (cluster: TestCluster) => cluster.events.map(({ reason, message }) => `${reason}: ${message}`);

  test('has hints as soon as there are enough endpoints, and says so once', () => {
    const cluster = setUp();
    addPod(cluster, 1, 'a');
    cluster.settle();
    expect(hints(cluster)).toBe('a');
    expect(said(cluster).at(-1)).toBe(
      'TopologyAwareHintsDisabled: Insufficient number of endpoints (1 endpoints, 2 zones), addressType: IPv4',
    );
    addPod(cluster, 2, 'a');
    cluster.settle();
    expect(hints(cluster)).toBe('a>b a>a');
    addPod(cluster, 3, 'b');
    addPod(cluster, 4, 'b');
    cluster.settle();
    expect(said(cluster).filter((line) => line.startsWith('TopologyAwareHintsEnabled'))).toEqual([
      'TopologyAwareHintsEnabled: Topology Aware Hints has been enabled, addressType: IPv4',
    ]);
    expect(cluster.plan('endpointslice default/web').writes).toEqual([]);
  });

  test('follows the nodes, and loses its hints with the annotation', () => {
    const cluster = setUp();
    for (const [i, zone] of ['a', 'a', 'b', 'b'].entries()) addPod(cluster, i + 1, zone);
    cluster.settle();
    expect(hints(cluster)).toBe('a>a a>a b>b b>b');
    cluster.change(nodes, '', 'in-b', (node) => void (node.status!.conditions![0]!.status = 'False'));
    cluster.settle();
    expect(hints(cluster)).toBe('a a b b');
    cluster.change(nodes, '', 'in-b', (node) => void (node.status!.conditions![0]!.status = 'True'));
    cluster.settle();
    expect(hints(cluster)).toBe('a>a a>a b>b b>b');
    cluster.change(services, 'default', 'web', ({ metadata }) => void delete metadata.annotations);
    cluster.settle();
    expect(hints(cluster)).toBe('a a b b');
    expect(said(cluster).at(-1)).toBe('TopologyAwareHintsDisabled: Topology Aware Hints has been disabled, addressType: IPv4');
  });
});
