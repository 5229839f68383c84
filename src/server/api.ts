import type { AdmissionChain } from '../admission/chain.ts';
import type { StatedOptions } from '../admission/plugin.ts';
import type { Registered } from '../admission/registered.ts';
import type { Authorizer } from '../authz/authorizer.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { NodeMeter } from '../machinery/node-usage.ts';
import type { Reader } from '../machinery/reader.ts';
import type { AnyResource } from '../machinery/resource.ts';
import type { Scheme } from '../machinery/scheme.ts';
import type { TokenBinding } from '../machinery/token-claims.ts';
import type { UserInfo } from '../machinery/user.ts';
import type { Entry, Store } from '../storage/store.ts';
import type { AuditTrail } from './audit/trail.ts';
import type { ClusterCertificates } from './certificates/cluster-certificates.ts';
import type { Flow } from './flowcontrol/flow-control.ts';
import type { RequestVerb } from './http/authorize.ts';
import type { ResourcePath } from './http/path.ts';
import type { ClusterTokens } from './tokens/cluster-tokens.ts';
import type { WebhookClient } from './webhooks/client.ts';

/** Who asks. Established by the Worker; the cluster trusts it. */
export interface User extends UserInfo {
  /** What the user's token ends with: checked against the cluster's state at every request. */
  readonly boundTo?: TokenBinding;
}

/** Everything that the API of one cluster works with. Verbs, subresources and the chain take it as an argument. */
export interface ClusterApi {
  store: Store;
  scheme: Scheme;
  clock: Clock;
  random: Random;
  /** What has a say in every write, besides the kind itself. */
  admission: AdmissionChain;
  /** The webhooks and policies of the cluster. */
  registered: Registered;
  /** Reaches webhooks. */
  webhooks: WebhookClient;
  /** The committed state, read without waiting. */
  committed: Reader;
  authorizer: Authorizer;
  tokens: ClusterTokens;
  certificates: ClusterCertificates;
  /** Asks nodes what they use. */
  meter: NodeMeter;
  /** Fills in what is not stored but known live (a node Lease's renewTime) when an entry is read; returns it unchanged otherwise. */
  present(entry: Entry): Entry;
}

/** What Hono hands to handlers as `c.env`. */
export interface Bindings {
  user: User;
  /** Where clients reach the cluster: `https://HOST/clusters/ID`. The issuer of its tokens. */
  address: string;
  /** Noted on the way, for who looks at the answer later: what the request turned out to be about. */
  about?: RequestAbout;
  /** Noted on the way: sentences for the client, which an error is sent with too. */
  warnings?: readonly string[];
  /** Noted on the way: what the request was sorted into, once it was. */
  flow?: Flow;
  /** Noted on the way, if the request is audited. */
  audit?: AuditTrail;
}

/** A request about a resource that there is. */
export interface RequestAbout {
  verb: RequestVerb;
  path: ResourcePath;
  resource: AnyResource;
  query: URLSearchParams;
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
  /** What of these the client said itself, for webhooks and policies. */
  stated?: StatedOptions;
  /** Of a deletion: it is one of a collection's. */
  isOfCollection?: boolean;
  /** Sentences for the client are added here. */
  warnings?: string[];
  /** The kind in the version of the request, where it is another than the stored one. */
  served?: AnyResource;
  /** Notes for the audit log are added here. */
  annotations?: Map<string, string>;
}
