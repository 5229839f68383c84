import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller, type EventDraft, type Plan } from '../../machinery/reconcile.ts';
import { endpoints, type Endpoints } from '../../resources/core/endpoints.ts';
import { services, type Service } from '../../resources/core/service.ts';
import { endpointSlices, type EndpointSlice } from '../../resources/discovery/endpointslice.ts';
import { portsKey } from '../endpointslice/endpoint.ts';
import { managedByLabel, serviceNameLabel } from '../endpointslice/slice-changes.ts';
import { isNamespaceTerminating } from '../support/namespace.ts';
import { controllerRef } from '../support/ownership.ts';
import { canonicalJson } from '../support/semantic-equal.ts';
import { equalLabels } from '../support/service-pods.ts';
import { endpointsPerSubsetMax, mirrorOf, type Mirror, type MirroredSlice } from './mirror.ts';

const managerName = 'endpointslicemirroring-controller.k8s.io';
const skipLabel = 'endpointslice.kubernetes.io/skip-mirror';
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';
/** Annotations of Endpoints that their slices do not have. */
const notMirrored: readonly string[] = [
  'endpoints.kubernetes.io/last-change-trigger-time',
  'kubectl.kubernetes.io/last-applied-configuration',
];

/** Says in EndpointSlices what somebody wrote into the Endpoints of a Service without a selector, for those who read slices only. */
export const endpointSliceMirroringController: Controller = {
  name: 'endpointslicemirroring',
  component: 'endpoint-slice-mirroring-controller',
  triggers: [
    { resource: endpoints, keys: keyOfEndpoints },
    {
      resource: services,
      concerns: (service: Service, old: Service) => hasSelector(service) !== hasSelector(old),
      keys: (service: Service, snapshot: Snapshot) => (isWritten(service, snapshot) ? [keyOf(service)] : []),
    },
    { resource: endpointSlices, keys: keyOfSlice },
  ],
  reconcile(key, snapshot): Plan {
    const { namespace, name } = splitKey(key);
    const existing = snapshot
      .list(endpointSlices, namespace)
      .filter(
        (slice) => isManaged(slice) && slice.metadata.labels?.[serviceNameLabel] === name && !slice.metadata.deletionTimestamp,
      );
    const source = snapshot.get(endpoints, namespace, name);
    const service = snapshot.get(services, namespace, name);
    const isMirrored = source && mayBeMirrored(source) && service && !hasSelector(service);
    if (!isMirrored) return { ...emptyPlan(), writes: existing.map(deletionOf) };
    const mirror = mirrorOf(source);
    const mayCreate = !source.metadata.deletionTimestamp && !isNamespaceTerminating(snapshot, namespace);
    return { writes: writesFor(source, mirror.slices, existing, mayCreate), events: eventsOf(source, mirror) };
  },
};

const hasSelector = ({ spec }: Service): boolean => Object.keys(spec.selector ?? {}).length > 0;

const isManaged = ({ metadata }: EndpointSlice): boolean => metadata.labels?.[managedByLabel] === managerName;

const mayBeMirrored = ({ metadata }: Endpoints): boolean =>
  metadata.labels?.[skipLabel] !== 'true' && !(leaderAnnotation in (metadata.annotations ?? {}));

/** With a selector, the Service has slices of its own. That it comes to have one is seen by the Service's trigger. */
function keyOfEndpoints(object: Endpoints, snapshot: Snapshot): string[] {
  const { namespace = '', name } = object.metadata;
  const service = snapshot.get(services, namespace, name);
  return (service && hasSelector(service)) || !mayBeMirrored(object) ? [] : [keyOf(object)];
}

const isWritten = (service: Service, snapshot: Snapshot): boolean => {
  const object = snapshot.get(endpoints, service.metadata.namespace ?? '', service.metadata.name);
  return object !== undefined && mayBeMirrored(object);
};

function keyOfSlice(slice: EndpointSlice): string[] {
  const name = slice.metadata.labels?.[serviceNameLabel];
  return name && isManaged(slice) ? [`${slice.metadata.namespace}/${name}`] : [];
}

/** One slice for each address type and set of ports. One that is to go is written over rather than deleted. */
function writesFor(source: Endpoints, wanted: readonly MirroredSlice[], existing: readonly EndpointSlice[], mayCreate: boolean) {
  const left = new Set(existing);
  const matched = wanted.map((content) => {
    const slice = [...left].find(
      (each) => each.addressType === content.addressType && portsKey(each.ports) === portsKey(content.ports),
    );
    if (slice) left.delete(slice);
    return { content, slice };
  });
  const writes: Plan['writes'] = [];
  for (const { content, slice } of matched) {
    const reused = slice ?? [...left].find(({ addressType }) => addressType === content.addressType);
    if (reused) left.delete(reused);
    const metadata = metadataOf(source);
    if (!reused) {
      const { apiVersion, kind } = endpointSlices;
      const { namespace, name } = source.metadata;
      const object = { apiVersion, kind, metadata: { ...metadata, namespace, generateName: `${name}-` }, ...content };
      if (mayCreate) writes.push({ verb: 'create', resource: endpointSlices, object });
    } else if (!slice || differs(slice, metadata, content)) {
      const object: EndpointSlice = { ...reused, ...content, metadata: { ...reused.metadata, ...metadata } };
      writes.push({ verb: 'update', resource: endpointSlices, object });
    }
  }
  return [...writes, ...[...left].map(deletionOf)];
}

function metadataOf(source: Endpoints) {
  const { labels, annotations = {}, name } = source.metadata;
  const kept = Object.entries(annotations).filter(([key]) => !notMirrored.includes(key));
  return {
    labels: { ...labels, [serviceNameLabel]: name, [managedByLabel]: managerName },
    annotations: Object.fromEntries(kept),
    ownerReferences: [controllerRef(source, endpoints)],
  };
}

const differs = (
  { metadata, endpoints: list }: EndpointSlice,
  wanted: ReturnType<typeof metadataOf>,
  content: MirroredSlice,
): boolean =>
  !equalLabels(metadata.labels, wanted.labels) ||
  !equalLabels(metadata.annotations, wanted.annotations) ||
  metadata.ownerReferences?.[0]?.uid !== wanted.ownerReferences[0]!.uid ||
  canonicalJson(list) !== canonicalJson(content.endpoints);

const deletionOf = ({ metadata: { namespace = '', name, uid } }: EndpointSlice): Plan['writes'][number] => ({
  verb: 'delete',
  resource: endpointSlices,
  namespace,
  name,
  uid,
});

function eventsOf(regarding: Endpoints, { invalid, skipped }: Mirror): EventDraft[] {
  const warning = (reason: string, message: string): EventDraft => ({ regarding, type: 'Warning', reason, message });
  return [
    ...(invalid > 0
      ? [warning('InvalidIPAddress', `Skipped ${invalid} invalid IP addresses when mirroring to EndpointSlices`)]
      : []),
    ...(skipped > invalid
      ? [
          warning(
            'TooManyAddressesToMirror',
            `A max of ${endpointsPerSubsetMax} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`,
          ),
        ]
      : []),
  ];
}
