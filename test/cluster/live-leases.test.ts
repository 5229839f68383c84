import { expect, test } from 'vitest';
import { LiveLeases } from '../../src/cluster/live-leases.ts';
import { nodeLeaseNamespace, sessionAnnotation, type Lease } from '../../src/resources/coordination/lease.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const stored = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'n', namespace: nodeLeaseNamespace, annotations: { own: 'kept', [sessionAnnotation]: 'open' } },
  spec: { holderIdentity: 'n', renewTime: '2026-01-01T00:00:10.000000Z' },
} as unknown as Lease;

const shown = (heartbeat?: Date, heard?: Date) =>
  new LiveLeases({
    clock: { now: () => at(59) },
    lock: { holder: 'h', epoch: 1, acquiredAt: at(0) },
    heartbeatOf: () => heartbeat,
    heardOf: () => heard,
  }).presentObject(stored);

test.each([
  ['with a session, shows its last heartbeat', at(30), at(20), '2026-01-01T00:00:30.000000Z', 'open'],
  ['whose session has ended, shows when it was last heard of', undefined, at(20), '2026-01-01T00:00:20.000000Z', undefined],
  ['that was renewed by a write since, shows that', undefined, at(5), '2026-01-01T00:00:10.000000Z', undefined],
  ['that never had a session, is as it was written', undefined, undefined, '2026-01-01T00:00:10.000000Z', undefined],
])('the Lease of a node %s', (_, heartbeat, heard, renewTime, session) => {
  const { metadata, spec } = shown(heartbeat, heard);
  expect(spec?.renewTime).toBe(renewTime);
  expect(metadata.annotations).toEqual({ own: 'kept', ...(session && { [sessionAnnotation]: session }) });
});
