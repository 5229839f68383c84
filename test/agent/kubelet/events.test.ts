import { beforeEach, describe, expect, it } from 'vitest';
import type { Api } from '../../../src/agent/api.ts';
import { EventRecorder } from '../../../src/agent/kubelet/events.ts';
import type { Event } from '../../../src/resources/core/event.ts';
import { FakeTimers } from '../fake-timers.ts';

let timers: FakeTimers;
let created: Event[];
let patched: [string, object][];
let hold: Promise<void> | undefined;

const api = {
  async create(_path: string, draft: Event) {
    created.push(draft);
    await hold;
  },
  async patch(path: string, _type: string, patch: object) {
    patched.push([path, patch]);
  },
} as unknown as Api;

beforeEach(() => {
  timers = new FakeTimers(Date.parse('2026-01-01T00:00:00Z'));
  created = [];
  patched = [];
  hold = undefined;
});

const recorder = () => new EventRecorder({ api, timers, node: 'n1' });
const event = (name: string, message = 'hello') => ({
  regarding: { kind: 'Pod', namespace: 'ns', name, uid: name },
  type: 'Normal' as const,
  reason: 'Started',
  message,
});
const settled = () => new Promise<void>((done) => setImmediate(done));

describe('EventRecorder', () => {
  it('posts events as the kubelet', async () => {
    recorder().record(event('a'));
    await settled();
    expect(created[0]).toMatchObject({
      metadata: { namespace: 'ns', name: expect.stringMatching(/^a\.[0-9a-f]{16}$/) },
      source: { component: 'kubelet', host: 'n1' },
      count: 1,
      firstTimestamp: '2026-01-01T00:00:00Z',
    });
  });

  it('counts repeats for ten minutes', async () => {
    const events = recorder();
    for (const minutes of [0, 5, 5, 11]) {
      await timers.advance(minutes * 60_000);
      events.record(event('a'));
      await settled();
    }
    expect(created).toHaveLength(2);
    expect(patched.map(([, patch]) => patch)).toEqual([
      { count: 2, lastTimestamp: '2026-01-01T00:05:00Z' },
      { count: 3, lastTimestamp: '2026-01-01T00:10:00Z' },
    ]);
    expect(patched[0]![0]).toBe(`/api/v1/namespaces/ns/events/${created[0]!.metadata.name}`);
  });

  it('sends a burst, then fifty a second', async () => {
    const events = recorder();
    for (let i = 0; i < 150; i++) events.record(event(`p${i}`));
    for (let i = 0; i < 60; i++) await settled();
    expect(created).toHaveLength(100);
    for (let i = 0; i < 50; i++) await timers.advance(20);
    expect(created).toHaveLength(150);
  });

  it('has few in flight and drops what is too much', async () => {
    let release = () => {};
    hold = new Promise((done) => (release = done));
    const events = recorder();
    for (let i = 0; i < 1_000; i++) events.record(event(`p${i}`));
    await settled();
    expect(created).toHaveLength(4);
    release();
    for (let i = 0; i < 300; i++) await timers.advance(1_000);
    // Those in flight and the 200 that could wait.
    expect(created).toHaveLength(204);
  });
});
