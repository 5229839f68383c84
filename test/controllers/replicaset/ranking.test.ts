import { describe, expect, it } from 'vitest';
import { podsToDelete } from '../../../src/controllers/replicaset/ranking.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import { pod, readyPod } from '../support/objects.ts';

const now = new Date('2026-02-01T00:00:00Z');
const cost = (value: string) => ({ metadata: { annotations: { 'controller.kubernetes.io/pod-deletion-cost': value } } });
const restarts = (restartCount: number) => ({
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    containerStatuses: [{ name: 'web', restartCount, image: '', imageID: '', ready: true }],
  },
});
const unready = (name: string, phase: string) => pod(name, { spec: { nodeName: 'node-0' }, status: { phase } });

describe('podsToDelete', () => {
  // Each row: what goes first, what stays.
  it.each<[string, Pod, Pod]>([
    ['without a node', pod('a', { status: { phase: 'Running' } }), unready('b', 'Pending')],
    ['pending before unknown', unready('a', 'Pending'), unready('b', 'Unknown')],
    ['unknown before running', unready('a', 'Unknown'), unready('b', 'Running')],
    ['not ready before ready', unready('a', 'Running'), readyPod('b', undefined, cost('-10'))],
    ['lower cost', readyPod('a', undefined, cost('-1')), readyPod('b')],
    ['higher cost stays', readyPod('a'), readyPod('b', undefined, cost('5'))],
    ['no cost from +5', readyPod('a', undefined, cost('-1')), readyPod('b', undefined, cost('+5'))],
    ['a cost that is not a number counts as 0', readyPod('a', undefined, cost('-1')), readyPod('b', undefined, cost('-008x'))],
    ['ready for a shorter time', readyPod('a', '2026-01-31T23:59:00Z'), readyPod('b', '2026-01-01T00:00:00Z')],
    ['more restarts', readyPod('a', undefined, restarts(3)), readyPod('b', undefined, restarts(2))],
    [
      'younger',
      readyPod('a', undefined, { metadata: { creationTimestamp: '2026-01-31T23:00:00Z' } }),
      readyPod('b', undefined, { metadata: { creationTimestamp: '2025-01-01T00:00:00Z' } }),
    ],
    [
      'of about the same age by uid',
      readyPod('a', undefined, { metadata: { creationTimestamp: '2026-01-01T00:00:00Z', uid: '1' } }),
      readyPod('b', undefined, { metadata: { creationTimestamp: '2026-01-02T00:00:00Z', uid: '2' } }),
    ],
  ])('%s', (_, first, second) => {
    expect(podsToDelete([first, second], [first, second], 1, now)).toEqual([first]);
    expect(podsToDelete([second, first], [first, second], 1, now)).toEqual([first]);
  });

  it('takes pods from nodes with more related pods, ended ones not counted', () => {
    const a = readyPod('a', '2026-01-01T00:00:00Z', { spec: { nodeName: 'node-1' } });
    const b = readyPod('b', '2026-01-31T00:00:00Z', { spec: { nodeName: 'node-2' } });
    const related = readyPod('c', undefined, { spec: { nodeName: 'node-1' } });
    const ended = ['d', 'e'].map((name) => pod(name, { spec: { nodeName: 'node-2' }, status: { phase: 'Failed' } }));
    expect(podsToDelete([b, a], [a, b, related, ...ended], 1, now)).toEqual([a]);
  });

  it('gives all when all have to go', () => {
    const pods = [readyPod('b'), pod('a')];
    expect(podsToDelete(pods, [], 2, now)).toEqual(pods);
  });
});
