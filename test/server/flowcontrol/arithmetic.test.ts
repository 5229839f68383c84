import { describe, expect, test } from 'vitest';
import { suggestedPriorityLevels } from '../../../src/resources/flowcontrol/suggested.ts';
import { mandatoryPriorityLevels } from '../../../src/resources/flowcontrol/mandatory.ts';
import type { PriorityLevelConfiguration } from '../../../src/resources/flowcontrol/prioritylevelconfiguration.ts';
import { dealHand } from '../../../src/server/flowcontrol/hand.ts';
import { divideSeats, widestRequest } from '../../../src/server/flowcontrol/limits.ts';
import { RetryAfter } from '../../../src/server/flowcontrol/retry-after.ts';
import { seatsOf } from '../../../src/server/flowcontrol/work.ts';

describe('hands', () => {
  test('are the same for the same flow, of different queues, and spread', () => {
    const users = Array.from({ length: 200 }, (_, i) => `user-${i}`);
    const hands = users.map((user) => dealHand('schema', user, 128, 6));
    expect(hands).toEqual(users.map((user) => dealHand('schema', user, 128, 6)));
    for (const hand of hands) {
      expect(new Set(hand).size).toBe(6);
      expect(hand.every((queue) => queue >= 0 && queue < 128)).toBe(true);
    }
    expect(new Set(hands.flat()).size).toBe(128);
    expect(dealHand('other', 'user-0', 128, 6)).not.toEqual(hands[0]);
  });

  test('of all queues have each of them', () => {
    for (let i = 0; i < 50; i++) expect(dealHand('s', `${i}`, 8, 8).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('seats', () => {
  const levels = [...mandatoryPriorityLevels, ...suggestedPriorityLevels].map(
    ([name, spec]) => ({ metadata: { name }, spec }) as PriorityLevelConfiguration,
  );

  test('are divided as upstream divides its 600', () => {
    expect(
      Object.fromEntries([...divideSeats(600, levels)].map(([name, { nominal, lower }]) => [name, [nominal, lower]])),
    ).toEqual({
      exempt: [0, 0],
      'catch-all': [13, 13],
      system: [74, 50],
      'node-high': [98, 73],
      'leader-election': [25, 25],
      'workload-high': [98, 49],
      'workload-low': [245, 24],
      'global-default': [49, 24],
    });
  });

  test('are borrowed without a limit, or up to a share', () => {
    const level = (borrowingLimitPercent?: number) =>
      ({
        metadata: { name: 'a' },
        spec: { type: 'Limited', limited: { nominalConcurrencyShares: 1, borrowingLimitPercent } },
      }) as PriorityLevelConfiguration;
    expect(divideSeats(20, [level()]).get('a')!.upper).toBe(40);
    expect(divideSeats(20, [level(0)]).get('a')!.upper).toBe(20);
    expect(divideSeats(20, [level(50)]).get('a')!.upper).toBe(30);
  });

  test.each([
    [245, 6, 37],
    [27, 6, 4],
    [11, 6, 1],
    [0, 6, 1],
    [100, 1, 15],
  ])('of a level with %i and hands of %i: at most %i for one request', (nominal, handSize, expected) =>
    expect(widestRequest(nominal, handSize)).toBe(expected),
  );

  test.each([
    ['get', '', 5_000, 1],
    ['create', '', 5_000, 1],
    ['list', '', 100, 1],
    ['list', '', 101, 2],
    ['list', '', 5_000, 10],
    ['list', 'limit=250', 5_000, 3],
    ['list', 'limit=500', 120, 2],
    ['list', 'fieldSelector=metadata.name%3Dx', 5_000, 1],
    ['list', 'fieldSelector=spec.nodeName%3Dx', 5_000, 10],
    ['watch', 'watch=true', 350, 4],
    ['watch', 'watch=true&resourceVersion=0', 350, 4],
    ['watch', 'watch=true&resourceVersion=7', 350, 1],
    ['watch', 'watch=true&resourceVersion=7&sendInitialEvents=true', 350, 4],
  ])('%s ?%s of %i objects takes %i', (verb, query, stored, expected) => expect(seatsOf(verb, query, stored, 10)).toBe(expected));
});

describe('when to come back', () => {
  test('doubles while many are turned away, to 32 s at most, and falls again', () => {
    const retryAfter = new RetryAfter();
    const at: number[] = [];
    for (let second = 0; second < 200; second++) {
      for (let i = 0; i < 10; i++) retryAfter.turnedAway(second);
      at.push(retryAfter.seconds);
    }
    expect([...new Set(at)]).toEqual([1, 2, 4, 8, 16, 32]);
    for (let second = 300; second < 1_300; second += 10) retryAfter.turnedAway(second);
    expect(retryAfter.seconds).toBeLessThan(4);
  });

  test('stays at a second for few', () => {
    const retryAfter = new RetryAfter();
    for (let second = 0; second < 50; second++) for (let i = 0; i < 2; i++) retryAfter.turnedAway(second);
    expect(retryAfter.seconds).toBe(1);
  });
});
