import { z } from '@hono/zod-openapi';
import { deleteSigningKey, listSigningKeys, rotateSigningKey, type SigningKeyView } from '../authn/signing-key-rotation.ts';
import { keyVersionsMax, rotateTenantKey, tenantKeyStatus } from '../db/key-rotation.ts';
import { EncryptionError } from '../db/platform-keys.ts';
import { settledAfterMs, TenantKeyring } from '../db/tenant-keys.ts';
import type { ManagementOptions } from './context.ts';
import { Problem } from './problem.ts';
import { reencryptClusters } from './reencrypt.ts';
import { defineRoute, empty, json, optionalBody, routeGroup } from './route.ts';
import { ClusterPath, Instant } from './shapes.ts';

const tags = ['Keys'];
/** What one call of `reencrypt` does at most. */
const clustersMax = 100;
const rowsMax = 5_000;
/** Signing keys of a cluster that verify. */
const signingKeysMax = 20;
/** As long as verifiers may keep the list of keys that they have read (`server/endpoints/openid.ts`). */
const publishedSeconds = 3_600;

const Keys = z
  .object({
    versions: z
      .array(z.object({ version: z.int(), createdAt: Instant, writes: z.boolean() }))
      .meta({ description: 'The newest first, which writes. The others are still needed to read.' }),
    clusters: z.object({
      total: z.int(),
      reencrypted: z.int().meta({ description: 'Those in which the newest version has replaced the others, but for the log.' }),
    }),
    reencryptsFrom: Instant.nullable().meta({ description: 'Until then somebody may still write with the version before.' }),
    failed: z.array(z.string()).optional().meta({ description: 'What could not be read, and was left as it is.' }),
  })
  .openapi('EncryptionKeys');

const SigningKeys = z
  .object({
    items: z.array(
      z.object({
        id: z.string().meta({ description: 'The `kid` of its tokens.' }),
        createdAt: Instant,
        signsFrom: Instant,
        signsUntil: Instant.nullable(),
        verifiesUntil: Instant.nullable().meta({ description: 'When the last token that it may have signed is over.' }),
      }),
    ),
  })
  .openapi('SigningKeys');

const RotateSigningKey = z
  .strictObject({
    signsAfterSeconds: z
      .int()
      .min(0)
      .max(7 * 86_400)
      .default(publishedSeconds)
      .meta({ description: 'How long it is published before it signs, so that verifiers know it by then.' }),
  })
  .openapi('RotateSigningKey');

const KeyPath = ClusterPath.extend({ key: z.string().max(100).meta({ description: 'Its id.' }) });

const get = defineRoute({
  operationId: 'getKeys',
  method: 'get',
  path: '/v1/keys',
  tags,
  summary: 'Shows the keys that encrypt the tenant’s Secrets',
  description: 'Versions and progress; a key itself is never shown.',
  permission: 'encryption-keys.read',
  responses: { 200: json(Keys, 'The versions') },
});

const rotate = defineRoute({
  operationId: 'rotateKeys',
  method: 'post',
  path: '/v1/keys/rotate',
  tags,
  summary: 'Makes a new version of the key',
  description: 'New writes use it within a minute. What is there is encrypted anew in the background.',
  permission: 'encryption-keys.write',
  responses: { 201: json(Keys, 'The versions') },
});

const reencrypt = defineRoute({
  operationId: 'reencrypt',
  method: 'post',
  path: '/v1/keys/reencrypt',
  tags,
  summary: 'Encrypts a part of what is there with the newest version, now',
  description: 'The schedule does so by itself. For who does not want to wait: repeat it until all clusters are done.',
  permission: 'encryption-keys.write',
  responses: { 200: json(Keys, 'The progress') },
});

const listSigning = defineRoute({
  operationId: 'listSigningKeys',
  method: 'get',
  path: '/v1/clusters/{cluster}/signing-keys',
  tags,
  summary: 'Lists the keys of a cluster’s ServiceAccount tokens',
  permission: 'signing-keys.read',
  request: { params: ClusterPath },
  responses: { 200: json(SigningKeys, 'Those that verify, the newest first') },
});

const rotateSigning = defineRoute({
  operationId: 'rotateSigningKeys',
  method: 'post',
  path: '/v1/clusters/{cluster}/signing-keys/rotate',
  tags,
  summary: 'Makes a new key for a cluster’s ServiceAccount tokens',
  description: 'The others verify until the last token that they have signed is over.',
  permission: 'signing-keys.write',
  request: { params: ClusterPath, body: optionalBody(RotateSigningKey) },
  responses: { 201: json(SigningKeys, 'The keys that verify, the newest first') },
});

const removeSigning = defineRoute({
  operationId: 'deleteSigningKey',
  method: 'delete',
  path: '/v1/clusters/{cluster}/signing-keys/{key}',
  tags,
  summary: 'Takes a key away before its time',
  description: 'All tokens that it has signed end within a minute. Not for the key that signs: rotate first.',
  permission: 'signing-keys.write',
  request: { params: KeyPath },
  responses: { 204: empty('It verifies nothing any more') },
});

const signingKeyView = ({ keyId, createdAt, signsAt, supersededAt, verifiesUntil }: SigningKeyView) => ({
  id: keyId,
  createdAt: createdAt.toISOString(),
  signsFrom: signsAt.toISOString(),
  signsUntil: supersededAt?.toISOString() ?? null,
  verifiesUntil: verifiesUntil?.toISOString() ?? null,
});

/** `/v1/keys`, what encrypts at rest, and `/v1/clusters/NAME/signing-keys`. See `docs/encryption.md`. */
export function keyRoutes({ database, clock, platformKeys }: ManagementOptions) {
  const group = routeGroup();

  const keysView = async (tenant: string, failed?: readonly EncryptionError[]): Promise<z.infer<typeof Keys>> => {
    const { versions, clusters } = await tenantKeyStatus(database, tenant);
    const [newest] = versions;
    const fromMs = newest && clusters.reencrypted < clusters.total ? newest.createdAt.getTime() + settledAfterMs : 0;
    return {
      versions: versions.map(({ version, createdAt }) => ({ version, createdAt: createdAt.toISOString(), writes: version === newest!.version })),
      clusters,
      reencryptsFrom: fromMs > clock.now().getTime() ? new Date(fromMs).toISOString() : null,
      ...(failed && { failed: [...new Set(failed.map(({ message }) => message))] }),
    };
  };
  const signingKeys = async (cluster: string) => ({ items: (await listSigningKeys(database.orm, cluster)).map(signingKeyView) });

  group.openapi(get, async (c) => c.json(await keysView(c.get('principal').tenant), 200));

  group.openapi(rotate, async (c) => {
    const { tenant } = c.get('principal');
    if ((await rotateTenantKey(database, platformKeys, tenant).catch(throwProblem)) === 'too-many')
      throw new Problem('quota_exceeded', `${keyVersionsMax} versions are still needed, and there are no more`);
    return c.json(await keysView(tenant), 201);
  });

  group.openapi(reencrypt, async (c) => {
    const { tenant } = c.get('principal');
    const { failed } = await reencryptClusters({ database, platformKeys, clock, tenant, clustersMax, rowsMax });
    return c.json(await keysView(tenant, failed), 200);
  });

  group.openapi(listSigning, async (c) => c.json(await signingKeys(c.get('cluster').id), 200));

  group.openapi(rotateSigning, async (c) => {
    const { id: cluster, tenant } = c.get('cluster');
    const { signsAfterSeconds } = RotateSigningKey.parse(c.req.valid('json') ?? {});
    if ((await listSigningKeys(database.orm, cluster)).length >= signingKeysMax)
      throw new Problem('quota_exceeded', `a cluster has ${signingKeysMax} signing keys at most that still verify`);
    const keys = new TenantKeyring({ orm: database.orm, owner: { tenant }, platformKeys, clock });
    await rotateSigningKey(database, keys, cluster, signsAfterSeconds).catch(throwProblem);
    return c.json(await signingKeys(cluster), 201);
  });

  group.openapi(removeSigning, async (c) => {
    const deleted = await deleteSigningKey(database.orm, c.get('cluster').id, c.req.valid('param').key);
    if (deleted === 'not-found') throw new Problem('not_found', 'there is no such key');
    if (deleted === 'signs') throw new Problem('conflict', 'this key signs, or is about to: rotate first');
    return c.body(null, 204);
  });

  return group;
}

function throwProblem(error: unknown): never {
  throw error instanceof EncryptionError ? new Problem('keys_unavailable', error.message) : error;
}
