import { expect, it } from 'vitest';
import type { EventDraft } from '../../src/machinery/reconcile.ts';
import { EventCorrelator } from '../../src/server/event-correlator.ts';

const draft = (message: string, more: Partial<EventDraft> = {}, name = 'web'): EventDraft => ({
  regarding: { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name, namespace: 'default', uid: `uid-${name}` } } as EventDraft['regarding'],
  type: 'Normal',
  reason: 'SuccessfulCreate',
  message,
  ...more,
});

it('tells nine apart, combines the rest, and drops what is past the burst, as client-go', () => {
  const correlator = new EventCorrelator();
  const said = Array.from({ length: 40 }, (_, i) => correlator.correlate('rs', draft(`pod ${i}`), 1_000));
  expect(said.slice(0, 9)).toEqual(Array.from({ length: 9 }, (_, i) => ({ message: `pod ${i}`, isCombined: false })));
  expect(said[9]).toEqual({ message: '(combined from similar events): pod 9', isCombined: true });
  expect(said.slice(9, 25).every((each) => each?.isCombined)).toBe(true);
  expect(said.slice(25)).toEqual(Array.from({ length: 15 }, () => undefined));
  // One more after five minutes, and no sooner.
  expect(correlator.correlate('rs', draft('pod x'), 300_999)).toBeUndefined();
  expect(correlator.correlate('rs', draft('pod x'), 301_000)?.isCombined).toBe(true);
  // After ten quiet minutes they are told apart again.
  expect(correlator.correlate('rs', draft('pod y'), 301_000 + 600_001)).toEqual({ message: 'pod y', isCombined: false });
});

it.each([
  ['of another reason', () => draft('pod', { reason: 'FailedCreate' })],
  ['of another type', () => draft('pod', { type: 'Warning' })],
  ['about another object', () => draft('pod', {}, 'other')],
])('is not impressed by events %s', (_, other) => {
  const correlator = new EventCorrelator();
  for (let i = 0; i < 15; i++) correlator.correlate('rs', draft(`pod ${i}`), 0);
  expect(correlator.correlate('rs', other(), 0)).toEqual({ message: 'pod', isCombined: false });
});

it('lets the same message be said again and again, up to the burst', () => {
  const correlator = new EventCorrelator();
  const said = Array.from({ length: 26 }, () => correlator.correlate('rs', draft('again'), 0));
  expect(said.slice(0, 25).every((each) => each?.message === 'again')).toBe(true);
  expect(said[25]).toBeUndefined();
});

it('forgets those it has not heard of for longest', () => {
  const correlator = new EventCorrelator();
  for (let i = 0; i < 26; i++) correlator.correlate('rs', draft('again'), 0);
  for (let i = 0; i < 4_096; i++) correlator.correlate('rs', draft('once', {}, `other-${i}`), 0);
  expect(correlator.correlate('rs', draft('again'), 0)).toBeDefined();
});
