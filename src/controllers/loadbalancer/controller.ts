import { parseRange } from '../../lib/ip-range.ts';
import { samePlain } from '../../machinery/plain.ts';
import { emptyPlan, type Controller, type EventDraft, type Plan, type Write } from '../../machinery/reconcile.ts';
import { services, type Service } from '../../resources/core/service.ts';
import { hasFinalizer, withFinalizer, withoutFinalizer } from '../support/finalizers.ts';
import { AddressPools, addressesOf, ingressOf, saysAddresses } from './addresses.ts';

/** Keeps a Service until its load balancer is gone. */
export const cleanupFinalizer = 'service.kubernetes.io/load-balancer-cleanup';

/** All Services are looked at together, so that no address is given out twice. */
const key = 'pools';

/**
 * Gives Services of type LoadBalancer an address of these pools (networks, and ranges `FIRST-LAST`). Those with a class are
 * somebody else's. How traffic to the address reaches the nodes is their network's affair.
 */
export const loadBalancerController = (pools: readonly string[]): Controller => {
  const ranges = pools.flatMap((pool) => parseRange(pool) ?? []);
  return {
    name: 'service',
    component: 'service-controller',
    triggers: [
      {
        resource: services,
        concerns: (service: Service, old: Service) => !samePlain(factsOf(service), factsOf(old)),
        keys: (service: Service) => (wantsBalancer(service) || isHeld(service) ? [key] : []),
      },
    ],
    reconcile(_key, snapshot): Plan {
      const all = snapshot.list(services);
      const balanced = all.filter((service) => service.spec.type === 'LoadBalancer');
      const addresses = new AddressPools(ranges, balanced);
      const plan = emptyPlan();
      for (const service of all) {
        const step = needsCleanup(service)
          ? cleanUp(service)
          : wantsBalancer(service) && service.metadata.deletionTimestamp === undefined
            ? ensure(service, addresses)
            : undefined;
        if (!step) continue;
        plan.writes.push(step.write);
        plan.events.push(...step.events);
      }
      return plan;
    },
  };
};

interface Step {
  write: Write;
  events: EventDraft[];
}

const wantsBalancer = ({ spec }: Service): boolean => spec.type === 'LoadBalancer' && spec.loadBalancerClass === undefined;

const isHeld = (service: Service): boolean => hasFinalizer(service, cleanupFinalizer);

const needsCleanup = (service: Service): boolean =>
  isHeld(service) && (service.metadata.deletionTimestamp !== undefined || service.spec.type !== 'LoadBalancer');

/** What of a Service is of interest here. */
const factsOf = ({ metadata, spec, status }: Service) => [
  metadata.finalizers,
  metadata.deletionTimestamp,
  [spec.type, spec.loadBalancerClass, spec.loadBalancerIP, spec.ipFamilies, spec.ipFamilyPolicy],
  status?.loadBalancer,
];

/** First the finalizer, then, when that is written, the address. A Service that gets none hears of it with the finalizer. */
function ensure(service: Service, pools: AddressPools): Step | undefined {
  const outcome = pools.assign(service);
  if (!isHeld(service)) {
    const write: Write = { verb: 'update', resource: services, object: withFinalizer(service, cleanupFinalizer) };
    const events = [eventOf(service, write, 'Normal', 'EnsuringLoadBalancer', 'Ensuring load balancer')];
    if ('problem' in outcome) {
      const message = `Error syncing load balancer: failed to ensure load balancer: ${outcome.problem}`;
      events.push(eventOf(service, write, 'Warning', 'SyncLoadBalancerFailed', message));
    }
    return { write, events };
  }
  // A wish that cannot be had takes nothing away.
  if ('problem' in outcome || saysAddresses(service, outcome.addresses)) return undefined;
  const status = { ...service.status, loadBalancer: { ingress: ingressOf(outcome.addresses) } };
  const object: Service = { ...service, status };
  const write: Write = { verb: 'update', resource: services, object, subresource: 'status' };
  return { write, events: [eventOf(service, write, 'Normal', 'EnsuredLoadBalancer', 'Ensured load balancer')] };
}

function cleanUp(service: Service): Step {
  const write: Write = { verb: 'update', resource: services, object: withoutFinalizer(service, cleanupFinalizer) };
  const had = addressesOf(service).length > 0;
  return {
    write,
    events: [
      ...(had ? [eventOf(service, write, 'Normal', 'DeletingLoadBalancer', 'Deleting load balancer')] : []),
      eventOf(service, write, 'Normal', 'DeletedLoadBalancer', 'Deleted load balancer'),
    ],
  };
}

const eventOf = (regarding: Service, after: Write, type: EventDraft['type'], reason: string, message: string): EventDraft => ({
  regarding,
  type,
  reason,
  message,
  after,
});
