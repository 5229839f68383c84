import { Hono } from 'hono';
import type { Bindings, ClusterApi } from '../api.ts';
import { methodNotAllowed } from '../http/resolve.ts';

const configurationPath = '/.well-known/openid-configuration';
const keysPath = '/openid/v1/jwks';
/** How long clients may keep the documents, in seconds: a new key has to be published for so long before it signs. */
const maxAge = 3600;

/**
 * OpenID Connect discovery for those who verify the cluster's tokens: the issuer is the address by which the cluster is
 * reached, and the keys are below it.
 */
export function openIdRoutes(api: ClusterApi): Hono<{ Bindings: Bindings }> {
  const document = (type: string, value: object) =>
    new Response(JSON.stringify(value), { headers: { 'content-type': type, 'cache-control': `public, max-age=${maxAge}` } });
  const routes = new Hono<{ Bindings: Bindings }>();
  routes.get(configurationPath, async ({ env: { address } }) => {
    const algorithms = (await api.tokens.publicKeys()).map(({ alg }) => alg);
    return document('application/json', {
      issuer: address,
      jwks_uri: `${address}${keysPath}`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [...new Set(algorithms)].sort(),
    });
  });
  routes.get(keysPath, async () => document('application/jwk-set+json', { keys: await api.tokens.publicKeys() }));
  for (const path of [configurationPath, keysPath])
    routes.all(path, () => {
      throw methodNotAllowed();
    });
  return routes;
}
