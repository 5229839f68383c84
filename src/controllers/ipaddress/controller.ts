import { samePlain } from '../../machinery/plain.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller, type EventDraft, type Plan } from '../../machinery/reconcile.ts';
import { services, type Service } from '../../resources/core/service.ts';
import { isHeadless } from '../../resources/core/service-types.ts';
import { ipAddresses, type IPAddress } from '../../resources/networking/ipaddress.ts';
import { familyOf } from '../../resources/shared/addresses.ts';

const familyLabel = 'ipaddress.kubernetes.io/ip-family';
export const managedByLabel = 'ipaddress.kubernetes.io/managed-by';
/** Whom upstream's allocator says that its addresses are managed by. */
export const allocatorName = 'ipallocator.k8s.io';

/**
 * Writes down which Service has which address, for who reads IPAddresses. The Services themselves say what is taken; what
 * is written follows them, as with upstream's repair controller. Its keys are `ADDRESS NAMESPACE/NAME`.
 */
export const ipAddressController: Controller = {
  name: 'ipaddress',
  component: 'ipallocator-repair-controller',
  triggers: [
    { resource: services, concerns: (a: Service, b: Service) => !samePlain(addressesOf(a), addressesOf(b)), keys: keysOfService },
    { resource: ipAddresses, keys: keysOfAddress },
  ],
  reconcile(key, snapshot): Plan {
    const [address = '', parent = ''] = key.split(' ');
    const { namespace, name } = splitKey(parent);
    const service = snapshot.get(services, namespace, name);
    const current = snapshot.get(ipAddresses, '', address);
    const isHeld = service !== undefined && addressesOf(service).includes(address);
    if (isHeld && current && !isOf(current, namespace, name)) return takeOver(service, current, snapshot);
    if (isHeld) return current ? emptyPlan() : creation(service, address);
    if (!current || !isManaged(current) || !isOf(current, namespace, name)) return emptyPlan();
    return removal(current);
  },
};

const addressesOf = (service: Service): readonly string[] => (isHeadless(service) ? [] : (service.spec.clusterIPs ?? []));

function keysOfService(service: Service): string[] {
  return addressesOf(service).map((address) => `${address} ${keyOf(service)}`);
}

function keysOfAddress({ metadata, spec: { parentRef } }: IPAddress): string[] {
  return parentRef?.resource === services.plural ? [`${metadata.name} ${parentRef.namespace ?? ''}/${parentRef.name}`] : [];
}

const isManaged = ({ metadata }: IPAddress): boolean => metadata.labels?.[managedByLabel] === allocatorName;

const isOf = ({ spec: { parentRef } }: IPAddress, namespace: string, name: string): boolean =>
  (parentRef.group ?? '') === '' &&
  parentRef.resource === services.plural &&
  parentRef.namespace === namespace &&
  parentRef.name === name;

function creation(service: Service, address: string): Plan {
  const { namespace, name } = service.metadata;
  const { apiVersion, kind } = ipAddresses;
  const object = {
    apiVersion,
    kind,
    metadata: { name: address, labels: { [familyLabel]: familyOf(address) ?? '', [managedByLabel]: allocatorName } },
    spec: { parentRef: { group: '', resource: services.plural, namespace, name } },
  };
  return { ...emptyPlan(), writes: [{ verb: 'create', resource: ipAddresses, object }] };
}

function removal({ metadata: { name, uid } }: IPAddress): Plan {
  return { ...emptyPlan(), writes: [{ verb: 'delete', resource: ipAddresses, namespace: '', name, uid }] };
}

/** The address is written down for somebody else: a Service that is gone, or by hand. When it is away, this key is asked again. */
function takeOver(service: Service, current: IPAddress, snapshot: Snapshot): Plan {
  const { metadata, spec } = current;
  const { resource, namespace = '', name } = spec.parentRef;
  const isTrace = isManaged(current) && resource === services.plural && !snapshot.get(services, namespace, name);
  const event: EventDraft = {
    regarding: service,
    type: 'Warning',
    reason: 'ClusterIPNotAllocated',
    message: `the ClusterIP [${familyOf(metadata.name)}]: ${metadata.name} for Service ${keyOf(service)} has a wrong reference; repairing`,
  };
  return { ...removal(current), events: isTrace ? [] : [event], requeueAfterMs: 1 };
}
