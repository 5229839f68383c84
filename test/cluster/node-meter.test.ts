import { expect, test } from 'vitest';
import { TunnelMeter } from '../../src/cluster/node-meter.ts';
import type { NodeUsage } from '../../src/machinery/node-usage.ts';

const usage = (cpu: string): NodeUsage => ({ node: { cpu }, pods: [], windowSeconds: 15 });

/** Nodes with a session that answer when the test says so. */
function setUp(sessions: string[]) {
  const asked: [string, number][] = [];
  const timers = new Set<() => void>();
  const clock = { ms: 1_000_000, now: () => new Date(clock.ms) };
  const meter = new TunnelMeter({
    clock,
    ask: (node, id) => {
      asked.push([node, id]);
      return sessions.includes(node);
    },
    schedule: (task) => {
      timers.add(task);
      return () => void timers.delete(task);
    },
  });
  const timeOut = () => timers.forEach((task) => task());
  return { meter, asked, clock, timeOut, timers };
}
const settled = async (promise: Promise<void>): Promise<boolean> => {
  let isSettled = false;
  void promise.then(() => (isSettled = true));
  await new Promise<void>((resolve) => setImmediate(resolve));
  return isSettled;
};

test('nodes are asked once, and waited for', async () => {
  const { meter, asked, timers } = setUp(['a', 'b']);
  const first = meter.measure(['a', 'b', 'a']);
  const second = meter.measure(['b']);
  expect(asked).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
  meter.measured('b', 2, usage('2'));
  expect([await settled(first), await settled(second)]).toEqual([false, true]);
  meter.measured('a', 1, usage('1'));
  expect(await settled(first)).toBe(true);
  expect(meter.of('a')).toEqual({ askedAtMs: 1_000_000, measuredAtMs: 1_000_000, usage: usage('1') });
  expect(timers.size).toBe(0);
});

test('they are asked again when that is old, and what they said is kept for a while', async () => {
  const { meter, asked, clock, timeOut } = setUp(['a']);
  void meter.measure(['a']);
  meter.measured('a', 1, usage('1'));
  clock.ms += 9_999;
  expect(await settled(meter.measure(['a']))).toBe(true);
  expect(asked).toHaveLength(1);
  clock.ms += 1;
  const silent = meter.measure(['a']);
  expect([asked.length, await settled(silent)]).toEqual([2, false]);
  timeOut();
  expect(await settled(silent)).toBe(true);
  expect(meter.of('a')).toEqual({ askedAtMs: 1_010_000, measuredAtMs: 1_000_000, usage: usage('1') });
  clock.ms += 50_000;
  expect(meter.of('a')).toEqual({ askedAtMs: 1_010_000 });
  await meter.measure([]);
  clock.ms += 10_001;
  await meter.measure([]);
  expect(meter.of('a')).toBeUndefined();
});

test('a node without a session says nothing, and holds nobody up', async () => {
  const { meter, timers } = setUp([]);
  expect(await settled(meter.measure(['gone']))).toBe(true);
  expect([meter.of('gone'), meter.of('never')]).toEqual([{ askedAtMs: 1_000_000 }, undefined]);
  expect(timers.size).toBe(0);
});

test('answers to no question, or to an old one, are dropped', () => {
  const { meter, clock, timeOut } = setUp(['a']);
  meter.measured('a', 1, usage('9'));
  expect(meter.of('a')).toBeUndefined();
  void meter.measure(['a']);
  timeOut();
  clock.ms += 20_000;
  void meter.measure(['a']);
  meter.measured('a', 1, usage('9'));
  expect(meter.of('a')).toEqual({ askedAtMs: 1_020_000 });
  timeOut();
});
