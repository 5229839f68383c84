import { describe, expect, test } from 'vitest';
import {
  healthOf,
  missedSinceAnnotation,
  unknownConditions,
  type Health,
} from '../../../src/controllers/nodelifecycle/health.ts';
import { taintsOf } from '../../../src/controllers/nodelifecycle/taints.ts';
import { sessionAnnotation, type Lease } from '../../../src/resources/coordination/lease.ts';
import type { Node } from '../../../src/resources/core/node.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
const time = (seconds: number) => new Date(start + seconds * 1000).toISOString();
const metadata = { name: 'node-0', uid: 'u', resourceVersion: '1', creationTimestamp: time(0) };

const lease = (renewedAt: number | undefined, session?: string): Lease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { ...metadata, namespace: 'kube-node-lease', ...(session && { annotations: { [sessionAnnotation]: session } }) },
  spec: renewedAt === undefined ? {} : { renewTime: time(renewedAt) },
});
const node = (
  more: { missedSince?: number; heartbeat?: number; conditions?: [string, string][]; spec?: Node['spec'] } = {},
): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    ...metadata,
    ...(more.missedSince !== undefined && { annotations: { [missedSinceAnnotation]: time(more.missedSince) } }),
  },
  spec: more.spec ?? {},
  status: {
    conditions: (more.conditions ?? [['Ready', 'True']]).map(([type, status]) => ({
      type,
      status,
      ...(more.heartbeat !== undefined && { lastHeartbeatTime: time(more.heartbeat) }),
    })),
  },
});

const missedNow: Health = { state: 'missed', noted: false, checkAgainMs: 40_000 };

describe('a node is', () => {
  const cases: [string, Node, Lease | undefined, number, Health][] = [
    ['new, and has a minute to say how it is', node({ conditions: [] }), undefined, 59, { state: 'alive', checkAgainMs: 1000 }],
    ['unreachable when it never did', node({ conditions: [] }), undefined, 60, { state: 'unreachable' }],
    ['alive by its own reports', node({ heartbeat: 100 }), undefined, 110, { state: 'alive', checkAgainMs: 30_000 }],
    ['unreachable without further reports', node({ heartbeat: 100 }), undefined, 140, { state: 'unreachable' }],
    [
      'alive by the newer of report and Lease',
      node({ heartbeat: 110 }),
      lease(100),
      140,
      { state: 'alive', checkAgainMs: 10_000 },
    ],
    ['missed from now on when it never said when it reported', node(), undefined, 1000, missedNow],
    ['missed from now on with a Lease that was never renewed', node(), lease(undefined), 1000, missedNow],
    ['alive after a renewal', node(), lease(100), 110, { state: 'alive', checkAgainMs: 30_000 }],
    ['alive with a session, which needs no clock', node(), lease(100, 'open'), 110, { state: 'alive' }],
    ['unreachable when its Lease ends', node(), lease(100), 140, { state: 'unreachable' }],
    ['missed from now on when its session ends soon after it came', node(), lease(0), 45, missedNow],
    ['unreachable when its Lease ends, a little late', node(), lease(100), 149, { state: 'unreachable' }],
    [
      'missed from now on when nobody was there at the end',
      node(),
      lease(100),
      500,
      { state: 'missed', noted: false, checkAgainMs: 40_000 },
    ],
    [
      'missed a little longer',
      node({ missedSince: 500 }),
      lease(100),
      510,
      { state: 'missed', noted: true, checkAgainMs: 30_000 },
    ],
    ['unreachable after being missed', node({ missedSince: 500 }), lease(100), 540, { state: 'unreachable' }],
    ['alive again', node({ missedSince: 500 }), lease(505), 510, { state: 'alive', checkAgainMs: 35_000 }],
    ['unreachable still', node({ conditions: [['Ready', 'Unknown']] }), lease(100), 5000, { state: 'unreachable' }],
    [
      'missed though its session is open, without heartbeats',
      node(),
      lease(100, 'open'),
      500,
      { state: 'missed', noted: false, checkAgainMs: 40_000 },
    ],
  ];
  test.each(cases)('%s', (_name, each, its, now, health) => {
    expect(healthOf(each, its, new Date(start + now * 1000))).toEqual(health);
  });
});

test('what an unreachable node reported is not known any more', () => {
  const each = node({
    conditions: [
      ['Ready', 'True'],
      ['DiskPressure', 'Unknown'],
      ['NetworkUnavailable', 'False'],
      ['MemoryPressure', 'False'],
    ],
  });
  const stopped = {
    status: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
    lastTransitionTime: 'now',
  };
  const conditions = unknownConditions(each, 'now')!;
  expect(conditions).toEqual([
    { type: 'Ready', ...stopped },
    { type: 'DiskPressure', status: 'Unknown' },
    { type: 'NetworkUnavailable', status: 'False' },
    { type: 'MemoryPressure', ...stopped },
    {
      type: 'PIDPressure',
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
      lastHeartbeatTime: time(0),
      lastTransitionTime: 'now',
    },
  ]);
  expect(unknownConditions({ ...each, status: { conditions } }, 'later')).toBeUndefined();
});

describe('taints', () => {
  const key = (name: string) => `node.kubernetes.io/${name}`;
  const own = { key: 'team', effect: 'NoSchedule', value: 'a' };
  const taint = (name: string, effect: string) => ({ key: key(name), effect, timeAdded: 'now' });
  const cases: [string, Node, ReturnType<typeof taintsOf>][] = [
    ['none for a healthy node', node(), undefined],
    ['none for a node that says nothing', node({ conditions: [] }), undefined],
    ['not ready', node({ conditions: [['Ready', 'False']] }), [taint('not-ready', 'NoSchedule')]],
    ['unreachable', node({ conditions: [['Ready', 'Unknown']] }), [taint('unreachable', 'NoSchedule')]],
    [
      'from one to the other',
      node({
        conditions: [['Ready', 'Unknown']],
        spec: { taints: [own, taint('not-ready', 'NoSchedule'), { ...taint('not-ready', 'NoExecute'), timeAdded: 'before' }] },
      }),
      [own, taint('unreachable', 'NoSchedule'), { ...taint('unreachable', 'NoExecute'), timeAdded: 'before' }],
    ],
    ['ready again', node({ spec: { taints: [taint('unreachable', 'NoExecute'), own] } }), [own]],
    ['cordoned', node({ spec: { unschedulable: true } }), [taint('unschedulable', 'NoSchedule')]],
    ['uncordoned', node({ spec: { taints: [taint('unschedulable', 'NoSchedule')] } }), []],
    [
      'pressure',
      node({
        conditions: [
          ['Ready', 'True'],
          ['MemoryPressure', 'True'],
        ],
      }),
      [taint('memory-pressure', 'NoSchedule')],
    ],
    [
      'as they should be',
      node({ spec: { unschedulable: true, taints: [own, { key: key('unschedulable'), effect: 'NoSchedule' }] } }),
      undefined,
    ],
    [
      'the same key with an effect of somebody else',
      node({ spec: { taints: [{ key: key('unschedulable'), effect: 'NoExecute' }] } }),
      undefined,
    ],
  ];
  test.each(cases)('%s', (_name, each, taints) => expect(taintsOf(each, 'now')).toEqual(taints));
});
