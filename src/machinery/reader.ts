import type { KubeObject } from './meta.ts';
import type { ResourceDefinition } from './resource.ts';

/**
 * Reads objects from one consistent state, synchronously. What it returns is shared: never change it, copy it
 * (`structuredClone`) first.
 */
export interface Reader {
  get<T extends KubeObject>(resource: ResourceDefinition<T>, namespace: string, name: string): T | undefined;
  /** In order of namespace, then name. Without a namespace: all of them. */
  list<T extends KubeObject>(resource: ResourceDefinition<T>, namespace?: string): readonly T[];
  /**
   * The objects of a kind whose names fit, in the same order; no others are looked at. For kinds with large objects. Without
   * it, list the kind.
   */
  named?<T extends KubeObject>(resource: ResourceDefinition<T>, fits: (name: string) => boolean): readonly T[];
}

/** What a controller sees: the committed state of the cluster at one revision, with an index by owner. */
export interface Snapshot extends Reader {
  readonly revision: number;
  /** The objects of a kind that name `uid` in an ownerReference. */
  ownedBy<T extends KubeObject>(resource: ResourceDefinition<T>, uid: string): readonly T[];
  /** Every object of any kind that names `uid` in an ownerReference. For the garbage collector. */
  dependentsOf(uid: string): readonly KubeObject[];
  /**
   * The objects of a kind in a namespace that no controller manages (no ownerReference with `controller: true`). Without it,
   * controllers list the namespace and look for themselves.
   */
  orphans?<T extends KubeObject>(resource: ResourceDefinition<T>, namespace: string): readonly T[];
  /**
   * The objects of a kind whose selectable field (`ResourceDefinition.selectableFields`) has this value, as pods by
   * `spec.nodeName`. Without it, controllers list the kind and look for themselves.
   */
  withField?<T extends KubeObject>(resource: ResourceDefinition<T>, field: string, value: string): readonly T[];
  /** The objects of a kind one after the other, in order, so that large kinds need not be in memory all at once. */
  each?<T extends KubeObject>(resource: ResourceDefinition<T>): Iterable<T>;
  /**
   * The changes after `revision`, oldest first, to the kinds with these names (`ResourceDefinition.resource`), so that what
   * is derived from the state can follow it. `undefined` if they are not known any more: then look at everything.
   */
  changesSince?(revision: number, resources: ReadonlySet<string>): readonly ObjectChange[] | undefined;
}

/** What happened to one object. */
export interface ObjectChange {
  /** `ResourceDefinition.resource`. */
  readonly resource: string;
  /** Missing for a new object. */
  readonly before?: KubeObject;
  /** Missing for one that is gone. */
  readonly after?: KubeObject;
}
