import { callerHeader, type Caller } from '../cluster/headers.ts';
import { authenticatedGroup, mastersGroup, type UserInfo } from '../machinery/user.ts';

interface AskedRequest {
  method: string;
  path: string;
  body?: string;
  contentType?: string;
}

/** Asks the API of a cluster as somebody whom the Worker itself vouches for. */
export async function askAs(
  stub: Pick<Fetcher, 'fetch'>,
  cluster: string,
  user: UserInfo,
  { method, path, body, contentType }: AskedRequest,
): Promise<{ status: number; body: string }> {
  const caller: Caller = { cluster, address: `https://cluster/clusters/${cluster}`, user };
  const headers = {
    [callerHeader]: JSON.stringify(caller),
    accept: 'application/json',
    'user-agent': 'hibernetes',
    ...(body !== undefined && { 'content-type': contentType ?? 'application/json' }),
  };
  const response = await stub.fetch(`https://cluster${path}`, { method, headers, body: body ?? null });
  return { status: response.status, body: await response.text() };
}

/** The same as one of its administrators, for who may by the management API. A PATCH is a merge patch. */
export function askAsAdmin(stub: Pick<Fetcher, 'fetch'>, cluster: string, { user: name, ...request }: AskedRequest & { user: string }) {
  const contentType = request.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  return askAs(stub, cluster, { name, groups: [mastersGroup, authenticatedGroup] }, { ...request, contentType });
}
