import { emptyPlan, type EventDraft, type Plan } from '../../machinery/reconcile.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { services, type Service } from '../../resources/core/service.ts';
import { endpointSlices, type Endpoint, type EndpointPort, type EndpointSlice } from '../../resources/discovery/endpointslice.ts';
import { controllerRef } from '../support/ownership.ts';
import { earliestReadyChange, equalLabels, headlessLabel, isHeadless, withTriggerTime } from '../support/service-pods.ts';
import { addressTypesOf, portsKey, type AddressType } from './endpoint.ts';
import { wantsNearbyHints } from './hints.ts';
import { packEndpoints } from './packing.ts';
import { withTopologyHints } from './topology/topology-hints.ts';
import type { ZoneRatios } from './topology/zones.ts';

export const serviceNameLabel = 'kubernetes.io/service-name';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
export const managerName = 'endpointslice-controller.k8s.io';

const disabledReason = 'TopologyAwareHintsDisabled';

type Content = Pick<EndpointSlice, 'endpoints' | 'ports' | 'addressType'>;

interface Update {
  slice: EndpointSlice;
  content: Content;
}

/** The endpoints that are reached by the same ports, and so share slices. */
export interface PortGroup {
  ports: EndpointPort[];
  endpoints: Endpoint[];
}

/** Gathers what has to change for all address types and sets of ports, and turns it into as few writes as possible. */
export class SliceChanges {
  readonly #service: Service;
  readonly #existing: readonly EndpointSlice[];
  readonly #labels: Record<string, string>;
  readonly #update: Update[] = [];
  readonly #create: Content[] = [];
  readonly #remove: EndpointSlice[];
  readonly #changed: Endpoint[] = [];
  readonly #topology: { ratios: ZoneRatios | undefined } | undefined;
  /** What is said about hints; `whenSettled`: once the slices are as they are to be. */
  readonly #events: { event: EventDraft; whenSettled: boolean }[] = [];

  /** @param topology the shares of the zones, for a Service that wants hints by them */
  constructor(service: Service, existing: readonly EndpointSlice[], topology?: { ratios: ZoneRatios | undefined }) {
    this.#service = service;
    this.#topology = topology;
    this.#existing = existing;
    this.#labels = sliceLabels(service);
    const types: readonly string[] = addressTypesOf(service);
    this.#remove = existing.filter((slice) => !types.includes(slice.addressType));
  }

  plan(addressType: AddressType, byPorts: ReadonlyMap<string, PortGroup>): void {
    const ofType = this.#existing.filter((slice) => slice.addressType === addressType);
    const owned = ofType.filter((slice) => this.#owns(slice));
    const update: Update[] = [];
    const create: Content[] = [];
    const unchanged: EndpointSlice[] = [];
    const remove = ofType.filter((slice) => !this.#owns(slice));
    for (const [key, { ports, endpoints }] of byPorts) {
      const packing = packEndpoints(
        owned.filter((slice) => portsKey(slice.ports) === key),
        endpoints,
        { hints: !this.#topology },
      );
      for (const part of packing.update)
        update.push({ slice: part.slice, content: { addressType, ports, endpoints: part.endpoints } });
      for (const part of packing.create) create.push({ addressType, ports, endpoints: part });
      for (const slice of packing.unchanged)
        if (this.#labelsDiffer(slice)) update.push({ slice, content: slice });
        else unchanged.push(slice);
      remove.push(...packing.remove);
      this.#changed.push(...packing.changed);
    }
    remove.push(...owned.filter((slice) => !byPorts.has(portsKey(slice.ports))));

    this.#giveHints(addressType, ofType, { update, create, unchanged });

    // A Service without endpoints has one empty slice, which tells its watchers so.
    if (create.length === 0 && remove.length === ofType.length) {
      const placeholder = remove.find((slice) => this.#owns(slice) && isPlaceholder(slice) && !this.#labelsDiffer(slice));
      if (placeholder) remove.splice(remove.indexOf(placeholder), 1);
      else create.push({ addressType, ports: [], endpoints: [] });
    }

    // Better to write over a slice that is to go than to delete it and create another.
    const reused = remove.filter((slice) => this.#owns(slice)).slice(0, create.length);
    for (const slice of reused) update.push({ slice, content: create.pop()! });
    this.#update.push(...update);
    this.#create.push(...create);
    this.#remove.push(...remove.filter((slice) => !reused.includes(slice)));
  }

  /** Hints by the shares of the zones, for a Service that wants them, and what there is to say about it. */
  #giveHints(
    addressType: AddressType,
    before: readonly EndpointSlice[],
    slices: { update: Update[]; create: Content[]; unchanged: readonly EndpointSlice[] },
  ): void {
    const { update, create, unchanged } = slices;
    const hadHints = before.some(({ endpoints = [] }) => endpoints.some(({ hints }) => hints?.forZones?.length));
    const say = (type: EventDraft['type'], reason: string, what: string, whenSettled = false): void => {
      const message = `${what}, addressType: ${addressType}`;
      this.#events.push({ event: { regarding: this.#service, type, reason, message }, whenSettled });
    };
    if (!this.#topology) {
      if (hadHints && !wantsNearbyHints(this.#service)) say('Warning', disabledReason, 'Topology Aware Hints has been disabled');
      return;
    }
    const open = [...update.map(({ content }) => content), ...create];
    const hinted = withTopologyHints(
      { changing: open.map(({ endpoints }) => endpoints ?? []), unchanged: unchanged.map(({ endpoints }) => endpoints ?? []) },
      this.#topology.ratios,
    );
    for (const [i, each] of update.entries()) each.content = { ...each.content, endpoints: hinted.changing[i]! };
    for (const [i, each] of create.entries()) create[i] = { ...each, endpoints: hinted.changing[update.length + i]! };
    for (const [i, endpoints] of hinted.unchanged.entries()) {
      const slice = unchanged[i]!;
      if (endpoints) update.push({ slice, content: { addressType, ports: slice.ports, endpoints } });
    }
    if (hinted.disabled !== undefined) say('Warning', disabledReason, hinted.disabled, true);
    else if (!hadHints) say('Normal', 'TopologyAwareHintsEnabled', 'Topology Aware Hints has been enabled');
  }

  toPlan(selected: readonly Pod[], mayCreate: boolean): Plan {
    const plan = emptyPlan();
    const { namespace = '', name, creationTimestamp } = this.#service.metadata;
    const changedPods = new Set(this.#changed.map((endpoint) => endpoint.targetRef?.uid));
    const triggerTime =
      this.#existing.length === 0
        ? creationTimestamp
        : earliestReadyChange(selected.filter((pod) => changedPods.has(pod.metadata.uid)));
    for (const content of mayCreate ? this.#create : [])
      plan.writes.push({
        verb: 'create',
        resource: endpointSlices,
        object: {
          apiVersion: endpointSlices.apiVersion,
          kind: endpointSlices.kind,
          metadata: {
            namespace,
            generateName: `${name}-`,
            labels: this.#labels,
            annotations: withTriggerTime(undefined, triggerTime),
            ownerReferences: [controllerRef(this.#service, services)],
          },
          ...content,
        } as EndpointSlice,
      });
    for (const { slice, content } of this.#update) {
      const { addressType, ports, endpoints } = content;
      const annotations = withTriggerTime(slice.metadata.annotations, triggerTime);
      const object = {
        ...slice,
        metadata: { ...slice.metadata, labels: this.#labels, annotations },
        addressType,
        ports,
        endpoints,
      };
      plan.writes.push({ verb: 'update', resource: endpointSlices, object });
    }
    for (const { metadata } of this.#remove)
      plan.writes.push({ verb: 'delete', resource: endpointSlices, namespace, name: metadata.name, uid: metadata.uid });
    for (const { event, whenSettled } of this.#events) if (!whenSettled || plan.writes.length === 0) plan.events.push(event);
    return plan;
  }

  /** Not so for slices of an earlier Service of the same name, which the garbage collector is about to delete. */
  #owns(slice: EndpointSlice): boolean {
    return (
      slice.metadata.ownerReferences?.some(({ uid, kind }) => uid === this.#service.metadata.uid && kind === 'Service') ?? false
    );
  }

  #labelsDiffer(slice: EndpointSlice): boolean {
    return !equalLabels(slice.metadata.labels, this.#labels);
  }
}

const isPlaceholder = (slice: EndpointSlice) => !slice.endpoints?.length && !slice.ports?.length;

/** A slice has the labels of its Service, and three of its own. */
function sliceLabels(service: Service): Record<string, string> {
  const { [headlessLabel]: _, ...labels } = service.metadata.labels ?? {};
  return {
    ...labels,
    ...(isHeadless(service) && { [headlessLabel]: '' }),
    [serviceNameLabel]: service.metadata.name,
    [managedByLabel]: managerName,
  };
}
