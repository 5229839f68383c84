import type { KubeObject } from '../machinery/meta.ts';
import { copyPlain } from '../machinery/plain.ts';
import { controllerOf, isLeftAlone } from './left-alone.ts';

/** What of metadata the server says, or means something in one cluster only. */
export const ofServer = [
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'generation',
  'managedFields',
  'selfLink',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'ownerReferences',
] as const;

const annotationsOfServer = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deprecated.daemonset.template.generation',
  'pv.kubernetes.io/bind-completed',
  'pv.kubernetes.io/bound-by-controller',
];

/** Objects that every cluster has from the beginning, by storage key and name. */
const bootstrapped: Readonly<Record<string, ReadonlySet<string>>> = {
  namespaces: new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']),
  'priorityclasses.scheduling.k8s.io': new Set(['system-node-critical', 'system-cluster-critical']),
  serviceaccounts: new Set(['default']),
  'flowschemas.flowcontrol.apiserver.k8s.io': new Set(['exempt', 'catch-all']),
  'prioritylevelconfigurations.flowcontrol.apiserver.k8s.io': new Set(['exempt', 'catch-all']),
};

type Loose = KubeObject & { spec?: Record<string, unknown>; status?: unknown; secrets?: unknown };

/**
 * The object as its author would write it: without what the server fills in, so that it can be applied to any cluster. Undefined
 * for what is no work of an author: what belongs to a controller, what every cluster has, and what is about to go.
 */
export function manifestOf(resource: string, object: KubeObject): KubeObject | undefined {
  const { name, deletionTimestamp } = object.metadata;
  if (deletionTimestamp !== undefined || isLeftAlone(resource, object) || controllerOf(object)) return undefined;
  if (bootstrapped[resource]?.has(name)) return undefined;
  const { apiVersion, kind, metadata, ...rest } = copyPlain(object) as Loose;
  const own = metadata as unknown as Record<string, unknown>;
  for (const field of ofServer) delete own[field];
  for (const annotation of annotationsOfServer) delete metadata.annotations?.[annotation];
  for (const field of ['annotations', 'labels'] as const) if (isEmpty(metadata[field])) delete metadata[field];
  delete rest.status;
  const manifest = { apiVersion, kind, metadata, ...rest } as Loose;
  strip(resource, manifest);
  return manifest;
}

/** What kinds have in their specs that is given out by the cluster. */
function strip(resource: string, object: Loose): void {
  const spec = object.spec ?? {};
  switch (resource) {
    case 'namespaces':
      delete object.spec;
      return;
    case 'services':
      if (spec['clusterIP'] !== 'None') for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) delete spec[field];
      delete spec['healthCheckNodePort'];
      return;
    case 'persistentvolumeclaims':
      delete spec['volumeName'];
      return;
    default:
      return withoutGivenOut(resource, object);
  }
}

/** Takes out what belongs to one incarnation of an object: another one gets it anew. */
export function withoutGivenOut(resource: string, object: Loose): void {
  const spec = object.spec ?? {};
  switch (resource) {
    case 'serviceaccounts':
      delete object.secrets;
      return;
    case 'pods':
      delete spec['nodeName'];
      return;
    case 'persistentvolumes':
      for (const field of ['uid', 'resourceVersion']) delete (spec['claimRef'] as Record<string, unknown> | undefined)?.[field];
      return;
    case 'jobs.batch': {
      // The selector is made of the uid, unless somebody chose it.
      if (spec['manualSelector'] === true) return;
      delete spec['selector'];
      const template = spec['template'] as { metadata?: { labels?: Record<string, string> } } | undefined;
      for (const labels of [object.metadata.labels, template?.metadata?.labels])
        for (const label of ['controller-uid', 'batch.kubernetes.io/controller-uid']) delete labels?.[label];
      return;
    }
  }
}

const isEmpty = (value: object | undefined): boolean => value !== undefined && Object.keys(value).length === 0;
