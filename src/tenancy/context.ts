import type { Identity } from '../authn/identity.ts';
import type { SecretBytes } from '../authn/tokens.ts';
import type { AskCluster } from '../automation/hooks/client.ts';
import type { Database } from '../db/client.ts';
import type { PlatformKeys } from '../db/platform-keys.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { RestoreScope } from '../history/restore-plan.ts';
import type { ClusterRecord } from './cluster-records.ts';
import type { Operation } from './operations.ts';
import type { Principal } from './principal.ts';
import type { ProblemCode } from './problem.ts';

/** What a cluster has used since its creation. */
export interface ClusterUsage {
  awakeSeconds: number;
  activeSeconds: number;
  objects: number;
  bytes: number;
  requests: number;
  messages: number;
  alarms: number;
}

/** What is to be restored: what changed after `revision`, up to `scope.until`. */
export interface WantedRestore {
  revision: number;
  scope: RestoreScope & { until: number };
}

/** One thing that a restore would do. */
export interface PlannedStep {
  action: 'create' | 'update' | 'delete';
  resource: string;
  namespace: string;
  name: string;
}

export interface ManagementSettings {
  /** `https://HOST` that clients reach; default: the origin of the request. */
  publicUrl?: string;
  /** PEM for kubeconfigs, where the authority behind the server's certificate is not a public one. */
  certificateAuthority?: string;
  /** What `settings.controllers` of a cluster may name. */
  controllerNames: readonly string[];
  clustersPerTenantMax?: number;
  tokensPerClusterMax?: number;
}

/** What the routes of the management API work with. */
export interface ManagementOptions {
  database: Database;
  clock: Clock;
  /** For ids. */
  random: Random;
  /** For tokens: a cryptographic source. */
  secretBytes: SecretBytes;
  /** What wraps the tenants' keys. */
  platformKeys: PlatformKeys;
  /** Says who a token speaks for: an `Authenticator`'s method. */
  authenticate(token: string): Promise<Identity | undefined>;
  /** The clusters' objects. */
  clusters: {
    usage(id: string): Promise<ClusterUsage>;
    /** The certificates of the cluster's authorities, in PEM; makes one if there is none. */
    authorities(id: string): Promise<string>;
    /** Asks the API of the cluster in the name of one of its administrators. `body` is JSON; that of a PATCH a merge patch. */
    ask(id: string, request: { method: string; path: string; user: string; body?: string }): Promise<{ status: number; body: string }>;
    /** Asks it in the name of somebody with rules of his own. */
    askAs: AskCluster;
    /** There is something to deliver for the subscription with that uid. */
    deliver(id: string, subscription: string): Promise<void>;
    /** What a restore would do; undefined if the log does not reach back. */
    planRestore(id: string, restore: WantedRestore): Promise<PlannedStep[] | undefined>;
    /** There is a restore to be carried out. */
    restore(id: string): Promise<void>;
    /** Tells a subscription again what happened after a revision. How many messages; undefined if the log does not have it. */
    replay(id: string, subscription: string, afterRevision: number): Promise<number | undefined>;
    /** Tells the object that the settings of its cluster have changed. */
    reload(id: string): Promise<void>;
    /** Tells the object that its cluster is gone, so that it drops what it holds. Best effort: it is fenced anyway. */
    forget(id: string): Promise<void>;
  };
  settings: ManagementSettings;
  /** Gets what went wrong on our side; never sees tokens or bodies. */
  onError?(error: unknown): void;
}

/** What the frame has found out before a handler runs. */
export interface ManagementEnv {
  Variables: {
    /** Which route it is, and what it needs. */
    operation: Operation;
    identity: Identity;
    /** Who asks. He has the permission that the route needs. */
    principal: Principal;
    /** The cluster in the path: one of the caller's tenant, and one that his key is for. Only with `{cluster}` in the path. */
    cluster: ClusterRecord;
    /** For the audit log: the code of the problem that was answered, and whom a call without a path of its own was about. */
    problem?: ProblemCode;
    auditedTenant?: string;
    auditedCluster?: string;
    /** What the call was about, where its path does not say it. */
    auditedDetail?: string;
  };
}
