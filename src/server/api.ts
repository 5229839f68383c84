import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { Scheme } from '../machinery/scheme.ts';
import type { Entry, Store } from '../storage/store.ts';

/** Who asks. Established by the Worker; the cluster trusts it. */
export interface User {
  name: string;
  uid?: string;
  groups: readonly string[];
  /** The only namespaces a limited token may touch; absent: all of them. */
  namespaces?: readonly string[];
}

/** Everything that the API of one cluster works with. Verbs, subresources and middleware take it as an argument. */
export interface ClusterApi {
  store: Store;
  scheme: Scheme;
  clock: Clock;
  random: Random;
  /** Fills in what is not stored but known live (a node Lease's renewTime) when an entry is read; returns it unchanged otherwise. */
  present(entry: Entry): Entry;
}

/** What Hono hands to handlers as `c.env`. */
export interface Bindings {
  user: User;
}

export interface WriteOptions {
  /** Who writes, for managedFields and audit: the field manager's name. */
  fieldManager: string;
  /** Whose request it is. Absent when the cluster itself writes. */
  user?: User;
  /** The subresource that managedFields say was written through, where that is not the one of the verb (scale). */
  managedAs?: string;
  dryRun?: boolean;
  fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  /** Sentences for the client are added here. */
  warnings?: string[];
}
