import { asc, eq } from 'drizzle-orm';
import type { CryptoKey } from 'jose';
import type { Clock } from '../lib/clock.ts';
import type { Database } from './client.ts';
import { databaseError } from './errors.ts';
import { DoesNotOpen, importKey, keyBytes, open, seal, sealedVersion, type DataKey, type Place } from './envelope.ts';
import { EncryptionError, type PlatformKeys, type WrappedKey } from './platform-keys.ts';
import { clusters, tenantKeys } from './schema.ts';

/** One version of a tenant's key, as it is stored. */
export interface TenantKeyRecord extends WrappedKey {
  version: number;
}

/** The keys of a tenant as they are stored, the oldest first. */
export interface TenantKeyRecords {
  tenant: string;
  keys: readonly TenantKeyRecord[];
}

/** Whose keys: a tenant's, or those of the tenant that a cluster belongs to. */
export type KeyOwner = { tenant: string } | { cluster: string };

/** What a wrapped key belongs to: it unwraps for no other tenant. */
export const keyPlace = (tenant: string, version: number): Place => ['tenant_keys', tenant, version];

/** For how long writers use the newest key they know before they look for a newer one. */
export const keysFreshMs = 60_000;

/** For how long after a rotation somebody may still write with the key before, all delays included. */
export const settledAfterMs = 5 * keysFreshMs;

export interface TenantKeyringOptions {
  orm: Database['orm'];
  owner: KeyOwner;
  platformKeys: PlatformKeys;
  clock: Clock;
}

/**
 * The keys of one tenant, unwrapped when they are needed and kept in memory. The first one is made when something is first
 * sealed. Throws `EncryptionError` where a key is missing or does not fit, and `DatabaseError`.
 */
export class TenantKeyring {
  readonly #orm: Database['orm'];
  readonly #owner: KeyOwner;
  readonly #platformKeys: PlatformKeys;
  readonly #clock: Clock;
  /** A version's key never changes, however it is wrapped: what was unwrapped once stays. */
  readonly #unwrapped = new Map<number, CryptoKey>();
  #known: (TenantKeyRecords & { readAtMs: number }) | undefined;
  #reading: Promise<TenantKeyRecords> | undefined;

  constructor({ orm, owner, platformKeys, clock }: TenantKeyringOptions) {
    this.#orm = orm;
    this.#owner = owner;
    this.#platformKeys = platformKeys;
    this.#clock = clock;
  }

  /** Makes sure that something could be sealed now. */
  async check(): Promise<void> {
    const { tenant, keys } = await this.#fresh();
    const newest = keys.at(-1);
    if (newest) await this.#unwrap(tenant, newest);
    else this.#platformKeys.wrappingId();
  }

  /** The newest key, made if there is none. A newer one is noticed within `keysFreshMs`. */
  async writing(): Promise<DataKey> {
    let { tenant, keys } = await this.#fresh();
    if (keys.length === 0) {
      await addTenantKey(this.#orm, this.#platformKeys, tenant, 1);
      ({ tenant, keys } = await this.#read());
    }
    const newest = keys.at(-1)!;
    return { version: newest.version, key: await this.#unwrap(tenant, newest) };
  }

  /** Seals a text with the newest key. */
  async seal(place: Place, text: string): Promise<string> {
    return seal(await this.writing(), place, text);
  }

  /** The text that was sealed for the place; one that is not sealed as it is. */
  async open(place: Place, text: string): Promise<string> {
    const version = sealedVersion(text);
    if (version === undefined) return text;
    const key = this.#unwrapped.get(version) ?? (await this.#reader(version));
    try {
      return await open(key, place, text);
    } catch (error) {
      if (!(error instanceof DoesNotOpen)) throw error;
      // Names are not told, which not everybody may know who gets to read this.
      throw new EncryptionError(`what is stored in ${place[0]} of ${place.at(-1)} was encrypted with another key, or does not belong there`);
    }
  }

  async #reader(version: number): Promise<CryptoKey> {
    const of = ({ keys }: TenantKeyRecords) => keys.find((each) => each.version === version);
    const known = this.#known && of(this.#known);
    const { tenant } = known ? this.#known! : await this.#read();
    const record = known ?? of(this.#known!);
    if (!record) throw new EncryptionError(`version ${version} of the key of the tenant is missing`);
    return this.#unwrap(tenant, record);
  }

  async #unwrap(tenant: string, record: TenantKeyRecord): Promise<CryptoKey> {
    const known = this.#unwrapped.get(record.version);
    if (known) return known;
    const key = await importKey(await this.#platformKeys.unwrap(keyPlace(tenant, record.version), record));
    this.#unwrapped.set(record.version, key);
    return key;
  }

  async #fresh(): Promise<TenantKeyRecords> {
    const known = this.#known;
    return known && this.#clock.now().getTime() - known.readAtMs < keysFreshMs ? known : this.#read();
  }

  #read(): Promise<TenantKeyRecords> {
    this.#reading ??= (async () => {
      const readAtMs = this.#clock.now().getTime();
      const records = await readTenantKeys(this.#orm, this.#owner);
      return (this.#known = { ...records, readAtMs });
    })().finally(() => (this.#reading = undefined));
    return this.#reading;
  }
}

/** The keys of a tenant. Throws `EncryptionError` if there is no such tenant or cluster, and `DatabaseError`. */
async function readTenantKeys(orm: Database['orm'], owner: KeyOwner): Promise<TenantKeyRecords> {
  const { version, platformKeyId, wrappedKey } = tenantKeys;
  const columns = { tenant: clusters.tenantId, version, platformKeyId, wrappedKey };
  try {
    if ('tenant' in owner) {
      const keys = await orm
        .select({ version, platformKeyId, wrappedKey })
        .from(tenantKeys)
        .where(eq(tenantKeys.tenantId, owner.tenant))
        .orderBy(asc(version));
      return { tenant: owner.tenant, keys };
    }
    const rows = await orm
      .select(columns)
      .from(clusters)
      .leftJoin(tenantKeys, eq(tenantKeys.tenantId, clusters.tenantId))
      .where(eq(clusters.id, owner.cluster))
      .orderBy(asc(version));
    if (!rows[0]) throw new EncryptionError('there is no such cluster');
    const keys = rows.flatMap((row) =>
      row.version === null || row.platformKeyId === null || row.wrappedKey === null
        ? []
        : [{ version: row.version, platformKeyId: row.platformKeyId, wrappedKey: row.wrappedKey }],
    );
    return { tenant: rows[0].tenant, keys };
  } catch (error) {
    throw error instanceof EncryptionError ? error : databaseError(error);
  }
}

/** Adds a version of a tenant's key, new and random. Returns whether it was added: somebody else may have been faster. */
export async function addTenantKey(orm: Database['orm'], platformKeys: PlatformKeys, tenant: string, version: number): Promise<boolean> {
  const wrapped = await platformKeys.wrap(keyPlace(tenant, version), crypto.getRandomValues(new Uint8Array(keyBytes)));
  try {
    const added = await orm
      .insert(tenantKeys)
      .values({ tenantId: tenant, version, ...wrapped })
      .onConflictDoNothing()
      .returning({ version: tenantKeys.version });
    return added.length > 0;
  } catch (error) {
    throw databaseError(error);
  }
}
