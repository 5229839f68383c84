/** Connections through the API, as admission sees them: CONNECT, with the options of the request as an object. */
import type { KubeObject } from '../../machinery/meta.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { booleanParameter } from '../http/options.ts';
import { requestKey, type ResourceRequest } from '../http/request.ts';
import { admitRequest } from '../verbs/admit-request.ts';

const streams = ['stdin', 'stdout', 'stderr', 'tty'];

/** Asks admission about a connection to a pod, a service or a node. Rejects with its refusal. */
export async function admitConnection({
  api,
  resource,
  path,
  query,
  user,
  warnings,
  ...request
}: ResourceRequest): Promise<void> {
  const { subresource } = path;
  const object = { apiVersion: 'v1', ...optionsOf(resource, subresource, query, path.rest) } as unknown as KubeObject;
  const key = requestKey({ api, resource, path, query, user, warnings, ...request });
  const options = { fieldManager: '', user, warnings, ...(request.audit && { annotations: request.audit.annotations }) };
  await admitRequest(api, resource, key, { operation: 'CONNECT', subresource, object }, options);
}

function optionsOf({ kind }: AnyResource, subresource: string, query: URLSearchParams, rest: readonly string[]): object {
  // Upstream's options have no metadata; plugins take it for granted.
  const metadata = {};
  switch (subresource) {
    case 'portforward': {
      const ports = query.getAll('ports').map(Number);
      return { kind: 'PodPortForwardOptions', metadata, ...(ports.length > 0 && { ports }) };
    }
    case 'proxy':
      return { kind: `${kind}ProxyOptions`, metadata, path: `/${rest.join('/')}` };
    default: {
      const flags = streams.filter((name) => booleanParameter(query, name)).map((name) => [name, true]);
      const container = query.get('container');
      const command = query.getAll('command');
      return {
        kind: subresource === 'attach' ? 'PodAttachOptions' : 'PodExecOptions',
        metadata,
        ...Object.fromEntries(flags),
        ...(container && { container }),
        ...(command.length > 0 && { command }),
      };
    }
  }
}
