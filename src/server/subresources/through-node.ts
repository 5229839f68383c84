import { badRequest, unavailable } from '../../machinery/status.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { requestKey, type Handler, type ResourceRequest } from '../http/request.ts';
import { get } from '../verbs/get.ts';

/** What goes through to a node, or to what runs there. */
export const throughNode: Handler = async () => {
  throw unavailable('the nodes of this cluster do not serve this yet', 30);
};

/** GET of pods/NAME/log. A pod that no node has yet has said nothing: 204, as upstream. */
export const handleLog: Handler = async (request) => {
  const pod = await podOf(request);
  checkContainer(pod, request.query.get('container') ?? '');
  return pod.spec.nodeName ? throughNode(request) : new Response(null, { status: 204 });
};

/** exec and attach, to one container of a pod. */
export const handleContainerStream: Handler = async (request) => {
  const pod = await podOf(request);
  checkContainer(pod, request.query.get('container') ?? '');
  checkHost(pod);
  return throughNode(request);
};

/** portforward, to a pod. */
export const handlePortForward: Handler = async (request) => {
  checkHost(await podOf(request));
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

function checkHost({ metadata, spec }: Pod): void {
  if (!spec.nodeName) throw badRequest(`pod ${metadata.name} does not have a host assigned`);
}
