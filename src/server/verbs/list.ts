import { limits } from '../../lib/limits.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { badRequest, gone, type StatusError } from '../../machinery/status.ts';
import { StoreError, type Entry, type ListResult } from '../../storage/store.ts';
import type { ClusterApi } from '../api.ts';
import { tooLargeResourceVersion } from '../errors.ts';
import { selectionOf, type SelectionInput } from '../selection.ts';
import { inForm } from './entry.ts';
import { decodeContinue, encodeContinue, firstAfter, type Place } from './continue-token.ts';
import { renewLock } from './renew-lock.ts';
import { parseRevision } from './revision.ts';

/** The parameters of a list or a watch, parsed and checked. */
export interface ListQuery {
  labelSelector?: string;
  fieldSelector?: string;
  resourceVersion?: string;
  resourceVersionMatch?: string;
  /** Lists only. */
  limit?: number;
  continue?: string;
  /** Lists only: the state at that revision. */
  asOfRevision?: number;
  /** Watches only. */
  sendInitialEvents?: boolean;
  allowWatchBookmarks?: boolean;
  timeoutSeconds?: number;
}

export interface ListAnswer {
  revision: number;
  entries: readonly Entry[];
  /** Asks for the next page, if there is one. */
  continue?: string;
  /** How many objects come after this page; only where no selector makes that a guess. */
  remainingItemCount?: number;
}

/**
 * Lists the objects of a kind that a selection and a query mean, in order of namespace and name. Pages after the first
 * show the state of the first, for a while; then there is a 410 that says how to go on without. Throws 400, 410 Expired, or
 * 504 for a revision in the future.
 */
export async function list(
  api: ClusterApi,
  resource: AnyResource,
  scope: Pick<SelectionInput, 'namespace' | 'namespaces'>,
  query: ListQuery,
): Promise<ListAnswer> {
  const selection = selectionOf(resource, { ...query, ...scope });
  const token = query.continue === undefined ? undefined : decodeContinue(query.continue);
  // What is only known of now is not shown of then.
  const present = query.asOfRevision === undefined ? presentAll : asStored;
  const { revision, entries: stored } = await read(api, resource, scope.namespace, query, token);
  resource.storedForm?.require?.(stored.map(({ object }) => object));
  const entries = resource.storedForm ? stored.map((entry) => inForm(resource, entry)) : stored;
  const start = token ? firstAfter(entries, token) : 0;
  const limit = query.limit !== undefined && query.limit > 0 ? query.limit : Infinity;
  if (selection.everything && start === 0 && entries.length <= limit) return { revision, entries: present(api, entries) };

  const page: Entry[] = [];
  let next = start;
  for (; next < entries.length && page.length < limit; next++) {
    const entry = entries[next]!;
    if (selection.everything || selection.matches(entry)) page.push(entry);
  }
  const answer: ListAnswer = { revision, entries: present(api, page) };
  if (next >= entries.length || (selection.single && page.length > 0)) return answer;
  const { namespace, name } = entries[next - 1]!.key;
  const begun = token?.begun ?? seconds(api);
  answer.continue = encodeContinue({ revision, begun, namespace, name }, resource.namespaced);
  if (selection.everything) answer.remainingItemCount = entries.length - next;
  return answer;
}

const seconds = (api: ClusterApi) => Math.floor(api.clock.now().getTime() / 1000);

const presentAll = (api: ClusterApi, entries: readonly Entry[]) => entries.map((entry) => api.present(entry));

const asStored: typeof presentAll = (_api, entries) => [...entries];

async function read(
  api: ClusterApi,
  resource: AnyResource,
  namespace: string | undefined,
  query: ListQuery,
  token: Place | undefined,
): Promise<ListResult> {
  if (token?.begun !== undefined && seconds(api) > token.begun + limits.continueSeconds) {
    // Clients tell by the revision that the rest is of another state. Upstream's compactor, which ends tokens, writes a key.
    if (token.revision === api.store.revision) await renewLock(api);
    throw expired(resource, token);
  }
  const asked = parseRevision(query.resourceVersion);
  if (token && asked) throw badRequest('specifying resource version is not allowed when using continue');
  if (asked !== undefined && asked > api.store.revision) throw tooLargeResourceVersion(asked, api.store.revision);
  // As upstream: with a limit, and nothing else said, a revision means that very revision.
  const exact = query.resourceVersionMatch === 'Exact' || (query.resourceVersionMatch === undefined && !!query.limit);
  const revision = token?.revision ?? query.asOfRevision ?? (exact && asked ? asked : undefined);
  try {
    return await api.store.list(resource.resource, {
      ...(namespace && { namespace }),
      ...(revision !== undefined && { revision }),
    });
  } catch (error) {
    if (token && error instanceof StoreError && error.code === 'compacted') throw expired(resource, token);
    throw error;
  }
}

/** The answer to a token that is too old; it has one that goes on with the state of now. */
function expired({ namespaced }: AnyResource, { namespace, name }: Place): StatusError {
  return gone(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the ' +
      'continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing ' +
      'with the provided token results in an inconsistent list - objects that were created, modified, or deleted between ' +
      'the time the first chunk was returned and now may show up in the list.',
    { continue: encodeContinue({ namespace, name }, namespaced) },
  );
}
