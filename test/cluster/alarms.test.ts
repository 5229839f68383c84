import { expect, test } from 'vitest';
import { NamedAlarms, type AlarmPlatform } from '../../src/cluster/alarms.ts';

/** A platform that remembers what it was told, and how often. */
function platform() {
  const calls: string[] = [];
  let saved: Record<string, number> | undefined;
  const fake: AlarmPlatform = {
    setAlarm: (timeMs) => void calls.push(`set ${timeMs}`),
    deleteAlarm: () => void calls.push('delete'),
    load: () => saved,
    save: (alarms) => void (saved = alarms),
  };
  return { fake, calls };
}

test('the platform has the earliest of all names', () => {
  const { fake, calls } = platform();
  const alarms = new NamedAlarms(fake);
  alarms.set('a', 300);
  alarms.set('b', 200);
  alarms.set('c', 400);
  alarms.set('b', undefined);
  alarms.set('a', undefined);
  alarms.set('c', undefined);
  expect(calls).toEqual(['set 300', 'set 200', 'set 300', 'set 400', 'delete']);
});

test('setting the same time again writes nothing', () => {
  const { fake, calls } = platform();
  const alarms = new NamedAlarms(fake);
  alarms.set('a', 300);
  alarms.set('a', 300);
  alarms.set('b', undefined);
  expect(calls).toEqual(['set 300']);
});

test('names survive the object and ring once', () => {
  const { fake, calls } = platform();
  const before = new NamedAlarms(fake);
  before.set('a', 300);
  before.set('b', 500);
  const after = new NamedAlarms(fake);
  expect(after.ring(299)).toEqual([]);
  expect(after.ring(400)).toEqual(['a']);
  expect(calls.at(-1)).toBe('set 500');
  expect(after.ring(400)).toEqual([]);
  expect(after.at('b')).toBe(500);
  expect(new NamedAlarms(fake).ring(500)).toEqual(['b']);
});
