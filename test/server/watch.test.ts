import { describe, expect, it } from 'vitest';
import { compileWatch } from '../../src/server/watch/match.ts';
import { isWatchRequest } from '../../src/server/watch/request.ts';
import { bookmarkEvent } from '../../src/server/watch/bookmark.ts';
import { startWatch } from '../../src/server/watch/start.ts';
import type { WatchStart } from '../../src/server/watch/spec.ts';
import type { EncodedEvent } from '../../src/tunnel/watch-frames.ts';
import { admin, testCluster, widget, widgetPath, type TestCluster } from './support/cluster.ts';

const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
const start = ({ api }: TestCluster, query: string, { path = widgetPath, headers = {}, user = admin } = {}) =>
  startWatch(api, { url: `https://cluster${path}?watch=true&${query}`, headers: new Headers(headers) }, user);

/** What a watch that started gets to see of the changes since then. */
async function after({ api, clock }: TestCluster, watch: WatchStart) {
  const matches = compileWatch(JSON.parse(JSON.stringify(watch.spec)), api.scheme);
  return (await api.store.changesAfter(watch.position))
    .map((change) => matches(change, clock.now()))
    .filter((line) => line !== undefined);
}

const parsed = (event: EncodedEvent | undefined) => JSON.parse(event as string);
const seen = (events: readonly EncodedEvent[]) =>
  events.map(parsed).map(({ type, object }) => `${type} ${object.metadata.name ?? ''}`.trim());

describe('the start of a watch', () => {
  it.each([
    ['', ['ADDED a', 'ADDED b']],
    ['resourceVersion=0', ['ADDED a', 'ADDED b']],
    ['sendInitialEvents=false&resourceVersionMatch=NotOlderThan', []],
    ['sendInitialEvents=true&resourceVersionMatch=NotOlderThan', ['ADDED a', 'ADDED b']],
    ['sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true', ['ADDED a', 'ADDED b', 'BOOKMARK']],
    ['labelSelector=x%3Dy', ['ADDED b']],
    ['fieldSelector=metadata.name%3Da', ['ADDED a']],
  ])('%s', async (query, expected) => {
    const cluster = await testCluster();
    await cluster.ok('POST', widgetPath, widget('a'));
    await cluster.ok('POST', widgetPath, widget('b', { metadata: { labels: { x: 'y' } } }));
    const watch = await start(cluster, query);
    expect(seen(watch.initial)).toEqual(expected);
    expect(watch.position).toBe(cluster.api.store.revision);
    expect(watch.timeoutSeconds).toBeGreaterThanOrEqual(1800);
    expect(watch.timeoutSeconds).toBeLessThanOrEqual(3600);
    if (expected.includes('BOOKMARK'))
      expect(parsed(watch.initial.at(-1)).object).toEqual({
        kind: 'Widget',
        apiVersion: 'example.dev/v1',
        metadata: {
          resourceVersion: String(watch.position),
          creationTimestamp: null,
          annotations: { 'k8s.io/initial-events-end': 'true' },
        },
      });
  });

  it('goes on after a revision', async () => {
    const cluster = await testCluster();
    const made = await cluster.ok('POST', widgetPath, widget('a'));
    await cluster.ok('POST', widgetPath, widget('b'));
    await cluster.ok('DELETE', `${widgetPath}/b`);
    const watch = await start(cluster, `resourceVersion=${made.metadata.resourceVersion}&timeoutSeconds=7`);
    expect(watch).toMatchObject({ initial: [], position: Number(made.metadata.resourceVersion), timeoutSeconds: 7 });
    await cluster.ok('POST', widgetPath, widget('c'));
    expect(seen(await after(cluster, watch))).toEqual(['ADDED b', 'DELETED b', 'ADDED c']);
  });

  it.each([
    ['resourceVersion=9999', 504, /^Timeout: Too large resource version: 9999, current: \d+$/],
    ['sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=9999', 504, /Too large resource version/],
    ['sendInitialEvents=true', 422, /sendInitialEvents requires setting resourceVersionMatch to NotOlderThan/],
    [
      'resourceVersionMatch=NotOlderThan',
      422,
      /resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided/,
    ],
    ['sendInitialEvents=true&resourceVersionMatch=Exact', 422, /resourceVersionMatch: Unsupported value: "Exact"/],
    ['labelSelector=a+b', 400, /unable to parse requirement/],
    ['fieldSelector=spec.size%3D1', 400, /field label not supported/],
    ['resourceVersion=x', 400, /invalid resource version/],
    [`labelSelector=a+in+(${'v,'.repeat(8000)}v)`, 413, /too long/],
  ])('refuses %s', async (query, code, message) => {
    const cluster = await testCluster();
    const error = await start(cluster, query).catch((e) => e);
    expect(error.message).toMatch(message);
    expect(error.code).toBe(code);
  });

  it('is refused when the log no longer reaches back', async () => {
    const cluster = await testCluster();
    const made = await cluster.ok('POST', widgetPath, widget('a'));
    await cluster.ok('POST', widgetPath, widget('b'));
    await cluster.api.store.compact(cluster.api.store.revision);
    const revision = made.metadata.resourceVersion;
    await expect(start(cluster, `resourceVersion=${revision}`)).rejects.toMatchObject({
      code: 410,
      reason: 'Expired',
      message: `too old resource version: ${revision}`,
    });
  });

  it('is of a kind that can be watched, in bounds', async () => {
    const cluster = await testCluster();
    await expect(start(cluster, '', { path: '/apis/example.dev/v1/nothings' })).rejects.toMatchObject({ code: 404 });
    await expect(start(cluster, '', { headers: { accept: 'text/html' } })).rejects.toMatchObject({ code: 406 });
    const user = { name: 'eve', groups: ['system:masters'], namespaces: ['mine'] };
    await expect(start(cluster, '', { user })).rejects.toMatchObject({ code: 403 });
    const watch = await start(cluster, '', { path: '/apis/example.dev/v1/widgets', user });
    expect(watch.spec.namespaces).toEqual(['mine']);
    await cluster.ok('POST', widgetPath, widget('a'));
    expect(await after(cluster, watch)).toEqual([]);
  });

  it('knows the old paths', async () => {
    const cluster = await testCluster();
    await cluster.ok('POST', widgetPath, widget('a'));
    await cluster.ok('POST', widgetPath, widget('b'));
    const old = '/apis/example.dev/v1/watch/namespaces/default/widgets';
    expect(seen((await start(cluster, '', { path: old })).initial)).toEqual(['ADDED a', 'ADDED b']);
    expect(seen((await start(cluster, '', { path: `${old}/b` })).initial)).toEqual(['ADDED b']);
    await expect(start(cluster, 'fieldSelector=metadata.name%3Da', { path: `${old}/b` })).rejects.toMatchObject({
      code: 400,
      message: "fieldSelector metadata.name doesn't match requested name",
    });
    const plain = await cluster.request('GET', old);
    expect(seen(plain.text.trim().split('\n'))).toEqual(['ADDED a', 'ADDED b']);
  });
});

describe('the events of a watch', () => {
  it('say what a selector makes of a change', async () => {
    const cluster = await testCluster();
    const watch = await start(cluster, 'labelSelector=show%3Dyes');
    const made = await cluster.ok('POST', widgetPath, widget('a', { metadata: { labels: { show: 'yes' } }, spec: { size: 1 } }));
    await cluster.ok('POST', widgetPath, widget('hidden'));
    await cluster.ok('PUT', `${widgetPath}/a`, widget('a', { metadata: { labels: { show: 'yes' } }, spec: { size: 2 } }));
    const hidden = await cluster.ok(
      'PUT',
      `${widgetPath}/a`,
      widget('a', { metadata: { labels: { show: 'no' } }, spec: { size: 3 } }),
    );
    await cluster.ok('PUT', `${widgetPath}/a`, widget('a', { metadata: { labels: { show: 'no' } }, spec: { size: 4 } }));
    await cluster.ok('PUT', `${widgetPath}/a`, widget('a', { metadata: { labels: { show: 'yes' } }, spec: { size: 5 } }));
    await cluster.ok('DELETE', `${widgetPath}/a`);
    const events = (await after(cluster, watch)).map(parsed);
    expect(events.map(({ type, object }) => [type, object.spec.size])).toEqual([
      ['ADDED', 1],
      ['MODIFIED', 2],
      ['DELETED', 2],
      ['ADDED', 5],
      ['DELETED', 5],
    ]);
    expect(events[0].object).toEqual(made);
    expect(events[2].object.metadata).toMatchObject({
      labels: { show: 'yes' },
      resourceVersion: hidden.metadata.resourceVersion,
    });
  });

  it('are of the namespace and the kind', async () => {
    const cluster = await testCluster();
    await cluster.ok('POST', '/api/v1/namespaces', { metadata: { name: 'other' } });
    const watch = await start(cluster, '');
    await cluster.ok('POST', widgetPath.replace('default', 'other'), widget('elsewhere'));
    await cluster.ok('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'c' } });
    await cluster.ok('POST', widgetPath, widget('here'));
    expect(seen(await after(cluster, watch))).toEqual(['ADDED here']);
  });

  it('are made once for watches of the same form', async () => {
    const cluster = await testCluster();
    const [one, two] = [
      await start(cluster, '', { headers: table }),
      await start(cluster, 'fieldSelector=metadata.name%3Da', { headers: table }),
    ];
    await cluster.ok('POST', widgetPath, widget('a'));
    const [change] = await cluster.api.store.changesAfter(one.position);
    const now = cluster.clock.now();
    const first = compileWatch(one.spec, cluster.api.scheme)(change!, now);
    // A later moment would show in the age, were the line made again.
    cluster.clock.advance(1000);
    expect(compileWatch(two.spec, cluster.api.scheme)(change!, cluster.clock.now())).toBe(first);
  });

  it('have the columns of a table in the first, or in all', async () => {
    const cluster = await testCluster();
    const columns = (event: EncodedEvent) => parsed(event).object.columnDefinitions?.length;
    const empty = await start(cluster, '', { headers: table });
    await cluster.ok('POST', widgetPath, widget('a'));
    await cluster.ok('POST', widgetPath, widget('b'));
    expect((await after(cluster, empty)).map(columns)).toEqual([3, 3]);
    const full = await start(cluster, 'allowWatchBookmarks=true&includeObject=None', { headers: table });
    expect(full.initial.map(columns)).toEqual([3, undefined]);
    await cluster.ok('POST', widgetPath, widget('c'));
    const [line] = await after(cluster, full);
    expect(parsed(line)).toMatchObject({
      type: 'ADDED',
      object: { kind: 'Table', rows: [{ cells: ['c', 0, '0s'], object: null }] },
    });
    expect(columns(line!)).toBeUndefined();
  });

  it('come with bookmarks of their form', async () => {
    const cluster = await testCluster();
    const meta = { accept: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1' };
    const metadata = await start(cluster, 'allowWatchBookmarks=true', { headers: meta });
    expect(metadata.spec.bookmarks).toBe(true);
    expect(parsed(bookmarkEvent(metadata.spec, 12))).toEqual({
      type: 'BOOKMARK',
      object: {
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata: { resourceVersion: '12', creationTimestamp: null },
      },
    });
    const { spec } = await start(cluster, 'allowWatchBookmarks=true', { headers: table });
    expect(parsed(bookmarkEvent(spec, 12)).object).toMatchObject({ kind: 'Table', metadata: { resourceVersion: '12' } });
    expect((await start(cluster, '')).spec.bookmarks).toBe(false);
  });
});

describe('isWatchRequest', () => {
  it.each([
    ['GET', '/api/v1/pods?watch=true', true],
    ['GET', 'https://h/api/v1/pods?limit=1&watch=1', true],
    ['GET', '/api/v1/namespaces/x/pods?watch', true],
    ['GET', '/api/v1/watch/namespaces/x/pods', true],
    ['GET', '/apis/apps/v1/watch/deployments', true],
    ['GET', '/api/v1/pods?watch=false', false],
    ['GET', '/api/v1/pods?watch=0', false],
    ['GET', '/api/v1/pods', false],
    ['GET', '/api/v1/namespaces/x/pods/y?watch=true', false],
    ['GET', '/api/v1/namespaces/watch/pods', false],
    ['GET', '/version?watch=true', false],
    ['GET', '/api/v1?watch=true', false],
    ['POST', '/api/v1/pods?watch=true', false],
  ])('%s %s: %s', (method, url, expected) => {
    expect(isWatchRequest(method, url)).toBe(expected);
  });
});
