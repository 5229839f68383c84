import type { KubeObject } from '../machinery/meta.ts';
import type { CommitRow, LogRow, NewDelivery, Row } from './backend.ts';
import type { EntryPool, Pooled } from './entry-pool.ts';
import type { Packed } from './packing/packer.ts';
import type { Template } from './packing/template.ts';
import { StoreError, type Change, type Entry, type ObjectKey, type Writer } from './store.ts';

/**
 * An entry that is kept as text and parsed when somebody wants the object. In a store whose entries are many it is kept as the
 * values of a template instead, and its parsed object only while it is used (`EntryPool`).
 */
export class StoredEntry implements Entry, Pooled {
  readonly key: ObjectKey;
  readonly revision: number;
  pool: EntryPool | undefined;
  used = false;
  counted = 0;
  /** The text, or the values of the template's holes. */
  #content: string;
  #template: Template | undefined;
  #object: KubeObject | undefined;

  constructor(key: ObjectKey, revision: number, text: string) {
    this.key = key;
    this.revision = revision;
    this.#content = text;
  }

  get text(): string {
    return this.#template ? this.#template.text(this.#content) : this.#content;
  }

  get object(): KubeObject {
    this.used = true;
    return this.#object ?? this.#parsed();
  }

  get plainText(): string | undefined {
    return this.#template ? undefined : this.#content;
  }

  get weight(): number {
    return this.#content.length * (this.#template ? weights.packed : weights.plain);
  }

  pack({ template, values }: Packed): void {
    this.#template = template;
    this.#content = values;
  }

  forgetObject(): void {
    this.#object = undefined;
    this.used = false;
  }

  #parsed(): KubeObject {
    const object = (this.#template ? this.#template.object(this.#content) : JSON.parse(this.#content)) as KubeObject;
    this.#object = object;
    if (this.counted === 0) this.pool?.warmed(this);
    return object;
  }
}

/** What an entry takes, its parsed object included, in bytes a character of what it is kept as; measured with pods and nodes. */
const weights = { plain: 3.5, packed: 10 };

/** An entry of JSON that already has its resourceVersion. */
export const textEntry = (key: ObjectKey, revision: number, text: string): StoredEntry => new StoredEntry(key, revision, text);

/**
 * The entry of an object that is written at `revision`. The object is left alone and nothing of it is shared: its owner
 * may go on changing it.
 */
export function writtenEntry(key: ObjectKey, revision: number, object: KubeObject): StoredEntry {
  const metadata = { ...object.metadata, resourceVersion: String(revision) };
  return new StoredEntry(key, revision, JSON.stringify({ ...object, metadata }));
}

/** The entry of a row of the database. */
export const rowEntry = ({ resource, namespace, name, revision, text }: Row): StoredEntry =>
  new StoredEntry({ resource, namespace, name }, revision, text);

/** The change that a line of the log tells of. */
export function logChange(row: LogRow): Change {
  const entry = rowEntry(row);
  const { previousText, previousRevision } = row;
  const previous = previousText === undefined ? undefined : textEntry(entry.key, previousRevision, previousText);
  return { revision: row.revision, type: row.type, entry, ...(previous && { previous }) };
}

/**
 * What the database is to write for a change. The uid is given, so that the object need not be parsed for it. With `carries`
 * the line has the state before.
 */
export function commitRow(
  { revision, type, entry, previous }: Change,
  uid: string,
  { writer, carries = false, deliveries }: { writer?: Writer; carries?: boolean; deliveries?: readonly NewDelivery[] } = {},
): CommitRow {
  const row: CommitRow = { ...entry.key, revision, type, text: entry.text, uid, previousRevision: previous?.revision ?? 0 };
  if (deliveries) row.deliveries = deliveries;
  if (writer?.user) row.user = writer.user.name;
  if (writer?.fieldManager) row.fieldManager = writer.fieldManager;
  if (carries && previous) row.carriedText = previous.text;
  return row;
}

/** What deliveries of one object have in common: they are made in order. */
export const subjectOf = ({ resource, namespace, name }: ObjectKey): string => `${resource}/${namespace}/${name}`;

const encoder = new TextEncoder();

/** The length of a text in UTF-8, in bytes. */
export const byteLength = (text: string): number => encoder.encode(text).length;

/** Keys become text columns of the database, which cannot hold these. The API's validation keeps them out long before. */
const unstorable = /[\0\p{Surrogate}]/u;
/** What keys are made of nearly always. */
const plain = /^[!-~]*$/;

/** Throws `too-large`, and a TypeError for a key that could not be stored and would fail everybody's commit. */
export function checkStorable({ key, text }: Entry, objectBytesMax: number): void {
  const path = `${key.resource}/${key.namespace}/${key.name}`;
  if (!plain.test(path) && unstorable.test(path)) throw new TypeError('the key cannot be stored');
  if (text.length * 3 > objectBytesMax && byteLength(text) > objectBytesMax) {
    throw new StoreError('too-large', `the object is larger than ${objectBytesMax} bytes`);
  }
}
