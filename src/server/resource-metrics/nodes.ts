import { notFound } from '../../machinery/status.ts';
import { nodes, type Node } from '../../resources/core/node.ts';
import { nodeMetrics } from '../../resources/metrics/nodemetrics.ts';
import type { Entry } from '../../storage/store.ts';
import type { ClusterApi } from '../api.ts';
import type { Handler } from '../http/request.ts';
import { respondEntry } from '../http/respond.ts';
import { keyFor } from '../verbs/entry.ts';
import { measuredOf, metricsEntry, respondMeasured } from './measured.ts';

function entryOf(api: ClusterApi, node: Node): Entry | undefined {
  const measured = measuredOf(api, node.metadata.name);
  if (!measured) return undefined;
  const { usage, timestamp, window } = measured;
  return metricsEntry(api, nodeMetrics, node, { timestamp, window, usage: usage.node });
}

/** GET of a node's metrics. */
export const handleGetNodeMetrics: Handler = async (request) => {
  const { api, path } = request;
  const found = await api.store.get(keyFor(nodes, '', path.name));
  if (found) await api.meter.measure([path.name]);
  const entry = found && entryOf(api, found.object as Node);
  if (!entry) throw notFound({ group: nodeMetrics.group, resource: 'nodemetrics', name: path.name });
  return respondEntry(request, entry);
};

/** GET of the metrics of all nodes that answer. */
export const handleListNodeMetrics: Handler = (request) =>
  respondMeasured<Node>(
    request,
    nodes,
    ({ metadata }) => metadata.name,
    (node) => entryOf(request.api, node),
  );
