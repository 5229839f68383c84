import type { User } from '../server/api.ts';

/**
 * What the Worker tells a cluster's object, and the object the Worker, beside the client's own headers. The object can
 * only be reached through the Worker, which passes on nothing that a client sends under these names.
 */
export const callerHeader = 'hibernetes-caller';
/** Who asks, and for which cluster: `callerHeader`, as JSON. */
export interface Caller {
  /** The cluster's id: an object is not told its own name when an alarm or a socket wakes it. */
  readonly cluster: string;
  /** Where the client reached the cluster: `https://HOST/clusters/ID`. */
  readonly address: string;
  readonly user: User;
}

const callers = new Map<string, Caller>();
const callersMax = 1_000;

/** Who asks, as the Worker wrote it; the last ones are remembered, because a client sends many requests. */
export function parseCaller(json: string): Caller {
  let caller = callers.get(json);
  if (!caller) {
    if (callers.size >= callersMax) callers.clear();
    callers.set(json, (caller = JSON.parse(json) as Caller));
  }
  return caller;
}

/** The node whose tunnel is to be opened. */
export const nodeHeader = 'hibernetes-node';
/** On the answer to a watch: when the Worker ends the stream, in seconds. */
export const watchTimeoutHeader = 'hibernetes-watch-timeout';
/** On the answer to a watch: what is watched (`WatchSpec`), for the Worker's bookmarks. */
export const watchSpecHeader = 'hibernetes-watch-spec';
/** On the answer to a watch: the revision from which it goes on, for bookmarks before the first event. */
export const watchPositionHeader = 'hibernetes-watch-position';
