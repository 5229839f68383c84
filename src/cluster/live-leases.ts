import type { Clock } from '../lib/clock.ts';
import { rfc3339Micro } from '../lib/clock.ts';
import type { KubeObject } from '../machinery/meta.ts';
import { leases, lockLease, nodeLeaseNamespace, sessionAnnotation, type Lease } from '../resources/coordination/lease.ts';
import type { Entry } from '../storage/store.ts';

/** The lock as its holder knows it. */
export interface Lock {
  holder: string;
  epoch: number;
  acquiredAt: Date;
}

/**
 * Two kinds of Leases are not renewed by writes, which would never let a cluster sleep; what is known live is filled in
 * when they are read: a node's from its last heartbeat, the lock's from the store that holds it.
 */
export class LiveLeases {
  static readonly presented: ReadonlySet<string> = new Set([leases.resource]);
  readonly #clock: Clock;
  readonly #lock: Lock;
  readonly #heartbeatOf: (node: string) => Date | undefined;
  readonly #heardOf: ((node: string) => Date | undefined) | undefined;

  /**
   * `heartbeatOf` gives the last heartbeat of a node whose session is open, `heardOf` that of one whose session has ended: it was
   * alive until then, and no longer.
   */
  constructor(options: {
    clock: Clock;
    lock: Lock;
    heartbeatOf: (node: string) => Date | undefined;
    heardOf?: (node: string) => Date | undefined;
  }) {
    this.#clock = options.clock;
    this.#lock = options.lock;
    this.#heartbeatOf = options.heartbeatOf;
    this.#heardOf = options.heardOf;
  }

  presentObject<T extends KubeObject>(object: T): T {
    const { namespace, name } = object.metadata;
    if (namespace === nodeLeaseNamespace) {
      const heartbeat = this.#heartbeatOf(name);
      const lease = object as unknown as Lease;
      return (heartbeat ? withHeartbeat(lease, heartbeat) : withoutSession(lease, this.#heardOf?.(name))) as unknown as T;
    }
    if (namespace === lockLease.namespace && name === lockLease.name)
      return withLock(object as unknown as Lease, this.#lock, this.#clock.now()) as unknown as T;
    return object;
  }

  presentEntry(entry: Entry): Entry {
    if (entry.key.resource !== leases.resource) return entry;
    const object = this.presentObject(entry.object);
    return object === entry.object ? entry : { key: entry.key, revision: entry.revision, object, text: JSON.stringify(object) };
  }
}

const withHeartbeat = (lease: Lease, heartbeat: Date): Lease => ({
  ...lease,
  metadata: { ...lease.metadata, annotations: { ...lease.metadata.annotations, [sessionAnnotation]: 'open' } },
  spec: { ...lease.spec, renewTime: rfc3339Micro(heartbeat) },
});

/** The annotation goes, which a client that wrote back what it had read may have left there. */
function withoutSession(lease: Lease, heard: Date | undefined): Lease {
  const { [sessionAnnotation]: noted, ...annotations } = lease.metadata.annotations ?? {};
  const plain = noted === undefined ? lease : { ...lease, metadata: { ...lease.metadata, annotations } };
  if (heard === undefined || Date.parse(lease.spec?.renewTime ?? '') >= heard.getTime()) return plain;
  return { ...plain, spec: { ...lease.spec, renewTime: rfc3339Micro(heard) } };
}

function withLock(lease: Lease, lock: Lock, now: Date): Lease {
  return {
    ...lease,
    spec: {
      ...lease.spec,
      holderIdentity: lock.holder,
      leaseTransitions: lock.epoch,
      acquireTime: rfc3339Micro(lock.acquiredAt),
      renewTime: rfc3339Micro(now),
    },
  };
}
