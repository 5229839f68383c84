import { describe, expect, it } from 'vitest';
import { goSeconds, raised, waitUntilMs, type Backoff } from '../../../src/agent/kubelet/backoff.ts';

describe('backoff', () => {
  it('lets the first restart through, then doubles from 10 s to 5 min', () => {
    let backoff: Backoff | undefined;
    let nowMs = 0;
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      const failedAtMs = nowMs;
      const until = waitUntilMs(backoff, failedAtMs) ?? failedAtMs;
      waits.push((until - failedAtMs) / 1000);
      nowMs = until;
      backoff = raised(backoff, failedAtMs, nowMs);
      nowMs += 1_000;
    }
    expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
  });

  it('forgets after ten minutes without a failure', () => {
    const backoff = { delayMs: 300_000, raisedAtMs: 0 };
    expect(waitUntilMs(backoff, 600_000)).toBe(900_000);
    expect(waitUntilMs(backoff, 600_001)).toBeUndefined();
    expect(raised(backoff, 600_001, 600_001).delayMs).toBe(10_000);
  });
});

it.each([
  [10_000, '10s'],
  [80_000, '1m20s'],
  [300_000, '5m0s'],
])('goSeconds(%i) is %s', (ms, text) => expect(goSeconds(ms)).toBe(text));
