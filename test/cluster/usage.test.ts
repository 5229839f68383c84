import { expect, test } from 'vitest';
import { UsageMeter } from '../../src/cluster/usage.ts';

const counts = { requests: 0, messages: 0, alarms: 0 };

test('counts requests and time over evictions, with the ten seconds before each', () => {
  const first = new UsageMeter(undefined, 1_000);
  first.count('requests');
  first.active(1_000);
  first.count('requests');
  expect(first.at(4_000)).toEqual({ ...counts, awakeMs: 3_000, activeMs: 3_000, requests: 2 });
  const saved = first.rest(5_000);
  expect(saved).toEqual({ ...counts, awakeMs: 14_000, activeMs: 4_000, requests: 2 });
  const second = new UsageMeter(saved, 100_000);
  second.count('requests');
  expect(second.at(101_000)).toEqual({ ...counts, awakeMs: 15_000, activeMs: 4_000, requests: 3 });
});

test('one that goes on before it is evicted was in memory all the time, but not kept there', () => {
  const meter = new UsageMeter(undefined, 0);
  meter.active(0);
  meter.rest(1_000);
  expect(meter.at(4_000)).toEqual({ ...counts, awakeMs: 4_000, activeMs: 1_000 });
  meter.active(5_000);
  meter.active(5_500);
  meter.count('alarms');
  meter.count('messages');
  expect(meter.rest(6_000)).toEqual({ awakeMs: 16_000, activeMs: 2_000, requests: 0, messages: 1, alarms: 1 });
});

test('what an earlier version saved is gone on with', () => {
  const meter = new UsageMeter({ awakeMs: 7_000, requests: 3 }, 0);
  expect(meter.at(1_000)).toEqual({ ...counts, awakeMs: 8_000, activeMs: 0, requests: 3 });
});
