/** Lists and maps that expressions make. */
import type { Declared } from '../types/declared.ts';
import type { Type } from '../types/type.ts';
import { ListValue, MapValue, Uint, type Outcome, type Value } from './value.ts';

/** A list of values at hand. */
export class ArrayList extends ListValue {
  readonly items: readonly Outcome[];
  /** Of a list that came from one with a schema: equality may ignore its order. */
  override readonly declared?: Declared;

  constructor(items: readonly Outcome[], declared?: Declared) {
    super();
    this.items = items;
    this.declared = declared;
  }

  get size(): number {
    return this.items.length;
  }

  at(index: number): Outcome {
    return this.items[index]!;
  }

  override [Symbol.iterator](): Iterator<Outcome> {
    return this.items[Symbol.iterator]();
  }
}

/** Two lists in a row. Nothing is copied: concatenation costs one unit whatever the size. */
export class JoinedList extends ListValue {
  readonly size: number;
  private readonly head: ListValue;
  private readonly tail: ListValue;

  constructor(head: ListValue, tail: ListValue) {
    super();
    this.head = head;
    this.tail = tail;
    this.size = head.size + tail.size;
  }

  at(index: number): Outcome {
    return index < this.head.size ? this.head.at(index) : this.tail.at(index - this.head.size);
  }

  /** Without recursion: lists that are added to themselves are deep. */
  override *[Symbol.iterator](): Iterator<Outcome> {
    const rest: ListValue[] = [this];
    for (let list = rest.pop(); list; list = rest.pop()) {
      while (list instanceof JoinedList) {
        rest.push(list.tail);
        list = list.head;
      }
      yield* list;
    }
  }
}

/** A list that a macro gathers; it is added to in place, since nobody else has it yet. */
export class GrowingList extends ListValue {
  private readonly items: Outcome[] = [];

  get size(): number {
    return this.items.length;
  }

  at(index: number): Outcome {
    return this.items[index]!;
  }

  append(list: ListValue): this {
    for (const item of list) this.items.push(item);
    return this;
  }
}

/**
 * A key as text, the same for keys that are equal (`1`, `1u` and `1.0`); `undefined` for what cannot be a key of a map.
 */
export function keyText(key: Value): string | undefined {
  switch (typeof key) {
    case 'string':
      return `s${key}`;
    case 'bigint':
      return `n${key}`;
    case 'boolean':
      return `b${key}`;
    case 'number':
      return Number.isInteger(key) ? `n${BigInt(key)}` : Number.isNaN(key) ? undefined : `d${key}`;
    default:
      return key instanceof Uint ? `n${key.value}` : undefined;
  }
}

/** A map of values at hand, and the objects of `Name{...}`. */
export class EntryMap extends MapValue {
  private readonly entries = new Map<string, readonly [Value, Outcome]>();
  override readonly objectType?: Type;

  constructor(objectType?: Type) {
    super();
    this.objectType = objectType;
  }

  /** Replaces what the key has. False if the value cannot be a key. */
  set(key: Value, value: Outcome): boolean {
    const text = keyText(key);
    if (text !== undefined) this.entries.set(text, [key, value]);
    return text !== undefined;
  }

  get size(): number {
    return this.entries.size;
  }

  find(key: Value): Outcome | undefined {
    const text = keyText(key);
    return text === undefined ? undefined : this.entries.get(text)?.[1];
  }

  *keys(): Iterable<Value> {
    for (const [key] of this.entries.values()) yield key;
  }
}
