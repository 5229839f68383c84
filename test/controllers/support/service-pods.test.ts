import { expect, test } from 'vitest';
import { concernsServices } from '../../../src/controllers/support/service-pods.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import { readyPod } from './objects.ts';

const before = readyPod('web', undefined, { status: { podIPs: [{ ip: '10.0.0.1' }] } });

test.each<[string, boolean, (pod: Pod) => void]>([
  ['nothing', false, () => {}],
  ['annotations', false, ({ metadata }) => void (metadata.annotations = { a: 'b' })],
  ['what its containers say', false, ({ status }) => void (status!.containerStatuses = [])],
  ['another condition', false, ({ status }) => void status!.conditions!.push({ type: 'Initialized', status: 'True' })],
  ['since when it is ready', false, ({ status }) => void (status!.conditions![0]!.lastTransitionTime = '2026-02-01T00:00:00Z')],
  ['whether it is ready', true, ({ status }) => void (status!.conditions![0]!.status = 'False')],
  ['its labels', true, ({ metadata }) => void (metadata.labels = { app: 'db' })],
  ['its address', true, ({ status }) => void (status!.podIPs = [{ ip: '10.0.0.2' }])],
  ['a second address', true, ({ status }) => void status!.podIPs!.push({ ip: 'fd00::1' })],
  ['its node', true, ({ spec }) => void (spec.nodeName = 'other')],
  ['that it is to go', true, ({ metadata }) => void (metadata.deletionTimestamp = '2026-01-01T00:00:00Z')],
  ['that it has ended', true, ({ status }) => void (status!.phase = 'Succeeded')],
  ['that it runs', false, ({ status }) => void (status!.phase = 'Pending')],
])('of a change of a pod, %s concerns Services: %s', (_name, expected, change) => {
  const after = structuredClone(before);
  change(after);
  expect(concernsServices(after, before)).toBe(expected);
});
