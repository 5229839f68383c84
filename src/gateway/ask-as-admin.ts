import { callerHeader, type Caller } from '../cluster/headers.ts';
import { authenticatedGroup, mastersGroup } from '../machinery/user.ts';

/** Asks the API of a cluster as one of its administrators, for who may by the management API. A PATCH is a merge patch. */
export async function askAsAdmin(
  stub: Pick<Fetcher, 'fetch'>,
  cluster: string,
  { method, path, user, body }: { method: string; path: string; user: string; body?: string },
): Promise<{ status: number; body: string }> {
  const caller: Caller = {
    cluster,
    address: `https://cluster/clusters/${cluster}`,
    user: { name: user, groups: [mastersGroup, authenticatedGroup] },
  };
  const headers = {
    [callerHeader]: JSON.stringify(caller),
    accept: 'application/json',
    'user-agent': 'hibernetes',
    ...(body !== undefined && { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }),
  };
  const response = await stub.fetch(`https://cluster${path}`, { method, headers, body: body ?? null });
  return { status: response.status, body: await response.text() };
}
