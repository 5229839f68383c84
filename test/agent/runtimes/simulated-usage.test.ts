import { expect, test } from 'vitest';
import { simulatedUsage } from '../../../src/agent/runtimes/simulated-usage.ts';
import { pod } from '../../controllers/support/objects.ts';

test.each<[string | undefined, Record<string, string> | undefined, Record<string, string>]>([
  [undefined, undefined, { cpu: '1m', memory: '8Mi' }],
  [undefined, { cpu: '1', memory: '64Mi' }, { cpu: '500m', memory: '32Mi' }],
  ['cpu=250m,memory=64Mi', { cpu: '1' }, { cpu: '250m', memory: '64Mi' }],
  [' cpu = 80% ', { cpu: '500m' }, { cpu: '400m', memory: '8Mi' }],
  ['cpu=150%,memory=1e6', { cpu: '500m' }, { cpu: '750m', memory: '1e6' }],
  ['cpu=80%', undefined, { cpu: '1m', memory: '8Mi' }],
  ['cpu=lots,memory=-1,disk=5,=,', { cpu: '2' }, { cpu: '1', memory: '8Mi' }],
  [`cpu=${'9'.repeat(25)}`, undefined, { cpu: '1m', memory: '8Mi' }],
])('told %s, asking for %o', (told, requests, expected) => {
  const annotations: Record<string, string> = told === undefined ? {} : { 'simulated.hibernetes.dev/usage': told };
  expect(simulatedUsage(pod('p', { metadata: { annotations } }), { name: 'c', resources: { requests } })).toEqual(expected);
});

test('one container may tell for itself', () => {
  const annotations = { 'simulated.hibernetes.dev/usage': 'cpu=1', 'simulated.hibernetes.dev/usage.b': 'cpu=2' };
  const cpuOf = (name: string) => simulatedUsage(pod('p', { metadata: { annotations } }), { name }).cpu;
  expect([cpuOf('a'), cpuOf('b')]).toEqual(['1', '2']);
});
