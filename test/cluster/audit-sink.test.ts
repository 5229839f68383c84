import { expect, test } from 'vitest';
import { AuditSink } from '../../src/cluster/audit-sink.ts';
import { DatabaseError } from '../../src/db/errors.ts';
import { WebhookUnreachable, type WebhookRequest } from '../../src/server/webhooks/client.ts';
import { TestClock } from '../server/support/cluster.ts';

const url = 'https://audit.example.com/events';

/** A webhook and the records that it is sent from: two at a time, ids 1, 2, 3, …. */
function sinkWith(count: number, answers: (number | 'unreachable' | 'database')[] = []) {
  const clock = new TestClock();
  const records = { delivered: 0, failures: 0, count };
  const posts: WebhookRequest[] = [];
  let alarm: number | undefined;
  const errors: string[] = [];
  const sink = () =>
    new AuditSink({
      webhook: { url, caBundle: 'YQ==' },
      records: {
        open: async () => records.delivered,
        after: async (id) => Array.from({ length: Math.min(2, records.count - id) }, (_, i) => ({ id: id + i + 1, text: `{"n":${id + i + 1}}` })),
        delivered: async (_, id) => {
          if (answers.at(0) === 'database') {
            answers.shift();
            throw new DatabaseError('unknown');
          }
          records.delivered = id;
          records.failures = 0;
        },
        failed: async () => ++records.failures,
      },
      webhooks: {
        async post(request) {
          posts.push(request);
          const answer = answers.at(0) === 'database' ? undefined : answers.shift();
          if (answer === 'unreachable') throw new WebhookUnreachable('connection refused');
          return { status: typeof answer === 'number' ? answer : 200, body: '' };
        },
      },
      timer: { at: () => alarm, set: (timeMs) => void (alarm = timeMs) },
      clock,
      random: { next: () => 0, uuid: () => '' },
      onError: (message) => errors.push(message),
    });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const sent = () => posts.map(({ body }) => (JSON.parse(body) as { items: { n: number }[] }).items.map(({ n }) => n));
  const waitSeconds = () => alarm && (alarm - clock.time) / 1_000;
  return { sink, records, posts, sent, clock, errors, settle, waitSeconds, ring: () => void (alarm = undefined) };
}

test('sends all that is stored, in order, and remembers how far it got', async () => {
  const { sink, posts, sent, records, settle, waitSeconds } = sinkWith(5);
  sink().wake();
  await settle();
  expect(sent()).toEqual([[1, 2], [3, 4], [5]]);
  expect(posts[0]).toEqual({
    url,
    caBundle: 'YQ==',
    timeoutMs: 30_000,
    body: '{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{"n":1},{"n":2}]}',
  });
  expect([records.delivered, waitSeconds()]).toEqual([5, undefined]);
});

test('is told of more while it sends, and later', async () => {
  const { sink, sent, records, settle } = sinkWith(1);
  const own = sink();
  own.wake();
  records.count = 2;
  own.wake();
  await settle();
  records.count = 3;
  own.wake();
  await settle();
  expect(sent().flat()).toEqual([1, 2, 3]);
});

test('there is an alarm while it sends, for who comes after a crash', async () => {
  const { sink, waitSeconds, settle } = sinkWith(1);
  sink().wake();
  expect(waitSeconds()).toBe(60);
  await settle();
  expect(waitSeconds()).toBeUndefined();
});

test('waits ever longer for a webhook that does not take events, an hour at most, and sends them all when it does', async () => {
  const { sink, sent, clock, waitSeconds, ring, settle, errors, records } = sinkWith(1, ['unreachable', 503, ...Array.from({ length: 9 }, () => 500)]);
  const own = sink();
  const waits: (number | undefined)[] = [];
  own.wake();
  for (let i = 0; i < 11; i++) {
    await settle();
    waits.push(waitSeconds());
    // Nothing is tried before its time.
    own.wake();
    await settle();
    expect(sent()).toHaveLength(i + 1);
    clock.advance(waitSeconds()!);
    ring();
    own.wake();
  }
  await settle();
  expect(waits).toEqual([10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600]);
  expect(errors.slice(0, 2)).toEqual([
    'audit: the webhook could not be reached: connection refused',
    'audit: the webhook could not be reached: it answered 503',
  ]);
  expect([records.delivered, records.failures, waitSeconds()]).toEqual([1, 0, undefined]);
});

test('sends again what it does not know to have arrived', async () => {
  const { sink, sent, settle, ring } = sinkWith(2, ['database']);
  sink().wake();
  await settle();
  ring();
  const next = sink();
  next.wake();
  await settle();
  expect(sent()).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('sends nothing more when another one took over', async () => {
  const { sink, sent, settle } = sinkWith(5);
  const own = sink();
  own.wake();
  own.stop();
  own.wake();
  await settle();
  expect(sent().length).toBeLessThanOrEqual(1);
});
