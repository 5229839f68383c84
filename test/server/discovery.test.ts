import { describe, expect, it } from 'vitest';
import { testCluster } from './support/cluster.ts';

const aggregated = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json' };

describe('discovery', () => {
  it('tells of groups, versions, kinds and subresources', async () => {
    const { ok, request } = await testCluster();
    expect(await ok('GET', '/api')).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    expect((await ok('GET', '/apis')).groups.map((group: any) => group.name)).toContain('example.dev');
    expect(await ok('GET', '/apis/example.dev')).toMatchObject({
      kind: 'APIGroup',
      preferredVersion: { groupVersion: 'example.dev/v1' },
    });
    const { resources } = await ok('GET', '/apis/example.dev/v1');
    expect(resources.map((each: any) => each.name)).toEqual(['gadgets', 'widgets', 'widgets/scale', 'widgets/status']);
    const core = await ok('GET', '/api/v1');
    const verbsOf = (name: string) => core.resources.find((each: any) => each.name === name)?.verbs;
    expect(verbsOf('pods/binding')).toEqual(['create']);
    expect(verbsOf('namespaces/finalize')).toEqual(['update']);
    expect(verbsOf('pods')).toContain('deletecollection');
    expect((await request('GET', '/apis/none')).status).toBe(404);
    for (const path of ['/api', '/api/v1', '/apis', '/apis/example.dev', '/apis/example.dev/v1', '/version'])
      expect((await request('GET', `${path}/`)).body).toEqual((await request('GET', path)).body);
    expect((await request('GET', '/apis/example.dev/v9')).status).toBe(404);
  });

  it('comes in one document to those who ask, once', async () => {
    const { request } = await testCluster();
    const first = await request('GET', '/apis', undefined, { headers: aggregated });
    expect(first.headers.get('content-type')).toBe('application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList');
    expect(first.body).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2' });
    const etag = first.headers.get('etag')!;
    const again = await request('GET', '/apis', undefined, { headers: { ...aggregated, 'if-none-match': etag } });
    expect([again.status, again.text]).toEqual([304, '']);
    expect((await request('GET', '/apis', undefined, { headers: { 'if-none-match': etag } })).status).toBe(200);
  });
});

describe('OpenAPI', () => {
  it('has a document for each group version, pinned by its hash', async () => {
    const { ok, request } = await testCluster();
    const { paths } = await ok('GET', '/openapi/v3');
    const { serverRelativeURL } = paths['apis/example.dev/v1'];
    const document = await request('GET', serverRelativeURL);
    expect(document.headers.get('cache-control')).toContain('immutable');
    expect(document.body.components.schemas['dev.example.v1.Widget']).toBeDefined();
    expect((await request('GET', '/openapi/v3/apis/example.dev/v1')).headers.get('cache-control')).not.toContain('immutable');
    expect((await request('GET', '/openapi/v3/apis/none/v1')).status).toBe(404);
    const old = await request('GET', '/openapi/v3/apis/example.dev/v1?hash=OLD');
    expect([old.status, new URL(old.headers.get('location')!, `https://test${serverRelativeURL}`).pathname]).toEqual([
      301,
      '/openapi/v3/apis/example.dev/v1',
    ]);
    expect(`/openapi/v3/apis/example.dev/v1${old.headers.get('location')}`).toBe(serverRelativeURL);
    const wanted = { headers: { accept: 'application/com.github.proto-openapi.spec.v3@v1.0+protobuf' } };
    expect((await request('GET', serverRelativeURL, undefined, wanted)).status).toBe(406);
  });

  it.each(['/openapi/v3', '/openapi/v3/api/v1', '/openapi/v2', '/apis', '/api/v1'])('is not sent again: %s', async (path) => {
    const { request } = await testCluster();
    const etag = (await request('GET', path)).headers.get('etag')!;
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await request('GET', path, undefined, { headers: { 'if-none-match': known } });
      expect([again.status, again.text, again.headers.get('etag'), again.headers.get('vary')]).toEqual([304, '', etag, 'Accept']);
    }
    expect((await request('GET', path, undefined, { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });

  it('has version 2 as JSON only', async () => {
    const { ok, request } = await testCluster();
    expect((await ok('GET', '/openapi/v2')).swagger).toBe('2.0');
    const proto = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
    const answer = await request('GET', '/openapi/v2', undefined, { headers: { accept: proto } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
    ]);
    expect((await request('GET', '/openapi/v2', undefined, { headers: { accept: 'text/html' } })).status).toBe(406);
  });
});
