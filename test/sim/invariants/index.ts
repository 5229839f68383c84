import { addresses } from './addresses.ts';
import { budgets } from './budgets.ts';
import { devices } from './devices.ts';
import type { Invariant } from './invariant.ts';
import { jobInvariants } from './jobs.ts';
import { metadata } from './metadata.ts';
import { placement } from './placement.ts';
import { promises } from './promises.ts';
import { quotas } from './quotas.ts';
import { replicas } from './replicas.ts';
import { settled } from './settled.ts';
import { writesAreAccepted } from './writes.ts';

/** Everything that must hold, anew for a run. */
export const createInvariants = (): readonly Invariant[] => [
  metadata,
  writesAreAccepted,
  replicas,
  promises,
  jobInvariants(),
  addresses,
  placement,
  devices,
  quotas,
  budgets,
  settled,
];
