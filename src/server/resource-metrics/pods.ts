import { notFound } from '../../machinery/status.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { podMetrics } from '../../resources/metrics/podmetrics.ts';
import type { Entry } from '../../storage/store.ts';
import type { ClusterApi } from '../api.ts';
import type { Handler } from '../http/request.ts';
import { respondEntry } from '../http/respond.ts';
import { keyFor } from '../verbs/entry.ts';
import { measuredOf, metricsEntry, respondMeasured } from './measured.ts';

/** The node that knows what a pod uses: only those that run use anything. */
const nodeOf = ({ spec, status }: Pod): string | undefined => (status?.phase === 'Running' ? spec.nodeName : undefined);

function entryOf(api: ClusterApi, pod: Pod): Entry | undefined {
  const node = nodeOf(pod);
  const measured = node ? measuredOf(api, node) : undefined;
  const own = measured?.usage.pods.find(({ uid }) => uid === pod.metadata.uid);
  if (!measured || !own) return undefined;
  const { timestamp, window } = measured;
  return metricsEntry(api, podMetrics, pod, { timestamp, window, containers: own.containers });
}

/** GET of a pod's metrics. */
export const handleGetPodMetrics: Handler = async (request) => {
  const { api, path } = request;
  const { namespace, name } = path;
  const pod = (await api.store.get(keyFor(pods, namespace, name)))?.object as Pod | undefined;
  const node = pod && nodeOf(pod);
  if (node) await api.meter.measure([node]);
  const entry = pod && entryOf(api, pod);
  if (!entry) throw notFound({ group: podMetrics.group, resource: 'podmetrics', name: `${namespace}/${name}` });
  return respondEntry(request, entry);
};

/** GET of the metrics of pods, in one namespace or all. */
export const handleListPodMetrics: Handler = (request) =>
  respondMeasured<Pod>(request, pods, nodeOf, (pod) => entryOf(request.api, pod));
