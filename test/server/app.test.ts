import { describe, expect, it, vi } from 'vitest';
import { limits } from '../../src/lib/limits.ts';
import { createApp } from '../../src/server/app.ts';
import { StoreError, type StoreErrorCode } from '../../src/storage/store.ts';
import { admin, testCluster, widget, widgetPath, withStore } from './support/cluster.ts';

describe('paths', () => {
  it.each([
    ['GET', '/nothing'],
    ['GET', '/api/v1/nothings'],
    ['GET', '/apis/none/v1/widgets'],
    ['GET', '/apis/example.dev/v2/widgets'],
    ['GET', '/apis/example.dev/v1/widgets/a'],
    ['GET', '/apis/example.dev/v1/namespaces/default/gadgets'],
    ['GET', `${widgetPath}/a/nothing`],
    ['GET', `${widgetPath}/a/status/more`],
    ['GET', `${widgetPath}//a`],
    ['GET', `${widgetPath}/%ZZ`],
    ['GET', '/healthz/nothing'],
  ])('%s %s is not there', async (method, path) => {
    const { request } = await testCluster();
    const { status, body } = await request(method, path);
    expect(status).toBe(404);
    expect(body).toMatchObject({
      kind: 'Status',
      reason: 'NotFound',
      message: 'the server could not find the requested resource',
      code: 404,
    });
  });

  it.each([
    ['POST', `${widgetPath}/a`],
    ['PUT', widgetPath],
    ['PATCH', widgetPath],
    ['POST', '/apis/example.dev/v1/widgets'],
    ['DELETE', '/apis/example.dev/v1/gadgets'],
    ['PATCH', '/apis/example.dev/v1/gadgets/g'],
    ['OPTIONS', widgetPath],
    ['GET', '/api/v1/namespaces/default/bindings'],
  ])('%s %s is not allowed', async (method, path) => {
    const { request } = await testCluster();
    const answer = await request(method, path);
    expect(answer.body).toMatchObject({
      reason: 'MethodNotAllowed',
      code: 405,
      message: 'the server does not allow this method on the requested resource',
    });
  });

  it('answers about the server', async () => {
    const { ok, request } = await testCluster();
    expect(await ok('GET', '/version')).toMatchObject({ major: '1', minor: '36', emulationMinor: '36', platform: 'linux/amd64' });
    for (const path of ['/livez', '/readyz', '/healthz', '/readyz/ping']) expect((await request('GET', path)).text).toBe('ok');
    expect((await request('GET', '/livez?verbose')).text).toBe('[+]ping ok\n[+]log ok\n[+]etcd ok\nlivez check passed\n');
    expect((await ok('GET', '/')).paths).toEqual(expect.arrayContaining(['/api', '/api/v1', '/apis/example.dev/v1', '/version']));
    expect((await request('HEAD', widgetPath)).status).toBe(200);
  });

  it('decodes names', async () => {
    const { ok } = await testCluster();
    await ok('POST', widgetPath, widget('a.b'));
    expect((await ok('GET', `${widgetPath}/a%2Eb`)).metadata.name).toBe('a.b');
    expect((await ok('GET', `${widgetPath}/`)).items).toHaveLength(1);
  });
});

describe('bodies', () => {
  const large = 'x'.repeat(limits.requestBodyBytes + 1);

  it('are bounded, whatever they say about themselves', async () => {
    const { api, request } = await testCluster();
    const declared = await request('POST', widgetPath, large, { headers: { 'content-length': String(large.length) } });
    expect(declared.body).toMatchObject({
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: `Request entity too large: limit is ${limits.requestBodyBytes}`,
    });
    const lying = await request('POST', widgetPath, large, { headers: { 'content-length': '5' } });
    expect(lying.status).toBe(413);
    let pulled = 0;
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          pulled += 65_536;
          controller.enqueue(new Uint8Array(65_536));
        },
      });
    const post = (headers: Record<string, string>) => {
      const init = {
        method: 'POST',
        body: endless(),
        headers: { 'content-type': 'application/json', ...headers },
        duplex: 'half',
      };
      return createApp(api).request(widgetPath, init as RequestInit, { user: admin });
    };
    // What is declared to be too large is not read at all, but for what the stream itself fetches ahead.
    expect((await post({ 'content-length': String(large.length) })).status).toBe(413);
    expect(pulled).toBeLessThanOrEqual(65_536);
    expect((await post({})).status).toBe(413);
    expect(pulled).toBeLessThan(limits.requestBodyBytes + 4 * 65_536);
  });

  it('may come in pieces that split characters', async () => {
    const { api } = await testCluster();
    const bytes = new TextEncoder().encode(JSON.stringify(widget('a', { metadata: { annotations: { text: 'grün€𝄞' } } })));
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
        controller.close();
      },
    });
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json' }, duplex: 'half' };
    const response = await createApp(api).request(widgetPath, init as RequestInit, { user: admin });
    expect(await response.json()).toMatchObject({ metadata: { annotations: { text: 'grün€𝄞' } } });
  });
});

describe('errors', () => {
  it('ask to come back only where that may help', async () => {
    const { request, ok } = await testCluster();
    await ok('POST', widgetPath, widget('a'));
    const taken = await request('POST', widgetPath, widget('a'));
    expect([taken.status, taken.headers.get('retry-after')]).toEqual([409, null]);
  });

  it.each<[StoreErrorCode, number, string, string | null]>([
    ['compacted', 410, 'Expired', null],
    ['ahead', 504, 'Timeout', '1'],
    ['overloaded', 429, 'TooManyRequests', '1'],
    ['too-large', 413, 'RequestEntityTooLarge', null],
    ['fenced', 503, 'ServiceUnavailable', '1'],
    ['unavailable', 503, 'ServiceUnavailable', '1'],
    ['unknown', 504, 'Timeout', null],
    ['gone', 404, 'NotFound', null],
  ])('of the store are translated: %s', async (code, status, reason, retryAfter) => {
    const { api } = await testCluster();
    const failing = withStore(api, { get: () => Promise.reject(new StoreError(code, 'inside')) });
    const response = await createApp(failing).request(`${widgetPath}/a`, {}, { user: admin });
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe(retryAfter);
    expect(await response.json()).toMatchObject({ kind: 'Status', status: 'Failure', reason, code: status });
  });

  it('that nobody foresaw say nothing about the inside', async () => {
    const { api } = await testCluster();
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const failing = withStore(api, { get: () => Promise.reject(new TypeError('the secret is 42')) });
    const response = await createApp(failing).request(`${widgetPath}/a`, {}, { user: admin });
    const text = await response.text();
    expect([response.status, text.includes('42')]).toEqual([500, false]);
    expect(JSON.parse(text)).toMatchObject({ reason: 'InternalError', code: 500 });
    expect(log).toHaveBeenCalledOnce();
    expect(String(log.mock.calls[0]![0])).toMatch(/^unexpected TypeError\n    at /);
    log.mockRestore();
  });
});

describe('limited tokens', () => {
  const user = { ...admin, name: 'eve', namespaces: ['mine'] };
  const mine = widgetPath.replace('default', 'mine');

  async function cluster() {
    const made = await testCluster();
    await made.ok('POST', '/api/v1/namespaces', { metadata: { name: 'mine' } });
    await made.ok('POST', widgetPath, widget('theirs'));
    await made.ok('POST', mine, widget('own'));
    return made;
  }

  it('see and change what is in their namespaces', async () => {
    const { ok } = await cluster();
    const names = (list: any) => list.items.map((item: any) => item.metadata.name);
    expect(names(await ok('GET', '/apis/example.dev/v1/widgets', undefined, { user }))).toEqual(['own']);
    expect(names(await ok('GET', mine, undefined, { user }))).toEqual(['own']);
    expect(names(await ok('GET', '/api/v1/namespaces', undefined, { user }))).toEqual(['mine']);
    expect((await ok('GET', '/api/v1/namespaces/mine', undefined, { user })).metadata.name).toBe('mine');
    const page = await ok('GET', '/apis/example.dev/v1/widgets?limit=1', undefined, { user });
    expect(page.metadata.remainingItemCount).toBeUndefined();
    await ok('POST', mine, widget('more'), { user });
    await ok('DELETE', `${mine}/more`, undefined, { user });
    await ok('GET', '/version', undefined, { user });
  });

  it.each([
    [
      'GET',
      widgetPath,
      'widgets.example.dev is forbidden: User "eve" cannot list resource "widgets" in API group "example.dev" in the namespace "default"',
    ],
    [
      'GET',
      `${widgetPath}/theirs`,
      'widgets.example.dev "theirs" is forbidden: User "eve" cannot get resource "widgets" in API group "example.dev" in the namespace "default"',
    ],
    [
      'GET',
      `${widgetPath}/theirs/scale`,
      'widgets.example.dev "theirs" is forbidden: User "eve" cannot get resource "widgets/scale" in API group "example.dev" in the namespace "default"',
    ],
    [
      'POST',
      widgetPath,
      'widgets.example.dev is forbidden: User "eve" cannot create resource "widgets" in API group "example.dev" in the namespace "default"',
    ],
    ['GET', '/api/v1/nodes', 'nodes is forbidden: User "eve" cannot list resource "nodes" in API group "" at the cluster scope'],
    [
      'GET',
      '/api/v1/namespaces/default',
      'namespaces "default" is forbidden: User "eve" cannot get resource "namespaces" in API group "" in the namespace "default"',
    ],
    [
      'DELETE',
      '/api/v1/namespaces/mine',
      'namespaces "mine" is forbidden: User "eve" cannot delete resource "namespaces" in API group "" in the namespace "mine"',
    ],
    [
      'POST',
      '/api/v1/namespaces',
      'namespaces is forbidden: User "eve" cannot create resource "namespaces" in API group "" at the cluster scope',
    ],
    [
      'PUT',
      '/api/v1/namespaces/mine/finalize',
      'namespaces "mine" is forbidden: User "eve" cannot update resource "namespaces/finalize" in API group "" in the namespace "mine"',
    ],
  ])('may not %s %s', async (method, path, message) => {
    const { request } = await cluster();
    const answer = await request(method, path, method === 'GET' ? undefined : {}, { user });
    expect(answer.body).toMatchObject({ code: 403, reason: 'Forbidden', message: `${message}: the token is limited to the namespaces mine` });
  });
});

describe('reviews', () => {
  const user = { name: 'eve', uid: 'u1', groups: ['g', 'system:masters'], namespaces: ['mine'] };
  const mayI = (resourceAttributes: object) => ({
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    spec: { resourceAttributes },
  });
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

  it('have no form as a table', async () => {
    const { request } = await testCluster();
    const asTable = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const review = mayI({ verb: 'get', resource: 'pods' });
    const statusFor = async (accept: string) => (await request('POST', path, review, { headers: { accept } })).status;
    expect(await statusFor(asTable)).toBe(406);
    expect(await statusFor(`${asTable},application/json`)).toBe(201);
  });

  it('say who somebody is', async () => {
    const { ok } = await testCluster();
    const answer = await ok('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {}, { user });
    expect(answer).toMatchObject({
      kind: 'SelfSubjectReview',
      status: { userInfo: { username: 'eve', uid: 'u1', groups: ['g', 'system:masters', 'system:authenticated'] } },
    });
  });

  it.each([
    ['in its namespace', { verb: 'create', resource: 'pods', namespace: 'mine' }, true],
    ['in another one', { verb: 'create', resource: 'pods', namespace: 'other' }, false],
    ['outside of any', { verb: 'get', resource: 'nodes', name: 'n' }, false],
    ['lists of all it can see', { verb: 'list', resource: 'pods' }, true],
    ['its namespace itself', { verb: 'get', resource: 'namespaces', name: 'mine' }, true],
  ])('say what a limited token may do: %s', async (_, attributes, allowed) => {
    const { ok } = await testCluster();
    expect((await ok('POST', path, mayI(attributes), { user })).status.allowed).toBe(allowed);
    expect((await ok('POST', path, mayI(attributes))).status).toEqual({ allowed: true });
  });
});
