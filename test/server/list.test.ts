import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/machinery/meta.ts';
import { leases, lockLease } from '../../src/resources/coordination/lease.ts';
import { get } from '../../src/server/verbs/get.ts';
import { list } from '../../src/server/verbs/list.ts';
import type { Entry } from '../../src/storage/store.ts';
import { testCluster, widget, widgetPath, widgets } from './support/cluster.ts';

const everywhere = '/apis/example.dev/v1/widgets';
const names = (list: any) => list.items.map((item: any) => item.metadata.name);

async function withWidgets(...sizes: number[]) {
  const cluster = await testCluster();
  for (const [i, size] of sizes.entries())
    await cluster.ok(
      'POST',
      widgetPath,
      widget(`w${i}`, { metadata: { labels: { parity: size % 2 ? 'odd' : 'even' } }, spec: { size } }),
    );
  return cluster;
}

describe('get and list', () => {
  it('lists with the revision of the state', async () => {
    const { ok, api } = await withWidgets(1, 2);
    const list = await ok('GET', widgetPath);
    expect(list).toMatchObject({
      kind: 'WidgetList',
      apiVersion: 'example.dev/v1',
      metadata: { resourceVersion: String(api.store.revision) },
    });
    expect(list.items[0]).toEqual(await ok('GET', `${widgetPath}/w0`));
    expect(names(await ok('GET', everywhere))).toEqual(['w0', 'w1']);
    expect(await ok('GET', widgetPath.replace('default', 'none'))).toMatchObject({ items: [] });
  });

  it.each([
    ['labelSelector=parity%3Dodd', ['w0', 'w2']],
    ['labelSelector=parity+notin+(odd)', ['w1']],
    ['fieldSelector=metadata.name%3Dw1', ['w1']],
    ['fieldSelector=metadata.name!%3Dw1,metadata.namespace%3Ddefault', ['w0', 'w2']],
    ['fieldSelector=status.phase%3DReady', ['w2']],
    ['labelSelector=parity%3Deven&fieldSelector=metadata.name%3Dw0', []],
  ])('selects %s', async (query, expected) => {
    const { ok } = await withWidgets(1, 2, 3);
    await ok('PUT', `${widgetPath}/w2/status`, { ...(await ok('GET', `${widgetPath}/w2`)), status: { phase: 'Ready' } });
    expect(names(await ok('GET', `${widgetPath}?${query}`))).toEqual(expected);
  });

  it('gives pages of one state', async () => {
    const { ok } = await withWidgets(1, 2, 3, 4, 5);
    const first = await ok('GET', `${everywhere}?limit=2`);
    expect([names(first), first.metadata.remainingItemCount]).toEqual([['w0', 'w1'], 3]);
    await ok('DELETE', `${widgetPath}/w2`);
    await ok('POST', widgetPath, widget('w15'));
    const second = await ok('GET', `${everywhere}?limit=2&continue=${first.metadata.continue}`);
    expect([names(second), second.metadata.resourceVersion]).toEqual([['w2', 'w3'], first.metadata.resourceVersion]);
    const third = await ok('GET', `${everywhere}?limit=2&continue=${second.metadata.continue}`);
    expect(names(third)).toEqual(['w4']);
    expect(third.metadata.continue).toBeUndefined();
    const odd = await ok('GET', `${everywhere}?limit=1&labelSelector=parity%3Deven`);
    expect([names(odd), odd.metadata.remainingItemCount]).toEqual([['w1'], undefined]);
    expect(JSON.parse(atob(odd.metadata.continue.replaceAll('-', '+').replaceAll('_', '/')))).toMatchObject({
      v: 'meta.k8s.io/v1',
      start: 'default/w1\0',
    });
  });

  it('has no further page where only one object can be meant', async () => {
    const { ok } = await withWidgets(1, 2, 3);
    const one = `?limit=1&fieldSelector=metadata.name%3Dw1`;
    expect((await ok('GET', `${widgetPath}${one}`)).metadata.continue).toBeUndefined();
    expect((await ok('GET', `${everywhere}${one}`)).metadata.continue).toEqual(expect.any(String));
  });

  it('shows the state at a revision while the log has it', async () => {
    const { ok, request, api } = await withWidgets(1, 2);
    const { metadata } = await ok('GET', widgetPath);
    const first = await ok('GET', `${widgetPath}?limit=1`);
    await ok('DELETE', `${widgetPath}/w0`);
    const exact = `${widgetPath}?resourceVersion=${metadata.resourceVersion}&resourceVersionMatch=Exact`;
    expect(names(await ok('GET', exact))).toEqual(['w0', 'w1']);
    expect(names(await ok('GET', exact.replace('Exact', 'NotOlderThan')))).toEqual(['w1']);
    await api.store.compact(api.store.revision);
    expect((await request('GET', exact)).body).toMatchObject({
      code: 410,
      reason: 'Expired',
      message: 'The resourceVersion for the provided list is too old.',
    });
    expect((await request('GET', `${widgetPath}?limit=1&continue=${first.metadata.continue}`)).body).toMatchObject({
      code: 410,
      message: expect.stringMatching(/^The provided continue parameter is too old to display a consistent list result/),
    });
  });

  it('goes on with the state of now when a token has become too old', async () => {
    const { ok, request, clock } = await withWidgets(0, 1, 2, 3);
    const first = await ok('GET', `${widgetPath}?limit=1`);
    clock.advance(300);
    const second = await ok('GET', `${widgetPath}?limit=1&continue=${first.metadata.continue}`);
    expect(names(second)).toEqual(['w1']);
    await ok('DELETE', `${widgetPath}/w2`);
    clock.advance(1);
    // The time counts from the first page.
    const { body } = await request('GET', `${widgetPath}?limit=1&continue=${second.metadata.continue}`);
    expect(body).toMatchObject({ code: 410, reason: 'Expired', metadata: { continue: expect.any(String) } });
    const third = await ok('GET', `${widgetPath}?limit=1&continue=${body.metadata.continue}`);
    expect(names(third)).toEqual(['w3']);
    expect(third.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
  });

  it('… which has a revision of its own, even if nothing has happened', async () => {
    const { ok, request, clock, api } = await withWidgets(0, 1);
    const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { ...lockLease, uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' }, spec: {} };
    await api.store.write({ resource: leases.resource, ...lockLease }, () => ({ type: 'put', object: object as unknown as KubeObject }));
    const first = await ok('GET', `${widgetPath}?limit=1`);
    clock.advance(301);
    const { body } = await request('GET', `${widgetPath}?limit=1&continue=${first.metadata.continue}`);
    const second = await ok('GET', `${widgetPath}?limit=1&continue=${body.metadata.continue}`);
    expect(Number(second.metadata.resourceVersion)).toBe(Number(first.metadata.resourceVersion) + 1);
    // Once it has another one, nothing more is written.
    await request('GET', `${widgetPath}?limit=1&continue=${first.metadata.continue}`);
    expect((await ok('GET', widgetPath)).metadata.resourceVersion).toBe(second.metadata.resourceVersion);
  });

  it('means the very revision when there is a limit, as upstream', async () => {
    const { ok, request } = await withWidgets(1, 2);
    const { metadata } = await ok('GET', widgetPath);
    await ok('DELETE', `${widgetPath}/w0`);
    const page = await ok('GET', `${widgetPath}?limit=1&resourceVersion=${metadata.resourceVersion}`);
    expect(names(page)).toEqual(['w0']);
    const both = await request(
      'GET',
      `${widgetPath}?limit=1&resourceVersion=${metadata.resourceVersion}&continue=${page.metadata.continue}`,
    );
    expect(both.body).toMatchObject({ code: 400, message: 'specifying resource version is not allowed when using continue' });
  });

  it('fills in what is known live', async () => {
    const { api } = await withWidgets(1, 2);
    const live = { ...api, present: (entry: Entry) => ({ ...entry, revision: 99 }) };
    expect((await get(live, widgets, { resource: widgets.resource, namespace: 'default', name: 'w0' })).revision).toBe(99);
    for (const query of [{}, { limit: 1 }, { labelSelector: 'parity' }])
      expect((await list(live, widgets, { namespace: 'default' }, query)).entries[0]!.revision).toBe(99);
  });

  it.each([
    ['labelSelector=a+b', 400, /^unable to parse requirement: /],
    ['fieldSelector=spec.size%3D1', 400, 'field label not supported: spec.size'],
    ['limit=many', 400, 'strconv.ParseInt: parsing "many": invalid syntax'],
    ['continue=rubbish', 400, /^invalid continue token: continue key is not valid/],
    ['continue=e30', 400, /^invalid continue token: continue key is not valid: server does not recognize this encoded version/],
    ['resourceVersion=new', 400, 'invalid resource version: resourceVersion: Invalid value: "new": strconv.ParseUint: parsing "new": invalid syntax'],
    ['resourceVersion=9999', 504, /^Timeout: Too large resource version: 9999, current: \d+$/],
    ['resourceVersionMatch=Exact', 422, /resourceVersionMatch is forbidden unless resourceVersion is provided/],
    ['resourceVersion=1&resourceVersionMatch=Newer', 422, /resourceVersionMatch: Unsupported value: "Newer"/],
    ['resourceVersion=0&resourceVersionMatch=Exact', 422, /is forbidden for resourceVersion "0"/],
    ['sendInitialEvents=true', 422, /sendInitialEvents is forbidden for list/],
  ])('refuses ?%s', async (query, code, message) => {
    const { request } = await withWidgets(1);
    const answer = await request('GET', `${widgetPath}?${query}`);
    expect(answer.body.message).toMatch(message);
    expect(answer.status).toBe(code);
  });

  it('does not answer from before what the client has seen', async () => {
    const { request, ok } = await withWidgets(1);
    expect((await request('GET', `${widgetPath}/w0?resourceVersion=9999`)).body).toMatchObject({
      code: 504,
      reason: 'Timeout',
      details: { retryAfterSeconds: 1, causes: [{ reason: 'ResourceVersionTooLarge' }] },
    });
    expect(await ok('GET', `${widgetPath}/w0?resourceVersion=0`)).toMatchObject({ kind: 'Widget' });
  });
});

describe('forms of answers', () => {
  const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

  it('shows tables', async () => {
    const { ok, clock } = await withWidgets(1);
    clock.advance(90);
    const list = await ok('GET', widgetPath, undefined, { headers: { accept: table } });
    expect(list).toMatchObject({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: expect.any(String) },
    });
    expect(list.columnDefinitions[0]).toEqual({
      name: 'Name',
      type: 'string',
      format: 'name',
      description: expect.any(String),
      priority: 0,
    });
    expect(list.rows).toEqual([
      {
        cells: ['w0', 1, '90s'],
        object: {
          kind: 'PartialObjectMetadata',
          apiVersion: 'meta.k8s.io/v1',
          metadata: (await ok('GET', `${widgetPath}/w0`)).metadata,
        },
      },
    ]);
    const one = await ok('GET', `${widgetPath}/w0?includeObject=Object`, undefined, { headers: { accept: table } });
    expect(one.rows[0].object.kind).toBe('Widget');
    expect(one.columnDefinitions).toHaveLength(3);
    const bare = await ok('GET', `${widgetPath}?includeObject=None`, undefined, { headers: { accept: table } });
    expect(bare.rows[0].object).toBeNull();
  });

  it('shows metadata only', async () => {
    const { ok, request } = await withWidgets(1);
    const as = ';as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
    // Of every kind, also of those that have no form in protobuf themselves.
    const both = `application/vnd.kubernetes.protobuf${as},application/json${as}`;
    const { headers } = await request('GET', widgetPath, undefined, { headers: { accept: both } });
    expect(headers.get('content-type')).toBe('application/vnd.kubernetes.protobuf');
    const list = await ok('GET', widgetPath, undefined, { headers: { accept: `application/json${as}` } });
    expect(list).toMatchObject({ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' });
    expect(list.items[0]).toMatchObject({ kind: 'PartialObjectMetadata', metadata: { name: 'w0' } });
    expect(list.items[0].spec).toBeUndefined();
  });

  it('shows no list as one metadata, and no object as a list of it', async () => {
    const { ok, request } = await withWidgets(1);
    const as = (kind: string) => ({ headers: { accept: `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json` } });
    const list = await request('GET', widgetPath, undefined, as('PartialObjectMetadata'));
    expect([list.status, list.body.reason, list.body.message]).toEqual([
      406,
      'NotAcceptable',
      'you requested PartialObjectMetadata, but the requested object is a list (*example.WidgetList)',
    ]);
    const one = await request('GET', '/api/v1/namespaces/default', undefined, as('PartialObjectMetadataList'));
    expect([one.status, one.body.message]).toEqual([
      406,
      'you requested PartialObjectMetadataList, but the requested object is not a list (*core.Namespace)',
    ]);
    expect((await ok('GET', `${widgetPath}/w0`, undefined, as('PartialObjectMetadata'))).kind).toBe('PartialObjectMetadata');
  });

  it.each([
    ['application/vnd.kubernetes.protobuf,application/json', 200, 'application/json'],
    ['application/yaml', 200, 'application/yaml'],
    ['application/json;q=0.1,application/yaml', 200, 'application/yaml'],
    ['*/*', 200, 'application/json'],
    ['application/vnd.kubernetes.protobuf', 406, 'application/json'],
    ['text/html', 406, 'application/json'],
    ['application/json;as=Map;g=meta.k8s.io;v=v1', 406, 'application/json'],
  ])('answers Accept: %s', async (accept, status, type) => {
    const { request } = await withWidgets(1);
    const answer = await request('GET', widgetPath, undefined, { headers: { accept } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type]);
    if (status === 406)
      expect(answer.body).toMatchObject({
        reason: 'NotAcceptable',
        message: 'only the following media types are accepted: application/json, application/yaml',
      });
  });
});
