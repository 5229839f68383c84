import { describe, expect, test } from 'vitest';
import { evictionTimeMs } from '../../../src/controllers/tainteviction/deadline.ts';
import { taintEvictionController } from '../../../src/controllers/tainteviction/controller.ts';
import type { Node } from '../../../src/resources/core/node.ts';
import { LiveCluster } from '../support/live-cluster.ts';
import { pod } from '../support/objects.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const time = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const taint = (key: string, addedAt?: number, effect = 'NoExecute') => ({
  key,
  effect,
  ...(addedAt !== undefined && { timeAdded: time(addedAt) }),
});
const toleration = (key: string, tolerationSeconds?: number) => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  ...(tolerationSeconds !== undefined && { tolerationSeconds }),
});

describe('a pod has to leave', () => {
  const node = (taints: Node['spec']['taints'], managed: { by: string; at: number; fields: object }[] = []) =>
    ({
      metadata: {
        creationTimestamp: time(0),
        managedFields: managed.map(({ by, at, fields }) => ({ manager: by, time: time(at), fieldsV1: fields })),
      },
      spec: { taints },
    }) as unknown as Node;
  const cases: [string, Node, ReturnType<typeof toleration>[], number | undefined][] = [
    ['never without taints', node([]), [], undefined],
    ['never for other effects', node([taint('a', 10, 'NoSchedule')]), [], undefined],
    ['at once without a toleration', node([taint('a', 10)]), [], -Infinity],
    ['at once without one for every taint', node([taint('a', 10), taint('b', 10)]), [toleration('a', 60)], -Infinity],
    ['never with a toleration without end', node([taint('a', 10)]), [toleration('a')], undefined],
    ['when its toleration ends', node([taint('a', 10)]), [toleration('a', 60)], 70],
    ['at once when its toleration is for no time', node([taint('a', 10)]), [toleration('a', 0)], -Infinity],
    ['at once when its toleration is for less', node([taint('a', 10)]), [toleration('a', -5)], -Infinity],
    [
      'by the shortest of its tolerations',
      node([taint('a', 10), taint('b', 10)]),
      [toleration('a', 60), toleration('b', 30)],
      40,
    ],
    ['by those alone that are for its taints', node([taint('a', 10)]), [toleration('b', 30), toleration('a', 60)], 70],
    ['by the first of two for one taint', node([taint('a', 10)]), [toleration('a'), toleration('a', 60)], undefined],
    ['from the last of its taints on', node([taint('a', 10), taint('b', 50)]), [toleration('a', 60), toleration('b')], 110],
    ['from when it came, if that was later', node([taint('a', -100)]), [toleration('a', 60)], 65],
    ['when the taint does not say since when, from when the node was made', node([taint('a')]), [toleration('a', 60)], 65],
    [
      'when the taint does not say, from when taints were written last',
      node(
        [taint('a')],
        [
          { by: 'kubectl', at: 30, fields: { 'f:spec': { 'f:taints': {} } } },
          { by: 'kubelet', at: 90, fields: { 'f:status': {} } },
        ],
      ),
      [toleration('a', 60)],
      90,
    ],
  ];
  const bound = { conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: time(5) }] };
  test.each(cases)('%s', (_name, on, tolerations, seconds) => {
    const leaving = evictionTimeMs(pod('p', { spec: { nodeName: 'n', tolerations }, status: bound }), on);
    expect(leaving !== undefined && Number.isFinite(leaving) ? (leaving - start) / 1000 : leaving).toBe(seconds);
  });
});

const pods = '/api/v1/namespaces/default/pods';
const node = '/api/v1/nodes/node-0';

async function setUp(tolerations: Record<string, ReturnType<typeof toleration>[]>): Promise<LiveCluster> {
  const cluster = await LiveCluster.start(() => [taintEvictionController]);
  await cluster.request('POST', '/api/v1/nodes', { metadata: { name: 'node-0' } });
  for (const [name, each] of Object.entries(tolerations))
    await cluster.request('POST', pods, {
      metadata: { name, finalizers: ['example.dev/wait'] },
      spec: { nodeName: 'node-0', tolerations: each, terminationGracePeriodSeconds: 7, containers: [{ name: 'c', image: 'c' }] },
    });
  await cluster.settle();
  return cluster;
}
const setTaints = async (cluster: LiveCluster, ...taints: object[]) => {
  await cluster.patch(node, { spec: { taints } });
  await cluster.settle();
};
const leaving = async (cluster: LiveCluster): Promise<string[]> => {
  const { items } = await cluster.request('GET', pods);
  return items.filter((each: any) => each.metadata.deletionTimestamp).map((each: any) => each.metadata.name);
};
const messages = async (cluster: LiveCluster): Promise<string[]> => {
  const { items } = await cluster.request('GET', '/api/v1/events');
  return items.map((each: any) => `${each.type} ${each.reason} ${each.source.component}: ${each.message}`).sort();
};
const event = (message: string) => `Normal TaintManagerEviction taint-eviction-controller: ${message}`;

test('pods leave at once, later or never', async () => {
  const cluster = await setUp({ none: [], some: [toleration('a', 60)], all: [toleration('a')] });
  await setTaints(cluster, taint('a'));
  expect(await leaving(cluster)).toEqual(['none']);
  expect(await cluster.request('GET', `${pods}/none`)).toMatchObject({
    metadata: { deletionGracePeriodSeconds: 7 },
    status: {
      conditions: [
        {
          type: 'DisruptionTarget',
          status: 'True',
          reason: 'DeletionByTaintManager',
          message: 'Taint manager: deleting due to NoExecute taint',
        },
      ],
    },
  });
  await cluster.advance(59);
  expect(await leaving(cluster)).toEqual(['none']);
  await cluster.advance(1);
  expect(await leaving(cluster)).toEqual(['none', 'some']);
  expect(await messages(cluster)).toEqual([
    event('Marking for deletion Pod default/none'),
    event('Marking for deletion Pod default/some'),
  ]);
  await cluster.advance(100_000);
  expect(await leaving(cluster)).toEqual(['none', 'some']);
  expect(cluster.errors).toEqual([]);
});

test('a pod whose taint goes in time stays', async () => {
  const cluster = await setUp({ some: [toleration('a', 60)], all: [toleration('a')] });
  await setTaints(cluster, taint('a'));
  await cluster.advance(30);
  await setTaints(cluster);
  await cluster.advance(100);
  expect(await leaving(cluster)).toEqual([]);
  expect(await messages(cluster)).toEqual([event('Cancelling deletion of Pod default/some')]);
});

test('a restart changes nothing about the time', async () => {
  const cluster = await setUp({ some: [toleration('a', 60)] });
  await setTaints(cluster, taint('a'));
  await cluster.advance(30);
  await cluster.restart(() => [taintEvictionController]);
  await cluster.advance(29);
  expect(await leaving(cluster)).toEqual([]);
  await cluster.advance(1);
  expect(await leaving(cluster)).toEqual(['some']);
});

test('a pod that comes to a tainted node, and one that is to stay for less', async () => {
  const cluster = await setUp({ some: [toleration('a', 600)] });
  await setTaints(cluster, taint('a'));
  await cluster.request('POST', pods, {
    metadata: { name: 'late', finalizers: ['example.dev/wait'] },
    spec: { nodeName: 'node-0', containers: [{ name: 'c', image: 'c' }] },
  });
  await cluster.settle();
  expect(await leaving(cluster)).toEqual(['late']);
  // Tolerations may be added, and the first that covers a taint counts.
  await cluster.patch(`${pods}/some`, { spec: { tolerations: [toleration('a', 600), toleration('b', 1)] } });
  await cluster.settle();
  await cluster.advance(599);
  expect(await leaving(cluster)).toEqual(['late']);
  await cluster.advance(1);
  expect(await leaving(cluster)).toEqual(['late', 'some']);
});
