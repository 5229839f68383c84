/** pods/proxy, services/proxy and nodes/proxy: HTTP to what runs in the cluster, through the API. */
import { badRequest, notFound, unavailable } from '../../machinery/status.ts';
import { endpoints, type Endpoints } from '../../resources/core/endpoints.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { Service } from '../../resources/core/service.ts';
import { isGlobalUnicast } from '../../resources/shared/addresses.ts';
import type { Handler, ResourceRequest } from '../http/request.ts';
import { keyFor, subjectOf } from '../verbs/entry.ts';
import { get } from '../verbs/get.ts';
import { admitConnection } from './connection.ts';
import { throughNode } from './through-node.ts';

/** A name in the path of a proxy: `name`, `name:port` or `scheme:name:port`. */
interface Target {
  scheme: string;
  name: string;
  /** A number or a name; '' for whatever is first. */
  port: string;
}

/** Splits the name of a proxy's path. Throws 400. */
export function proxyTarget(kind: string, id: string): Target {
  const parts = id.split(':');
  const [scheme, name, port] =
    parts.length === 1
      ? ['', parts[0]!, '']
      : parts.length === 2
        ? ['', parts[0]!, parts[1]!]
        : (parts as [string, string, string]);
  if (parts.length > 3 || name === '' || !['', 'http', 'https'].includes(scheme))
    throw badRequest(`invalid ${kind} request ${JSON.stringify(id)}`);
  return { scheme, name, port };
}

export const handlePodProxy: Handler = async (request) => {
  await admitConnection(request);
  const { name } = proxyTarget('pod', request.path.name);
  const pod = (await objectOf(request, name)) as Pod;
  const address = pod.status?.podIPs?.[0]?.ip ?? '';
  if (!isGlobalUnicast(address)) throw badRequest('address not allowed');
  return throughNode(request);
};

export const handleNodeProxy: Handler = async (request) => {
  await admitConnection(request);
  const { name } = proxyTarget('node', request.path.name);
  await objectOf(request, name);
  return throughNode(request);
};

/** To any of the addresses that are ready behind a Service, at one of its ports. */
export const handleServiceProxy: Handler = async (request) => {
  await admitConnection(request);
  const { name, port } = proxyTarget('service', request.path.name);
  const service = (await objectOf(request, name)) as Service;
  const portName = portNameOf(service, port);
  const entry = await request.api.store.get(keyFor(endpoints, request.path.namespace, name));
  if (!entry) throw notFound(subjectOf(request.resource, name));
  const { subsets = [] } = entry.object as Endpoints;
  const none = (what: string) => unavailable(`no endpoints available for service ${JSON.stringify(what)}`);
  if (subsets.length === 0) throw none(name);
  const ready = subsets.some(
    ({ addresses, ports }) => addresses?.length && ports?.some((each) => (each.name ?? '') === portName),
  );
  if (!ready) throw none(request.path.name);
  return throughNode(request);
};

/** A port that is given by its number is meant by its name. */
function portNameOf({ metadata, spec }: Service, port: string): string {
  if (!/^[+-]?\d+$/.test(port)) return port;
  const found = spec.ports?.find((each) => each.port === Number(port));
  if (!found) throw unavailable(`no service port ${Number(port)} found for service ${JSON.stringify(metadata.name)}`);
  return found.name ?? '';
}

const objectOf = async ({ api, resource, path }: ResourceRequest, name: string) =>
  (await get(api, resource, keyFor(resource, path.namespace, name))).object;
