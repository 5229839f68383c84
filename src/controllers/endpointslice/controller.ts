import { samePlain } from '../../machinery/plain.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller, type Plan } from '../../machinery/reconcile.ts';
import { nodes, type Node } from '../../resources/core/node.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { services, type Service } from '../../resources/core/service.ts';
import { endpointSlices, type EndpointSlice } from '../../resources/discovery/endpointslice.ts';
import { isNamespaceTerminating } from '../support/namespace.ts';
import {
  concernsServices,
  endpointsPaceMs,
  hasEndpoint,
  selectedPods,
  selectsEndpoints,
  serviceKeysOf,
} from '../support/service-pods.ts';
import { addressTypesOf, endpointOf, endpointPortsOf, portsKey, type AddressType } from './endpoint.ts';
import { wantsTopologyHints } from './hints.ts';
import { managedByLabel, managerName, serviceNameLabel, SliceChanges, type PortGroup } from './slice-changes.ts';
import { zonePartOf, zoneRatiosOf } from './topology/zones.ts';

/** A pod on a node that is not there (yet) is left out; its Service is looked at again after this time. */
const missingNodeMs = 10_000;

/** Keeps the EndpointSlices of Services with a selector. They go with their Service by the garbage collector. */
export const endpointSliceController: Controller = {
  name: 'endpointslice',
  component: 'endpoint-slice-controller',
  paceMs: endpointsPaceMs,
  triggers: [
    { resource: services, keys: (service: Service) => [keyOf(service)] },
    { resource: pods, concerns: concernsServices, keys: (pod: Pod, snapshot: Snapshot) => serviceKeysOf(pod, snapshot) },
    { resource: endpointSlices, keys: serviceKeyOfSlice },
    {
      resource: nodes,
      concerns: (node: Node, previous: Node) => !samePlain(zonePartOf(node), zonePartOf(previous)),
      keys: (_: Node, snapshot: Snapshot) => snapshot.list(services).filter(wantsTopologyHints).map(keyOf),
      keysAtStart: () => [],
    },
  ],
  reconcile(key, snapshot): Plan {
    const { namespace, name } = splitKey(key);
    const service = snapshot.get(services, namespace, name);
    if (!service || !selectsEndpoints(service)) return emptyPlan();
    const existing = snapshot
      .list(endpointSlices, namespace)
      .filter(
        (slice) => isManaged(slice) && slice.metadata.labels?.[serviceNameLabel] === name && !slice.metadata.deletionTimestamp,
      );
    const topology = wantsTopologyHints(service) ? { ratios: zoneRatiosOf(snapshot.list(nodes)) } : undefined;
    const changes = new SliceChanges(service, existing, topology);
    const selected = selectedPods(service, snapshot).filter(hasEndpoint);
    let nodeMissing = false;
    for (const addressType of addressTypesOf(service)) {
      const groups = groupByPorts(selected, service, snapshot, addressType);
      nodeMissing ||= groups.nodeMissing;
      changes.plan(addressType, groups.byPorts);
    }
    const mayCreate = !service.metadata.deletionTimestamp && !isNamespaceTerminating(snapshot, namespace);
    return { ...changes.toPlan(selected, mayCreate), ...(nodeMissing && { requeueAfterMs: missingNodeMs }) };
  },
};

const isManaged = (slice: EndpointSlice) => slice.metadata.labels?.[managedByLabel] === managerName;

function serviceKeyOfSlice(slice: EndpointSlice): string[] {
  const name = slice.metadata.labels?.[serviceNameLabel];
  return name && isManaged(slice) ? [`${slice.metadata.namespace}/${name}`] : [];
}

function groupByPorts(selected: readonly Pod[], service: Service, snapshot: Snapshot, addressType: AddressType) {
  const byPorts = new Map<string, PortGroup>();
  let nodeMissing = false;
  for (const pod of selected) {
    const node = pod.spec.nodeName ? snapshot.get(nodes, '', pod.spec.nodeName) : undefined;
    if (!node && !service.spec.publishNotReadyAddresses) {
      nodeMissing = true;
      continue;
    }
    const endpoint = endpointOf(pod, service, node, addressType);
    if (!endpoint) continue;
    const ports = endpointPortsOf(pod, service);
    const key = portsKey(ports);
    const group = byPorts.get(key);
    if (group) group.endpoints.push(endpoint);
    else byPorts.set(key, { ports, endpoints: [endpoint] });
  }
  return { byPorts, nodeMissing };
}
