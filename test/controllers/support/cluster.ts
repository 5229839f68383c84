import { rfc3339 } from '../../../src/lib/clock.ts';
import { nameSuffix, seededRandom, type Random } from '../../../src/lib/random.ts';
import type { KubeObject } from '../../../src/machinery/meta.ts';
import type { Snapshot } from '../../../src/machinery/reader.ts';
import { keyOf, type Controller, type EventDraft, type Plan, type Trigger, type Write } from '../../../src/machinery/reconcile.ts';
import type { AnyResource, ResourceDefinition } from '../../../src/machinery/resource.ts';
import { alreadyExists, conflict, notFound, StatusError } from '../../../src/machinery/status.ts';

export interface TestClusterOptions {
  controllers: readonly Controller[];
  seed?: number;
  /** Refuses a write as the API might: quota, admission. */
  refuse?: (write: Write) => StatusError | undefined;
}

export interface RecordedEvent {
  type: string;
  reason: string;
  message: string;
  regarding: string;
}

/**
 * A cluster small enough to think about: plain objects, a clock that only tests move, and the reconcile loop's rules (a plan
 * at a time, changes trigger keys, failures come back). Stored objects are frozen, so whoever changes a shared one fails.
 */
export class TestCluster implements Snapshot {
  now = new Date('2026-01-01T00:00:00Z');
  revision = 0;
  readonly events: RecordedEvent[] = [];
  readonly random: Random;
  refuse: (write: Write) => StatusError | undefined;
  /** Called after every plan that was carried out. */
  onStep: () => void = () => {};
  readonly #controllers: readonly Controller[];
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #queue = new Set<string>();
  readonly #timers = new Map<string, number>();
  readonly #failures = new Map<string, StatusError[]>();

  constructor(options: TestClusterOptions) {
    this.#controllers = options.controllers;
    this.random = seededRandom(options.seed ?? 1);
    this.refuse = options.refuse ?? (() => undefined);
  }

  get<T extends KubeObject>(resource: ResourceDefinition<T>, namespace: string, name: string): T | undefined {
    return this.#of(resource).get(`${namespace}/${name}`) as T | undefined;
  }

  list<T extends KubeObject>(resource: ResourceDefinition<T>, namespace?: string): readonly T[] {
    const all = [...this.#of(resource).entries()].filter(
      ([, o]) => namespace === undefined || o.metadata.namespace === namespace,
    );
    return all.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object as T);
  }

  ownedBy<T extends KubeObject>(resource: ResourceDefinition<T>, uid: string): readonly T[] {
    return this.list(resource).filter((object) => object.metadata.ownerReferences?.some((reference) => reference.uid === uid));
  }

  dependentsOf(uid: string): readonly KubeObject[] {
    const all = [...this.#objects.values()].flatMap((objects) => [...objects.values()]);
    return all.filter((object) => object.metadata.ownerReferences?.some((reference) => reference.uid === uid));
  }

  /** Creates as a client would; `metadata` needs a name or a generateName. */
  create<T extends KubeObject>(resource: ResourceDefinition<T>, draft: object): T {
    const object = structuredClone(draft) as T;
    const { metadata } = object;
    metadata.name ??= metadata.generateName + nameSuffix(this.random);
    if (this.get(resource, metadata.namespace ?? '', metadata.name))
      throw alreadyExists({ group: resource.group, resource: resource.plural, name: metadata.name });
    metadata.uid = this.random.uuid();
    metadata.creationTimestamp = rfc3339(this.now);
    if (resource.hasSpec) metadata.generation = 1;
    object.apiVersion = resource.apiVersion;
    object.kind = resource.kind;
    resource.strategy.defaults?.(object);
    return this.#put(resource, object);
  }

  /** Changes an object as a client would: generation rises when anything but metadata and status did. */
  change<T extends KubeObject>(resource: ResourceDefinition<T>, namespace: string, name: string, change: (object: T) => void): T {
    const old = this.get(resource, namespace, name);
    if (!old) throw notFound({ group: resource.group, resource: resource.plural, name });
    const next = structuredClone(old);
    change(next);
    resource.strategy.defaults?.(next);
    if (JSON.stringify(next.metadata) !== JSON.stringify(old.metadata))
      resource.strategy.prepareForUpdate?.(next, old, { now: this.now, random: this.random });
    const desired = ({ metadata: _metadata, status: _status, ...rest }: T & { status?: unknown }) => JSON.stringify(rest);
    if (resource.hasSpec && desired(next) !== desired(old)) next.metadata.generation = (old.metadata.generation ?? 0) + 1;
    return this.#put(resource, next, old);
  }

  /** Deletes at once, without finalizers or grace. */
  remove<T extends KubeObject>(resource: ResourceDefinition<T>, namespace: string, name: string): void {
    const old = this.get(resource, namespace, name);
    if (!old) throw notFound({ group: resource.group, resource: resource.plural, name });
    this.revision++;
    this.#of(resource).delete(`${namespace}/${name}`);
    this.#trigger(resource, old);
  }

  /** The keys (`controller key`) that are due, oldest first. */
  get due(): readonly string[] {
    for (const [id, time] of this.#timers) if (time <= this.now.getTime()) this.#enqueue(id);
    return [...this.#queue];
  }

  /** When the next key is due by itself, in ms from now. */
  get nextMs(): number | undefined {
    const times = [...this.#timers.values()];
    return times.length > 0 ? Math.min(...times) - this.now.getTime() : undefined;
  }

  /** Reconciles one key and carries its plan out. */
  reconcile(id: string): Plan {
    this.#queue.delete(id);
    this.#timers.delete(id);
    const plan = this.plan(id);
    const failed = new Map<Write, StatusError>();
    for (const write of plan.writes) {
      try {
        this.#carryOut(write);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        failed.set(write, error);
      }
    }
    this.#failures.set(id, [...failed.values()]);
    for (const event of plan.events) if (!event.after || !failed.has(event.after)) this.#record(event);
    const delay = failed.size > 0 ? 1000 : plan.requeueAfterMs;
    if (delay !== undefined) this.#timers.set(id, this.now.getTime() + delay);
    this.onStep();
    return plan;
  }

  /** What a controller would do for a key now. */
  plan(id: string): Plan {
    const space = id.indexOf(' ');
    const controller = this.#controllers.find(({ name }) => name === id.slice(0, space));
    if (!controller) throw new Error(`no controller ${id}`);
    return controller.reconcile(id.slice(space + 1), this, {
      now: this.now,
      random: this.random,
      failures: this.#failures.get(id) ?? [],
    });
  }

  /** Reconciles, and lets `others` (kubelets) act, until nobody has anything to do. Fails when that never comes. */
  settle(others: () => boolean = () => false, stepsMax = 2000): void {
    for (let steps = 0; ; steps++) {
      if (steps > stepsMax) throw new Error(`no rest after ${stepsMax} steps: ${this.due.join(', ')}`);
      const [id] = this.due;
      if (id !== undefined) this.reconcile(id);
      else if (!others()) return;
    }
  }

  /** Moves the clock. */
  advance(seconds: number): void {
    this.now = new Date(this.now.getTime() + seconds * 1000);
  }

  #carryOut(write: Write): void {
    const refusal = this.refuse(write);
    if (refusal) throw refusal;
    switch (write.verb) {
      case 'create':
        this.create(write.resource, write.object);
        return;
      case 'update': {
        const { metadata } = write.object;
        const subject = { group: write.resource.group, resource: write.resource.plural, name: metadata.name };
        const old = this.get(write.resource, metadata.namespace ?? '', metadata.name) as KubeObject | undefined;
        if (!old) throw notFound(subject);
        if (old.metadata.resourceVersion !== metadata.resourceVersion) throw conflict(subject);
        this.#update(write, old);
        return;
      }
      case 'delete':
        this.#delete(write);
        return;
      case 'bind':
        throw new Error('nobody binds here');
    }
  }

  #update({ resource, object, subresource }: Write & { verb: 'update' }, old: KubeObject): void {
    const written = structuredClone(object) as KubeObject & { status?: unknown };
    const before = old as KubeObject & { status?: unknown };
    if (JSON.stringify(written) === JSON.stringify(before)) throw new Error(`a write that changes nothing: ${keyOf(old)}`);
    this.change(resource, old.metadata.namespace ?? '', old.metadata.name, (next: KubeObject & { status?: unknown }) => {
      if (subresource === 'status') Object.assign(next, { status: written.status, metadata: { ...next.metadata, annotations: written.metadata.annotations } });
      else Object.assign(next, written, { status: before.status });
    });
    // The last finalizer held it, unless a node still has to end it.
    const { metadata } = object;
    const isHeldByNode = resource.plural === 'pods' && (object as KubeObject & { spec?: { nodeName?: string } }).spec?.nodeName;
    if (metadata.deletionTimestamp && old.metadata.finalizers?.length && !metadata.finalizers?.length && !isHeldByNode)
      this.remove(resource, metadata.namespace ?? '', metadata.name);
  }

  #delete(write: Write & { verb: 'delete' }): void {
    const { resource, namespace, name, uid, resourceVersion } = write;
    const subject = { group: resource.group, resource: resource.plural, name };
    const old = this.get(resource as AnyResource, namespace, name) as (KubeObject & { spec?: { nodeName?: string } }) | undefined;
    if (!old) throw notFound(subject);
    if (uid && uid !== old.metadata.uid) throw conflict(subject);
    if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) throw conflict(subject);
    const isHeld = (resource.plural === 'pods' && old.spec?.nodeName) || old.metadata.finalizers?.length;
    if (!isHeld) this.remove(resource as AnyResource, namespace, name);
    else if (!old.metadata.deletionTimestamp)
      this.change(resource as AnyResource, namespace, name, (object) => {
        object.metadata.deletionTimestamp = rfc3339(this.now);
      });
  }

  #put<T extends KubeObject>(resource: ResourceDefinition<T>, object: T, old?: T): T {
    object.metadata.resourceVersion = String(++this.revision);
    this.#of(resource).set(`${object.metadata.namespace ?? ''}/${object.metadata.name}`, deepFreeze(object));
    this.#trigger(resource, object, old);
    if (old) this.#trigger(resource, old, object);
    return object;
  }

  #trigger(resource: AnyResource, object: KubeObject, other?: KubeObject): void {
    for (const controller of this.#controllers)
      for (const trigger of triggersOf(controller, resource))
        if (!other || trigger.concerns?.(object, other) !== false)
          for (const key of trigger.keys(object, this)) this.#enqueue(`${controller.name} ${key}`);
  }

  #enqueue(id: string): void {
    this.#timers.delete(id);
    this.#queue.add(id);
  }

  #record({ regarding, type, reason, message }: EventDraft): void {
    this.events.push({ type, reason, message, regarding: `${regarding.kind}/${regarding.metadata.name}` });
  }

  #of(resource: AnyResource): Map<string, KubeObject> {
    let objects = this.#objects.get(resource.resource);
    if (!objects) this.#objects.set(resource.resource, (objects = new Map()));
    return objects;
  }
}

function triggersOf(controller: Controller, resource: AnyResource): readonly Trigger[] {
  const own = controller.triggers.filter((trigger) => trigger.resource.resource === resource.resource);
  const more = own.length === 0 ? controller.triggerFor?.(resource) : undefined;
  return more ? [more] : own;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
