import { sealedPrefix, sealedVersion, type Place } from '../db/envelope.ts';
import type { TenantKeyring } from '../db/tenant-keys.ts';
import type { CommitRow } from './backend.ts';
import type { ObjectKey } from './store.ts';

/** The kinds that are encrypted in the database, as `resources` of upstream's EncryptionConfiguration. */
export const encryptedResources: ReadonlySet<string> = new Set(['secrets']);

/** Values that are encrypted or decrypted at once: the memory of a batch is bounded, and others get their turn in between. */
const batchSize = 256;

export interface RowEncryptionOptions {
  clusterId: string;
  keys: TenantKeyring;
  /** Default: `encryptedResources`. */
  resources?: ReadonlySet<string>;
}

/** The text of a row, and what tells it from every other one. */
export interface PlacedText extends ObjectKey {
  uid: string;
  text: string;
}

/**
 * What of a cluster's rows is encrypted, and how: the whole object, as a JSON string `"sealed:v1:VERSION:BASE64URL"` in place
 * of the JSON object. Whatever the list of kinds says today, what is sealed is opened, and what is not is taken as it is.
 */
export class RowEncryption {
  readonly resources: ReadonlySet<string>;
  readonly #clusterId: string;
  readonly #keys: TenantKeyring;

  constructor({ clusterId, keys, resources = encryptedResources }: RowEncryptionOptions) {
    this.#clusterId = clusterId;
    this.#keys = keys;
    this.resources = resources;
  }

  /** Makes sure that there are keys to go on with. Throws an `EncryptionError` or a `DatabaseError`. */
  check(): Promise<void> {
    return this.#keys.check();
  }

  /** What the text of a row begins with that is sealed with the newest key. */
  async currentPrefix(): Promise<string> {
    return `"${sealedPrefix((await this.#keys.writing()).version)}`;
  }

  /** Whether any of the rows has to be sealed. */
  concerns(rows: readonly ObjectKey[]): boolean {
    return rows.some(({ resource }) => this.resources.has(resource));
  }

  /** The rows as they are to be stored. Throws an `EncryptionError` or a `DatabaseError`; nothing was written then. */
  sealed(rows: readonly CommitRow[]): Promise<CommitRow[]> {
    return inBatches(rows, async (row) => {
      if (!this.resources.has(row.resource)) return row;
      const { carriedText } = row;
      const text = await this.sealText(row);
      // It is the same object, in the same place: a uid never changes.
      return carriedText === undefined ? { ...row, text } : { ...row, text, carriedText: await this.sealText({ ...row, text: carriedText }) };
    });
  }

  /** The texts as they were before they were sealed. Throws an `EncryptionError` if one does not open, or a `DatabaseError`. */
  async opened(rows: readonly PlacedText[]): Promise<readonly string[]> {
    if (!rows.some(isSealed)) return rows.map(({ text }) => text);
    return inBatches(rows, (row) => this.openText(row));
  }

  /** One row's text as it is to be stored. */
  async sealText(row: PlacedText): Promise<string> {
    return `"${await this.#keys.seal(this.#placeOf(row), row.text)}"`;
  }

  /** One row's text as it was. */
  async openText(row: PlacedText): Promise<string> {
    return isSealed(row) ? this.#keys.open(this.#placeOf(row), row.text.slice(1, -1)) : row.text;
  }

  #placeOf({ resource, namespace, name, uid }: PlacedText): Place {
    return ['objects', this.#clusterId, resource, namespace, name, uid];
  }
}

async function inBatches<T, R>(items: readonly T[], change: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += batchSize)
    results.push(...(await Promise.all(items.slice(start, start + batchSize).map(change))));
  return results;
}

/** Whether a row's text is sealed. No object's JSON is a string. */
export const isSealed = ({ text }: { text: string }): boolean =>
  text.startsWith('"') && sealedVersion(text.slice(1, 32)) !== undefined;
