import { badRequest, notFound, unavailable } from '../../machinery/status.ts';
import { nodes } from '../../resources/core/node.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { requestKey, type Handler, type ResourceRequest } from '../http/request.ts';
import { keyFor, subjectOf } from '../verbs/entry.ts';
import { get } from '../verbs/get.ts';
import { admitConnection } from './connection.ts';
import { logOptions } from './log-options.ts';

/** What goes through to a node, or to what runs there. */
export const throughNode: Handler = async () => {
  throw unavailable('the nodes of this cluster do not serve this yet', 30);
};

/** GET of pods/NAME/log. A pod that no node has yet has said nothing: 204, as upstream. */
export const handleLog: Handler = async (request) => {
  const options = logOptions(request.query, request.path.name);
  const pod = await podOf(request);
  checkContainer(pod, options.container);
  if (!pod.spec.nodeName) return new Response(null, { status: 204 });
  await checkNode(request, pod.spec.nodeName);
  return throughNode(request);
};

/** exec and attach, to one container of a pod. */
export const handleContainerStream: Handler = async (request) => {
  await admitConnection(request);
  const pod = await podOf(request);
  checkContainer(pod, request.query.get('container') ?? '');
  await checkHost(request, pod);
  return throughNode(request);
};

/** portforward, to a pod. */
export const handlePortForward: Handler = async (request) => {
  await admitConnection(request);
  for (const port of request.query.getAll('ports'))
    if (!/^\d+$/.test(port))
      throw badRequest(`cannot convert to []int32: strconv.ParseUint: parsing ${JSON.stringify(port)}: invalid syntax`);
  await checkHost(request, await podOf(request));
  return throughNode(request);
};

const podOf = async (request: ResourceRequest): Promise<Pod> =>
  (await get(request.api, request.resource, requestKey(request))).object as Pod;

/** Checks that it is clear which container is meant: the one with this name, or the only one. Throws 400 in upstream's words. */
function checkContainer({ metadata: { name }, spec }: Pod, container: string): void {
  const { initContainers = [], containers = [], ephemeralContainers = [] } = spec;
  const names = [...initContainers, ...containers, ...ephemeralContainers].map((one) => one.name);
  if (container !== '') {
    if (!names.includes(container)) throw badRequest(`container ${container} is not valid for pod ${name}`);
  } else if (containers.length !== 1)
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`);
}

async function checkHost(request: ResourceRequest, { metadata, spec }: Pod): Promise<void> {
  if (!spec.nodeName) throw badRequest(`pod ${metadata.name} does not have a host assigned`);
  await checkNode(request, spec.nodeName);
}

/** Checks that there is the node that the pod is bound to. Throws 404, which names it as upstream does. */
async function checkNode({ api, resource }: ResourceRequest, name: string): Promise<void> {
  if (!(await api.store.get(keyFor(nodes, '', name)))) throw notFound(subjectOf(resource, name));
}
