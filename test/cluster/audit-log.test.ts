import { expect, test } from 'vitest';
import { AuditLog } from '../../src/cluster/audit-log.ts';
import { addAuditMetrics } from '../../src/cluster/audit.ts';
import type { AuditRow } from '../../src/cluster/audit-records.ts';
import { DatabaseError, type DatabaseErrorCode } from '../../src/db/errors.ts';
import { limits } from '../../src/lib/limits.ts';
import { MetricsRegistry } from '../../src/lib/metrics.ts';
import type { AuditEvent } from '../../src/server/audit/event.ts';

const event = (auditID: string): AuditEvent => ({
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Metadata',
  auditID,
  stage: 'ResponseComplete',
  requestURI: '/',
  verb: 'get',
  user: { username: 'ann' },
  requestReceivedTimestamp: '2026-05-01T12:00:00.000000Z',
  stageTimestamp: '2026-05-01T12:00:00.000000Z',
});

/** A log with a database that answers what it is told, and timers that run when they are told. */
function logWith(append: (ids: string[]) => Promise<void> | void = () => {}) {
  const timers: { task: () => void; delayMs: number }[] = [];
  const batches: string[][] = [];
  const errors: string[] = [];
  let stored = 0;
  const log = new AuditLog({
    append: async (rows: readonly AuditRow[]) => {
      const ids = rows.map(({ text }) => (JSON.parse(text) as AuditEvent).auditID);
      batches.push(ids);
      await append(ids);
    },
    schedule: (task, delayMs) => void timers.push({ task, delayMs }),
    onStored: () => stored++,
    onError: (message) => errors.push(message),
  });
  const add = (id: string, bytes = 10) => log.add({ bytes, build: () => event(id) });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const tick = async () => {
    for (const { task } of timers.splice(0)) task();
    await settle();
  };
  return { log, add, tick, settle, timers, batches, errors, stored: () => stored };
}

const failing = (...codes: DatabaseErrorCode[]) => () => {
  const code = codes.shift();
  if (code) throw new DatabaseError(code);
};

test('events are written together, by one timer, which there is only while some wait', async () => {
  const { add, tick, timers, batches, stored } = logWith();
  expect(timers).toEqual([]);
  add('a');
  add('b');
  expect(timers.map(({ delayMs }) => delayMs)).toEqual([250]);
  expect(batches).toEqual([]);
  await tick();
  expect([batches, timers, stored()]).toEqual([[['a', 'b']], [], 1]);
  add('c');
  await tick();
  expect([batches.at(-1), timers]).toEqual([['c'], []]);
});

test('what comes while a batch is written goes with the next one, in order', async () => {
  let release = () => {};
  const { add, tick, settle, batches, timers } = logWith(() => new Promise<void>((resolve) => (release = resolve)));
  add('a');
  await tick();
  add('b');
  add('c');
  expect(timers).toEqual([]);
  release();
  await settle();
  await tick();
  expect(batches).toEqual([['a'], ['b', 'c']]);
});

test('a full batch does not wait, and is no larger than it may be', async () => {
  const { add, settle, batches, tick } = logWith();
  for (let i = 0; i < limits.auditBatchEvents + 1; i++) add(String(i));
  await settle();
  await tick();
  expect(batches.map(({ length }) => length)).toEqual([limits.auditBatchEvents, 1]);
});

test.each([
  ['events', limits.auditEventsQueued, 1],
  ['bytes', 8, limits.auditBytesQueued / 8],
])('too many %s are dropped and counted', async (_, room, bytes) => {
  const { log, add, tick, batches, settle } = logWith(() => new Promise<void>(() => {}));
  add('first', 1);
  await tick();
  expect(batches).toEqual([['first']]);
  for (let i = 0; i < room + 3; i++) add(String(i), bytes);
  await settle();
  expect(log.counts).toMatchObject({ events: room + 4, dropped: 3, failed: 0 });
  const registry = new MetricsRegistry();
  addAuditMetrics(registry, log);
  log.countLevel('Metadata');
  expect(registry.text().split('\n')).toEqual(
    expect.arrayContaining([
      `apiserver_audit_event_total ${room + 4}`,
      'apiserver_audit_error_total{plugin="buffered"} 3',
      'apiserver_audit_error_total{plugin="database"} 0',
      'apiserver_audit_level_total{level="Metadata"} 1',
    ]),
  );
});

test('what the database does not take is tried again, ever later, and given up in the end', async () => {
  const patient = logWith(failing('unavailable', 'unknown', 'contention'));
  patient.add('a');
  const delays: number[] = [];
  for (let i = 0; i < 4; i++) {
    delays.push(...patient.timers.map(({ delayMs }) => delayMs));
    await patient.tick();
  }
  expect([delays, patient.batches.length, patient.stored(), patient.log.counts.failed]).toEqual([[250, 500, 1_000, 2_000], 4, 1, 0]);

  const hopeless = logWith(() => Promise.reject(new DatabaseError('unavailable')));
  hopeless.add('a');
  hopeless.add('b');
  for (let i = 0; i < 10; i++) await hopeless.tick();
  expect([hopeless.batches.length, hopeless.timers.length, hopeless.log.counts.failed, hopeless.stored()]).toEqual([6, 0, 2, 0]);
  expect(hopeless.errors).toEqual(['audit: 2 events were lost: the database cannot be reached']);
});

test('one event that the database refuses does not take the others with it', async () => {
  const { add, tick, batches, log, stored } = logWith((ids) => {
    if (ids.includes('bad')) throw new DatabaseError('rejected');
  });
  for (const id of ['a', 'bad', 'b']) add(id);
  await tick();
  expect(batches).toEqual([['a', 'bad', 'b'], ['a'], ['bad'], ['b']]);
  expect([log.counts.failed, stored()]).toEqual([1, 1]);
});

test('an event that cannot be made is counted, and says nothing of itself', async () => {
  const { log, add, tick, batches, errors } = logWith();
  log.add({
    bytes: 1,
    build: () => {
      throw new TypeError('secret');
    },
  });
  add('b');
  await tick();
  expect([batches, log.counts.failed, errors]).toEqual([[['b']], 1, ['audit: 1 events were lost: TypeError']]);
});
