import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, int32, microTime, object, string, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';

export const LeaseSpecSchema = object('io.k8s.api.coordination.v1.LeaseSpec', {
  acquireTime: microTime,
  holderIdentity: string,
  leaseDurationSeconds: int32,
  leaseTransitions: int32,
  preferredHolder: string,
  renewTime: microTime,
  strategy: string,
});
export type LeaseSpec = TypeOf<typeof LeaseSpecSchema>;

const LeaseSchema = kindSchema('io.k8s.api.coordination.v1.Lease', {
  spec: defaulted(LeaseSpecSchema),
});
export type Lease = TypeOf<typeof LeaseSchema>;

export const leases = defineResource<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  namespaced: true,
  description: 'A claim that its holder renews: leader elections and node heartbeats.',
  schema: LeaseSchema,
  columns: [nameColumn, ageColumn],
});
