import { expect, test } from 'vitest';
import { eventTtlController } from '../../../src/controllers/eventttl/eventttl.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import type { Snapshot } from '../../../src/machinery/reader.ts';
import type { Event } from '../../../src/resources/core/event.ts';

const event = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'web.1', namespace: 'default', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T10:00:00Z' },
  involvedObject: {},
} as Event;

const written = (...times: string[]) => ({
  metadata: { ...event.metadata, managedFields: times.map((time) => ({ manager: 'm', operation: 'Update', ...(time && { time }) })) },
});

function reconcile(object: Event | undefined, now: string) {
  const snapshot = { get: () => object } as unknown as Snapshot;
  return eventTtlController.reconcile('default/web.1', snapshot, { now: new Date(now), random: seededRandom(1), failures: [] });
}

test.each([
  ['a new one waits for an hour', {}, '2026-01-01T10:00:00Z', 60],
  ['times are rounded up to ten minutes', {}, '2026-01-01T10:00:01Z', 60 - 1 / 60],
  ['what counts is when it was written last', written('2026-01-01T10:05:00Z', '2026-01-01T10:31:00Z'), '2026-01-01T11:00:00Z', 40],
  ['not what it says itself', { lastTimestamp: '2017-09-19T13:49:16Z', eventTime: '2027-01-01T00:00:00.000000Z' }, '2026-01-01T10:00:00Z', 60],
  ['nor a time to come, or none', written('', '2027-01-01T00:00:00Z', '2026-01-01T10:10:00Z'), '2026-01-01T10:10:00Z', 60],
])('%s', (_title, fields, now, minutes) => {
  expect(reconcile({ ...event, ...fields }, now)).toEqual({ writes: [], events: [], requeueAfterMs: minutes * 60_000 });
});

test('an old one is deleted, that very one', () => {
  const { writes } = reconcile(event, '2026-01-01T11:00:00Z');
  expect(writes).toMatchObject([{ verb: 'delete', namespace: 'default', name: 'web.1', uid: 'u' }]);
});

test('nothing is to be done for one that is gone', () => {
  expect(reconcile(undefined, '2026-01-01T11:00:00Z')).toEqual({ writes: [], events: [] });
});
