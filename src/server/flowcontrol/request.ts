import type { Scheme } from '../../machinery/scheme.ts';
import type { UserInfo } from '../../machinery/user.ts';
import type { Bindings } from '../api.ts';
import { verbOf } from '../dispatch.ts';
import type { ResourcePath } from '../http/path.ts';
import { longRunningSubresources, requestTimeoutMs } from '../http/timeout.ts';
import type { Flow, FlowControl } from './flow-control.ts';
import { seatsOf } from './work.ts';

/** What requests share the seats of a cluster by. */
export interface Fairness {
  readonly control: FlowControl;
  readonly scheme: Scheme;
  /** How many objects there are, by `ResourceDefinition.resource`. */
  count(resource: string): number;
}

/** A request on its way to a seat. */
export interface Seeker {
  /** The user that it is carried out as. */
  user: UserInfo;
  method: string;
  pathname: string;
  /** What the path is about, if it is about a resource. */
  path: ResourcePath | undefined;
  /** What follows the `?`, or ''. */
  search: string;
}

const noQuery = new URLSearchParams();

/**
 * Does the work on a request when there is a seat for it, and gives the seat back. Notes what the request was sorted into.
 * Rejects with 429 if there is no seat for too long, or if too many wait already; otherwise with what `work` does.
 */
export async function withSeat<T>(
  { control, scheme, count }: Fairness,
  seeker: Seeker,
  noted: Pick<Bindings, 'flow'>,
  work: () => Promise<T>,
): Promise<T> {
  const { path, search } = seeker;
  // They last as long as their client wants, and take no seat, as upstream.
  if (path && longRunningSubresources.has(path.subresource)) return work();
  const { flow, verb } = flowOf(control, seeker);
  noted.flow = flow;
  const isLong = path && (verb === 'list' || verb === 'watch');
  const kind = isLong ? scheme.byPlural(path.group, path.version, path.resource) : undefined;
  const seats = kind ? seatsOf(verb, search, count(kind.resource), flow.widest) : 1;
  const seat = control.start(flow, seats) ?? (await control.wait(flow, seats, waitMsOf(search)));
  try {
    return await work();
  } finally {
    control.leave(seat);
  }
}

function flowOf(control: FlowControl, { user, method, pathname, path, search }: Seeker): { flow: Flow; verb: string } {
  if (!path) {
    const verb = method.toLowerCase();
    return { verb, flow: control.classify({ user, verb, path: pathname }) };
  }
  const query = search.includes('watch') ? new URLSearchParams(search) : noQuery;
  const verb = verbOf(method === 'HEAD' ? 'GET' : method, path, query) ?? method.toLowerCase();
  // A Namespace is in itself.
  const resource = path.group === '' && path.resource === 'namespaces' ? { ...path, namespace: path.name } : path;
  return { verb, flow: control.classify({ user, verb, path: pathname, resource }) };
}

/** A request may wait for a quarter of the time that it has, as upstream. */
const waitMsOf = (search: string): number => requestTimeoutMs(`?${search}`)! / 4;
