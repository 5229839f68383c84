import { and, asc, desc, eq, isNotNull, isNull } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import type { Place } from '../db/envelope.ts';
import { certificateAuthorities, clusters } from '../db/schema.ts';
import type { StoredAuthority } from './x509.ts';

/** What private keys are sealed with: a `TenantKeyring`. */
export interface Sealing {
  seal(place: Place, text: string): Promise<string>;
  open(place: Place, text: string): Promise<string>;
}

/** Whose authorities, and how their keys are read and written. */
export interface AuthorityStore {
  orm: Database['orm'];
  cluster: string;
  keys: Sealing;
}

/**
 * The certificates of a cluster's authorities in PEM, the newest first; '' while it has none. Undefined if there is no such
 * cluster.
 */
export async function findAuthorities(orm: Database['orm'], cluster: string): Promise<string | undefined> {
  const rows = await orm
    .select({ certificate: certificateAuthorities.certificate })
    .from(clusters)
    .leftJoin(certificateAuthorities, eq(certificateAuthorities.clusterId, clusters.id))
    .where(and(eq(clusters.id, cluster), isNull(clusters.deletedAt)))
    .orderBy(desc(certificateAuthorities.createdAt), asc(certificateAuthorities.keyId));
  if (rows.length === 0) return undefined;
  return rows.map(({ certificate }) => (certificate === null ? '' : certificatePem(certificate))).join('');
}

/** The authority that signs for the cluster, made now if there is none yet. */
export async function signingAuthority(store: AuthorityStore, now: Date): Promise<StoredAuthority> {
  const found = await newestAuthority(store);
  if (found) return found;
  const { createAuthority } = await import('./x509.ts');
  const { keyId, certificate, privateKey } = await createAuthority(store.cluster, now);
  const sealed = await store.keys.seal(placeOf(store.cluster, keyId), privateKey);
  const row = { clusterId: store.cluster, keyId, certificate, privateKey: sealed };
  await store.orm.insert(certificateAuthorities).values(row).onConflictDoNothing();
  // Somebody else may have had the same thought; the newest signs.
  return (await newestAuthority(store)) ?? { keyId, certificate, privateKey };
}

async function newestAuthority({ orm, cluster, keys }: AuthorityStore): Promise<StoredAuthority | undefined> {
  const { keyId, certificate, privateKey, clusterId, createdAt } = certificateAuthorities;
  const [row] = await orm
    .select({ keyId, certificate, privateKey })
    .from(certificateAuthorities)
    .where(and(eq(clusterId, cluster), isNotNull(privateKey)))
    .orderBy(desc(createdAt), asc(keyId))
    .limit(1);
  return row?.privateKey ? { ...row, privateKey: await keys.open(placeOf(cluster, row.keyId), row.privateKey) } : undefined;
}

const placeOf = (cluster: string, keyId: string): Place => ['certificate_authorities', cluster, keyId];

/** DER in base64 as PEM. */
const certificatePem = (der: string): string =>
  `-----BEGIN CERTIFICATE-----\n${der.replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE-----\n`;
