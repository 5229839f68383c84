import { expect, test } from 'vitest';
import { UsageMeter } from '../../src/cluster/usage.ts';

test('counts requests and time over evictions, with the ten seconds before each', () => {
  const first = new UsageMeter(undefined, 1_000);
  first.request();
  first.request();
  expect(first.at(4_000)).toEqual({ awakeMs: 3_000, requests: 2 });
  const saved = first.unsaved(5_000);
  expect(saved).toEqual({ awakeMs: 14_000, requests: 2 });
  expect(first.unsaved(6_000)).toBeUndefined();
  const second = new UsageMeter(saved, 100_000);
  second.request();
  expect(second.at(101_000)).toEqual({ awakeMs: 15_000, requests: 3 });
});
