import { expect, it } from 'vitest';
import { clusterAddress, testCluster } from './support/cluster.ts';

it('the issuer is the address of the cluster, and its keys are below it', async () => {
  const { request } = await testCluster();
  const { status, headers, body } = await request('GET', '/.well-known/openid-configuration');
  expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([200, 'application/json', 'public, max-age=3600']);
  expect(body).toEqual({
    issuer: clusterAddress,
    jwks_uri: `${clusterAddress}/openid/v1/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  });
});

it('keys', async () => {
  const { api, request } = await testCluster();
  const { status, headers, text } = await request('GET', '/openid/v1/jwks');
  expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([200, 'application/jwk-set+json', 'public, max-age=3600']);
  expect(JSON.parse(text)).toEqual({ keys: await api.tokens.publicKeys() });
  expect(text).not.toContain('"d"');
});

it.each(['/.well-known/openid-configuration', '/openid/v1/jwks'])('%s is only read', async (path) => {
  const { request } = await testCluster();
  expect((await request('POST', path, {})).status).toBe(405);
  expect((await request('GET', `${path}/x`)).status).toBe(404);
});
