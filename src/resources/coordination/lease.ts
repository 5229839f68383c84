import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, field, int32, microTime, object, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldForbidden, fieldInvalid, fieldNotSupported, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { validateQualifiedName } from '../shared/format-rules.ts';

export const LeaseSpecSchema = object('io.k8s.api.coordination.v1.LeaseSpec', {
  acquireTime: field(microTime, { doc: 'When the holder got the lease.' }),
  holderIdentity: field(string, { doc: 'Who holds the lease.' }),
  leaseDurationSeconds: field(int32, { doc: 'How many seconds after renewTime others may take it.' }),
  leaseTransitions: field(int32, { doc: 'How often the holder has changed.' }),
  preferredHolder: field(string, {
    doc: 'Who should hold the lease instead; the holder gives it up for them. Only with a strategy.',
  }),
  renewTime: field(microTime, { doc: 'When the holder last renewed the lease.' }),
  strategy: field(string, { doc: 'How the holder is chosen in a coordinated election, as OldestEmulationVersion.' }),
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
  generation: false,
  strategy: { defaults, validate, createsOnUpdate: true, requiresResourceVersion: true, plainFinalizers: true },
  columns: [
    nameColumn,
    {
      name: 'Holder',
      type: 'string',
      description: 'Who holds the lease.',
      cell: ({ spec }) => spec.holderIdentity ?? '',
    },
    ageColumn,
  ],
});

function defaults(lease: Lease): void {
  lease.spec ??= {};
}

function validate({ spec }: Lease): FieldError[] {
  const errors: FieldError[] = [];
  const { leaseDurationSeconds: duration, leaseTransitions: transitions, strategy, preferredHolder } = spec;
  if (duration !== undefined && duration <= 0)
    errors.push(fieldInvalid('spec.leaseDurationSeconds', duration, 'must be greater than 0'));
  if (transitions !== undefined && transitions < 0)
    errors.push(fieldInvalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0'));
  if (strategy !== undefined) errors.push(...validateElectionStrategy(strategy));
  if (preferredHolder && !strategy)
    errors.push(fieldForbidden('spec.preferredHolder', 'may only be specified if `strategy` is defined'));
  return errors;
}

/** Upstream's own strategy has a plain name; others are qualified. The path is upstream's. */
function validateElectionStrategy(strategy: string): FieldError[] {
  const path = 'spec.strategy.strategy';
  const own = ['OldestEmulationVersion'];
  if (strategy.includes('/')) return validateQualifiedName(strategy, path);
  return own.includes(strategy) ? [] : [fieldNotSupported(path, strategy, own)];
}

/** Where the Leases of nodes are; each has its node's name. */
export const nodeLeaseNamespace = 'kube-node-lease';

/** On a node's Lease while the node's session is open: that it ends will be told, nobody has to watch the clock. */
export const sessionAnnotation = 'hibernetes.dev/session';

/** The Lease that shows who holds the cluster's lock. */
export const lockLease = { namespace: 'kube-system', name: 'hibernetes-cluster' } as const;
