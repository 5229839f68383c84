import { rfc3339 } from '../../lib/clock.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { NodeUsage } from '../../machinery/node-usage.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { Entry } from '../../storage/store.ts';
import type { ClusterApi } from '../api.ts';
import { parseListQuery } from '../http/list-query.ts';
import type { ResourceRequest } from '../http/request.ts';
import { respondList } from '../http/respond.ts';
import { selectionOf } from '../selection.ts';
import { keyFor, transientEntry } from '../verbs/entry.ts';
import { list } from '../verbs/list.ts';

/** What one node said, and when. */
export interface Measured {
  usage: NodeUsage;
  timestamp: string;
  window: string;
}

/** What a node uses, as it said when it was last asked. Undefined if it did not. */
export function measuredOf(api: ClusterApi, node: string): Measured | undefined {
  const { usage, measuredAtMs } = api.meter.of(node) ?? {};
  if (!usage || measuredAtMs === undefined) return undefined;
  return { usage, timestamp: rfc3339(new Date(measuredAtMs)), window: `${usage.windowSeconds}s` };
}

/** The metrics of an object: its name and labels, and what was measured. */
export function metricsEntry(api: ClusterApi, resource: AnyResource, { metadata }: KubeObject, measured: object): Entry {
  const { name, namespace, labels } = metadata;
  const creationTimestamp = rfc3339(api.clock.now());
  const own = { name, ...(namespace && { namespace }), creationTimestamp, ...(labels && { labels }) };
  const object = { kind: resource.kind, apiVersion: resource.apiVersion, metadata: own, ...measured };
  return transientEntry(keyFor(resource, namespace ?? '', name), object as unknown as KubeObject);
}

/**
 * Answers a list of metrics: the objects of `measuredKind` that the query selects by their own labels, names and namespaces,
 * as far as `entryOf` knows what they use once their nodes were asked. All at once, whatever the limit.
 */
export async function respondMeasured<T extends KubeObject>(
  request: ResourceRequest,
  measuredKind: AnyResource,
  nodeOf: (object: T) => string | undefined,
  entryOf: (object: T) => Entry | undefined,
): Promise<Response> {
  const { api, resource, path, namespaces } = request;
  const { labelSelector, fieldSelector } = parseListQuery(request.query, false);
  const selection = selectionOf(resource, { fieldSelector });
  const { entries } = await list(api, measuredKind, { namespace: path.namespace, namespaces }, { labelSelector });
  const selected = entries.filter((entry) => selection.matches(entry)).map(({ object }) => object as T);
  await api.meter.measure(selected.map(nodeOf).filter((node) => node !== undefined));
  const metrics = selected.map(entryOf).filter((entry) => entry !== undefined);
  return respondList(request, { revision: api.store.revision, entries: metrics });
}
