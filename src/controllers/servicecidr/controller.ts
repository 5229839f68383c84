import { rfc3339 } from '../../lib/clock.ts';
import { isInRange, overlap, parseAddress, parseCidr, type IpRange } from '../../lib/ip-range.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, type Controller, type Plan } from '../../machinery/reconcile.ts';
import { defaultServiceCidrName } from '../../resources/core/service-ranges.ts';
import { ipAddresses, type IPAddress } from '../../resources/networking/ipaddress.ts';
import { serviceCidrs, type ServiceCIDR } from '../../resources/networking/servicecidr.ts';
import type { Condition } from '../../resources/shared/condition.ts';
import { allocatorName, managedByLabel } from '../ipaddress/controller.ts';
import { findCondition, withoutCondition } from '../support/conditions.ts';
import { hasFinalizer, withFinalizer, withoutFinalizer } from '../support/finalizers.ts';

/** Keeps a ServiceCIDR for as long as addresses depend on it. */
export const protectionFinalizer = 'networking.k8s.io/service-cidr-finalizer';

/** Nothing is given out of a range that is being deleted; it goes after this time, as upstream. */
const graceMs = 10_000;

const readyMessage = 'Kubernetes Service CIDR is ready';
const terminatingMessage =
  'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR';

/**
 * Says of ServiceCIDRs that they are ready, and lets one go that is being deleted once no address of a Service needs it.
 * `standard` are the ranges that the cluster is set to: the ServiceCIDR `kubernetes` is made of them if it is not there,
 * and gets the second family when that is set later. Its keys are names.
 */
export const serviceCidrController = (standard: readonly string[]): Controller => ({
  name: 'servicecidr',
  component: 'service-cidr-controller',
  triggers: [
    {
      resource: serviceCidrs,
      keys: (range: ServiceCIDR, snapshot: Snapshot) => [range.metadata.name, ...overlapping(range, snapshot)],
    },
    // Only one that is being deleted has to know.
    { resource: ipAddresses, concerns: () => false, keys: terminatingAround },
  ],
  reconcile(name, snapshot, { now }): Plan {
    const current = snapshot.get(serviceCidrs, '', name);
    if (!current) return name === defaultServiceCidrName ? creation(standard) : emptyPlan();
    const { metadata, spec } = current;
    if (metadata.deletionTimestamp !== undefined) return release(current, snapshot, now);
    if (!hasFinalizer(current, protectionFinalizer)) return update(withFinalizer(current, protectionFinalizer));
    const isGrown =
      name === defaultServiceCidrName && standard.length === 2 && spec.cidrs?.length === 1 && spec.cidrs[0] === standard[0];
    if (isGrown) return update({ ...current, spec: { ...spec, cidrs: [...standard] } });
    return withReady(current, { status: 'True', reason: '', message: readyMessage }, now);
  },
});

function creation(cidrs: readonly string[]): Plan {
  const { apiVersion, kind } = serviceCidrs;
  const metadata = { name: defaultServiceCidrName, finalizers: [protectionFinalizer] };
  const object = { apiVersion, kind, metadata, spec: { cidrs: [...cidrs] } };
  return { ...emptyPlan(), writes: [{ verb: 'create', resource: serviceCidrs, object }] };
}

const update = (object: ServiceCIDR, subresource?: 'status'): Plan => ({
  ...emptyPlan(),
  writes: [{ verb: 'update', resource: serviceCidrs, object, ...(subresource && { subresource }) }],
});

function release(current: ServiceCIDR, snapshot: Snapshot, now: Date): Plan {
  if (!hasFinalizer(current, protectionFinalizer)) return emptyPlan();
  if (isNeeded(current, snapshot))
    return withReady(current, { status: 'False', reason: 'Terminating', message: terminatingMessage }, now);
  const leftMs = Date.parse(current.metadata.deletionTimestamp!) + graceMs - now.getTime();
  if (leftMs > 0) return { ...emptyPlan(), requeueAfterMs: leftMs };
  return update(withoutFinalizer(current, protectionFinalizer));
}

function withReady(current: ServiceCIDR, ready: Pick<Condition, 'status' | 'reason' | 'message'>, now: Date): Plan {
  const conditions = current.status?.conditions;
  const before = findCondition(conditions, 'Ready');
  if (before && before.status === ready.status && before.reason === ready.reason && before.message === ready.message)
    return emptyPlan();
  const lastTransitionTime = before?.status === ready.status ? before.lastTransitionTime : rfc3339(now);
  const condition: Condition = { type: 'Ready', ...ready, lastTransitionTime };
  return update(
    { ...current, status: { ...current.status, conditions: [...withoutCondition(conditions, 'Ready'), condition] } },
    'status',
  );
}

/** Whether there is an address of a Service that lies in this one alone. */
function isNeeded(current: ServiceCIDR, snapshot: Snapshot): boolean {
  const own = rangesOf(current);
  const others = snapshot
    .list(serviceCidrs)
    .filter(({ metadata }) => metadata.name !== current.metadata.name)
    .flatMap(rangesOf);
  return snapshot.list(ipAddresses).some((object) => {
    const address = isManaged(object) ? parseAddress(object.metadata.name) : undefined;
    const isIn = (range: IpRange) => address !== undefined && isInRange(range, address);
    return own.some(isIn) && !others.some(isIn);
  });
}

const isManaged = ({ metadata }: IPAddress): boolean => metadata.labels?.[managedByLabel] === allocatorName;

const rangesOf = ({ spec }: ServiceCIDR): IpRange[] => (spec.cidrs ?? []).flatMap((cidr) => parseCidr(cidr) ?? []);

/** The others that this one has addresses in common with, as far as they wait to go. */
function overlapping(range: ServiceCIDR, snapshot: Snapshot): string[] {
  const own = rangesOf(range);
  return terminating(snapshot, (other) => own.some((each) => overlap(each, other)));
}

function terminatingAround({ metadata }: IPAddress, snapshot: Snapshot): string[] {
  const address = parseAddress(metadata.name);
  return address ? terminating(snapshot, (range) => isInRange(range, address)) : [];
}

const terminating = (snapshot: Snapshot, matches: (range: IpRange) => boolean): string[] =>
  snapshot
    .list(serviceCidrs)
    .filter((range) => range.metadata.deletionTimestamp !== undefined && rangesOf(range).some(matches))
    .map(({ metadata }) => metadata.name);
