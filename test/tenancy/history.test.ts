import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../../src/machinery/meta.ts';
import { openStore, type CachedStore } from '../../src/storage/cached-store.ts';
import { PostgresBackend } from '../../src/storage/postgres.ts';
import type { Writer } from '../../src/storage/store.ts';
import { encryptionOf } from '../../src/tenancy/cluster-history.ts';
import { PlatformKeys } from '../../src/db/platform-keys.ts';
import { purgeDeletedClusters } from '../../src/db/purge.ts';
import { testPlatformKeys } from '../support/keys.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { TestManagement } from './support.ts';

let db: TestDatabase;
let api: TestManagement;
let platform: string;
let owner: string;
let cluster: string;
let store: CachedStore;
let names = 0;

beforeAll(async () => {
  db = await testDatabase();
  api = new TestManagement(db.database);
  // The log is written by the database's clock.
  api.now = new Date();
  platform = await api.platformToken();
}, 60_000);

const open = (id: string) =>
  openStore(
    new PostgresBackend(db.database, id, {
      encryption: encryptionOf({ database: db.database, platformKeys: new PlatformKeys(testPlatformKeys), clock: { now: () => api.now } }, id),
    }),
  );

beforeEach(async () => {
  api.now = new Date(Date.now() + 60_000);
  owner = (await api.tenant(platform, `tenant-${++names}`)).token;
  cluster = (await api.made('/v1/clusters', owner, { name: 'prod' })).json.id;
  store = await open(cluster);
});

const jane: Writer = { user: { name: 'jane' }, fieldManager: 'kubectl' };

/** Writes an object as a cluster would; without one, deletes it. */
async function put(resource: string, path: string, content: object | undefined, writer: Writer = jane): Promise<number> {
  const [namespace, name] = path.split('/') as [string, string];
  const key = { resource, namespace, name };
  const entry = await store.write(
    key,
    (current) => {
      const metadata = { name, ...(namespace && { namespace }), uid: current?.object.metadata.uid ?? crypto.randomUUID(), creationTimestamp: '2026-01-01T00:00:00Z' };
      const { metadata: more, ...rest } = (content ?? current!.object) as { metadata?: object };
      const object = { ...rest, metadata: { ...more, ...metadata } } as KubeObject;
      return content ? { type: 'put', object } : { type: 'delete', object };
    },
    writer,
  );
  return entry!.revision;
}
const configMap = (value: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', data: { value } });
const secret = (value: string) => ({ apiVersion: 'v1', kind: 'Secret', type: 'Opaque', data: { value: btoa(value) } });
const namespace = { apiVersion: 'v1', kind: 'Namespace', spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } };

const get = (path: string, token = owner) => api.call({ method: 'GET', path: `/v1/clusters/prod/${path}`, token });

describe('history', () => {
  test('tells who wrote what, and which fields, newest first', async () => {
    await put('configmaps', 'default/a', configMap('one'));
    await put('configmaps', 'default/b', configMap('one'), { fieldManager: 'controller' });
    await put('configmaps', 'default/a', configMap('two'), { user: { name: 'john' }, fieldManager: 'edit' });
    await put('configmaps', 'default/a', undefined);
    const { json } = await get('history?kind=ConfigMap&name=a');
    expect(json.items.map((item: any) => [item.operation, item.user, item.fieldManager, item.revision])).toEqual([
      ['delete', 'jane', 'kubectl', 5],
      ['update', 'john', 'edit', 4],
      ['create', 'jane', 'kubectl', 2],
    ]);
    expect(json.items[1].changes).toEqual([{ path: 'data.value', old: 'one', new: 'two' }]);
    expect(json.items[1]).toMatchObject({ kind: 'configmaps', namespace: 'default', name: 'a' });
    expect(json.nextCursor).toBeUndefined();
    expect((await get('history?kind=cm&namespace=default&name=b')).json.items).toMatchObject([{ user: '', fieldManager: 'controller' }]);
    expect((await get('history?kind=pods')).json.items).toEqual([]);
  });

  test('of writes that went together too, with carried states and without', async () => {
    await put('configmaps', 'default/a', configMap('one'));
    store = await open(cluster);
    const by = (name: string): Writer => ({ user: { name }, fieldManager: `m-${name}` });
    await Promise.all([
      put('configmaps', 'default/a', configMap('two'), by('ann')),
      put('configmaps', 'default/b', configMap('one'), by('bob')),
      put('configmaps', 'default/a', configMap('three'), {}),
    ]);
    const { json } = await get('history');
    expect(json.items.map((item: any) => [item.user, item.fieldManager, item.changes[0].old])).toEqual([
      ['', '', 'two'],
      ['bob', 'm-bob', undefined],
      ['ann', 'm-ann', 'one'],
      ['jane', 'kubectl', undefined],
    ]);
  });

  test('in pages, and between moments', async () => {
    for (let i = 0; i < 5; i++) await put('configmaps', 'default/a', configMap(`${i}`));
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const { json } = await get(`history?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...json.items.map((item: any) => item.revision));
      cursor = json.nextCursor;
    } while (cursor);
    expect(seen).toEqual([6, 5, 4, 3, 2]);
    const between = await get('history?since=3&until=5');
    expect(between.json.items.map((item: any) => item.revision)).toEqual([5, 4]);
    const future = encodeURIComponent(new Date(Date.now() + 3_600_000).toISOString());
    expect((await get(`history?since=${future}`)).json.items).toEqual([]);
    expect((await get(`history?since=2020-01-01T00:00:00Z&until=${future}`)).json.items).toHaveLength(5);
    expect((await get('history?since=yesterday')).status).toBe(422);
  });

  test('never shows what Secrets hold', async () => {
    await put('secrets', 'default/s', { ...secret('hush-one'), metadata: { annotations: { note: 'hush-note' }, labels: { app: 'web' } } });
    await put('secrets', 'default/s', { ...secret('hush-two'), metadata: { labels: { app: 'api' } } });
    const { json, text } = await get('history?kind=secret');
    expect(json.items[0].changes).toEqual([
      { path: 'data.value', hidden: true },
      { path: 'metadata.annotations', hidden: true },
      { path: 'metadata.labels.app', old: 'web', new: 'api' },
    ]);
    for (const value of ['hush-one', 'hush-two', btoa('hush-one'), btoa('hush-two'), 'hush-note']) expect(text).not.toContain(value);
    expect((await db.database.query(`select count(*) from log where cluster_id = $1 and data::text like '%sealed:%'`, [cluster]))[0]).toEqual(['2']);
  });
});

describe('export', () => {
  const documents = (text: string) => parseAllDocuments(text).map((document) => document.toJS() as KubeObject);
  const names = (text: string) => documents(text).map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`);

  async function fill() {
    await put('configmaps', 'shop/b', { ...configMap('on'), metadata: { managedFields: [{}], generation: 3 } });
    await put('configmaps', 'shop/a', configMap('0777'));
    await put('secrets', 'shop/s', secret('hush'));
    await put('namespaces', '/shop', namespace);
    await put('namespaces', '/kube-system', namespace);
    await put('nodes', '/n1', { apiVersion: 'v1', kind: 'Node' });
    await put('pods', 'shop/web-1', { apiVersion: 'v1', kind: 'Pod', metadata: { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u', controller: true }] } });
    await put('services', 'shop/web', { apiVersion: 'v1', kind: 'Service', spec: { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ports: [{ port: 80 }] }, status: {} });
    return put('configmaps', 'other/x', configMap('x'));
  }

  test('shows manifests in the order in which they can be applied', async () => {
    await fill();
    const { text, headers } = await get('export');
    expect(headers.get('content-type')).toBe('application/yaml');
    expect(names(text)).toEqual(['Namespace /shop', 'ConfigMap other/x', 'ConfigMap shop/a', 'ConfigMap shop/b', 'Service shop/web']);
    expect(documents(text)[3]).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b', namespace: 'shop' }, data: { value: 'on' } });
    expect(documents(text)[4]).toEqual({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { ports: [{ port: 80 }] } });
    // As readers of YAML 1.1 take it, which kubectl is.
    expect(text).toContain('value: "on"');
    expect(text).toContain('value: "0777"');
  });

  test('of a namespace, at a moment, with Secrets', async () => {
    const then = await fill();
    await put('configmaps', 'shop/a', undefined);
    await put('configmaps', 'shop/b', configMap('later'));
    await put('configmaps', 'shop/new', configMap('new'));
    await put('secrets', 'shop/s', undefined);
    const { text } = await get(`export?namespace=shop&asOf=${then}&secrets=true`);
    expect(names(text)).toEqual(['Namespace /shop', 'Secret shop/s', 'ConfigMap shop/a', 'ConfigMap shop/b', 'Service shop/web']);
    expect(documents(text)[1]).toMatchObject({ data: { value: btoa('hush') } });
    expect(documents(text)[3]).toMatchObject({ data: { value: 'on' } });
    expect(names((await get('export?namespace=shop')).text)).toEqual(['Namespace /shop', 'ConfigMap shop/b', 'ConfigMap shop/new', 'Service shop/web']);
  });

  test('refuses what it may not, and what is no moment', async () => {
    const then = await fill();
    const { token } = await api.member(owner, `${crypto.randomUUID()}@example.com`, 'member');
    expect((await get('export', token)).status).toBe(200);
    expect((await get('export?secrets=true', token)).json.code).toBe('forbidden');
    expect((await get('export?asOf=soon')).json.code).toBe('invalid');
    expect((await get(`export?asOf=${then + 1}`)).json.code).toBe('invalid');
    expect((await get('export?asOf=2020-01-01T00:00:00Z')).json).toMatchObject({ status: 410, code: 'history_gone' });
    await store.compact(4);
    expect((await get('export?asOf=3')).json.code).toBe('history_gone');
    expect((await get('export?asOf=4')).status).toBe(200);
  });
});

describe('clone', () => {
  const clone = (body: object, token = owner) => api.call({ method: 'POST', path: '/v1/clusters/prod/clone', token, body });

  test('is the source at that moment, but for what belongs to its nodes', async () => {
    await put('namespaces', '/shop', namespace);
    await put('configmaps', 'shop/a', configMap('one'));
    await put('secrets', 'shop/s', secret('hush'));
    await put('secrets', 'shop/token', { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/service-account-token', data: { token: btoa('t') } });
    await put('nodes', '/n1', { apiVersion: 'v1', kind: 'Node' });
    const then = await put('pods', 'shop/p', { apiVersion: 'v1', kind: 'Pod' });
    await put('configmaps', 'shop/a', configMap('two'));
    const made = await clone({ name: 'copy', asOf: String(then), secrets: true });
    expect(made.status).toBe(201);
    const copy = await open(made.json.id);
    const objects = ['namespaces', 'configmaps', 'secrets', 'nodes', 'pods'].flatMap((resource) => copy.entries(resource));
    expect(objects.map(({ key }) => key.name)).toEqual(['shop', 'a', 's', 'token']);
    const [, a, s, token] = objects.map(({ object }) => object as any);
    expect([a.data.value, s.data.value, token.data]).toEqual(['one', btoa('hush'), undefined]);
    expect(a.metadata.uid).toBe(store.entries('configmaps')[0]!.object.metadata.uid);
    expect(a.metadata.resourceVersion).toBe(String(copy.entries('configmaps')[0]!.revision));
    expect(copy.revision).toBeGreaterThan(store.revision + 1_000);
    await expect(copy.changesAfter(then)).rejects.toMatchObject({ code: 'compacted' });
    // It is a cluster like any other.
    await copy.write({ resource: 'configmaps', namespace: 'shop', name: 'a' }, (current) => ({ type: 'delete', object: current!.object }));
    expect(store.entries('configmaps')).toHaveLength(1);
  });

  test('leaves Secrets out, and refuses what cannot be', async () => {
    await put('secrets', 'shop/s', secret('hush'));
    const made = await clone({ name: 'bare' });
    expect((await open(made.json.id)).entries('secrets')).toEqual([]);
    expect((await clone({ name: 'bare' })).json.code).toBe('name_taken');
    expect((await clone({ name: 'past', asOf: '2020-01-01T00:00:00Z' })).json.code).toBe('history_gone');
    const { token } = await api.member(owner, `${crypto.randomUUID()}@example.com`, 'member');
    expect((await clone({ name: 'rich', secrets: true }, token)).json.code).toBe('forbidden');
    expect((await clone({ name: 'plain' }, token)).status).toBe(201);
  });

  test('that ends halfway is seen by nobody, and goes', async () => {
    await put('configmaps', 'shop/a', configMap('one'));
    await put('configmaps', 'shop/a', configMap('two'));
    // The log has lost the state that is asked for.
    await db.database.query('delete from log where cluster_id = $1 and revision = 2', [cluster]);
    expect((await clone({ name: 'half', asOf: '2' })).json.code).toBe('history_gone');
    expect((await api.call({ method: 'GET', path: '/v1/clusters/half', token: owner })).status).toBe(404);
    await purgeDeletedClusters(db.database.orm, { batchRows: 100, batchesMax: 100 });
    expect(await db.database.query(`select id from clusters where name = 'half'`)).toEqual([]);
  });
});
