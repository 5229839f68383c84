import type { KubeObject } from '../machinery/meta.ts';
import type { CommitRow, LogRow, NewDelivery, Row } from './backend.ts';
import { StoreError, type Change, type Entry, type ObjectKey } from './store.ts';

/** An entry that is kept as text and parsed when somebody wants the object. */
class TextEntry implements Entry {
  readonly key: ObjectKey;
  readonly revision: number;
  readonly text: string;
  #object: KubeObject | undefined;

  constructor(key: ObjectKey, revision: number, text: string) {
    this.key = key;
    this.revision = revision;
    this.text = text;
  }

  get object(): KubeObject {
    return (this.#object ??= JSON.parse(this.text) as KubeObject);
  }
}

/** An entry of JSON that already has its resourceVersion. */
export const textEntry = (key: ObjectKey, revision: number, text: string): Entry => new TextEntry(key, revision, text);

/**
 * The entry of an object that is written at `revision`. The object is left alone and nothing of it is shared: its owner
 * may go on changing it.
 */
export function writtenEntry(key: ObjectKey, revision: number, object: KubeObject): Entry {
  const metadata = { ...object.metadata, resourceVersion: String(revision) };
  return new TextEntry(key, revision, JSON.stringify({ ...object, metadata }));
}

/** The entry of a row of the database. */
export const rowEntry = ({ resource, namespace, name, revision, text }: Row): Entry =>
  new TextEntry({ resource, namespace, name }, revision, text);

/** The change that a line of the log tells of. */
export function logChange(row: LogRow): Change {
  const entry = rowEntry(row);
  const { previousText, previousRevision } = row;
  const previous = previousText === undefined ? undefined : textEntry(entry.key, previousRevision, previousText);
  return { revision: row.revision, type: row.type, entry, ...(previous && { previous }) };
}

/** What the database is to write for a change. The uid is given, so that the object need not be parsed for it. */
export function commitRow({ revision, type, entry, previous }: Change, uid: string, deliveries?: readonly NewDelivery[]): CommitRow {
  const row = { ...entry.key, revision, type, text: entry.text, uid, previousRevision: previous?.revision ?? 0 };
  return deliveries ? { ...row, deliveries } : row;
}

/** What deliveries of one object have in common: they are made in order. */
export const subjectOf = ({ resource, namespace, name }: ObjectKey): string => `${resource}/${namespace}/${name}`;

const encoder = new TextEncoder();

/** The length of a text in UTF-8, in bytes. */
export const byteLength = (text: string): number => encoder.encode(text).length;

/** Keys become text columns of the database, which cannot hold these. The API's validation keeps them out long before. */
const unstorable = /[\0\p{Surrogate}]/u;

/** Throws `too-large`, and a TypeError for a key that could not be stored and would fail everybody's commit. */
export function checkStorable({ key, text }: Entry, objectBytesMax: number): void {
  if (unstorable.test(`${key.resource}/${key.namespace}/${key.name}`)) throw new TypeError('the key cannot be stored');
  if (text.length * 3 > objectBytesMax && byteLength(text) > objectBytesMax) {
    throw new StoreError('too-large', `the object is larger than ${objectBytesMax} bytes`);
  }
}
