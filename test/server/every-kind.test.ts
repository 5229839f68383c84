/** What every kind can do, whatever it is: the life of an object through each verb, its forms, and the watch that sees it. */
import { describe, expect, it } from 'vitest';
import { automationGroup } from '../../src/resources/automation/subscription.ts';
import { compileWatch } from '../../src/server/watch/match.ts';
import { startWatch } from '../../src/server/watch/start.ts';
import { examples, type Example } from '../support/examples.ts';
import { admin, testCluster, type TestCluster } from './support/cluster.ts';

const types = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};
const labelled = (value: string) => ({ metadata: { labels: { [`by-${value}`]: 'yes' } } });
const stored = examples.filter(({ resource }) => resource.verbs.includes('get') && resource.verbs.includes('update'));

/** The types of the events that a watch of the collection has seen of the example. */
async function watched({ api, clock }: TestCluster, { collection, object, resource }: Example, since: string) {
  const url = `https://cluster${collection}?watch=true&resourceVersion=${since}`;
  const watch = await startWatch(api, { url, headers: new Headers() }, admin);
  const matches = compileWatch(JSON.parse(JSON.stringify(watch.spec)), api.scheme);
  const events = (await api.store.changesAfter(Number(since))).map((change) => matches(change, clock.now()));
  return events
    .filter((event) => event !== undefined)
    .map((event) => JSON.parse(event as string))
    .filter((event) => event.object.kind === resource.kind && event.object.metadata.name === object().metadata.name)
    .map((event) => event.type as string);
}

describe.each(stored.map((example) => [`${example.resource.apiVersion} ${example.resource.kind}`, example] as const))(
  '%s',
  (_, example) => {
    const { resource, collection, path, object } = example;
    const { name } = object().metadata;

    it('is created, read, listed, changed in every way, and deleted; a watch sees all of it', async () => {
      const cluster = await testCluster();
      const { ok, request } = cluster;
      const before = (await ok('GET', collection)).metadata.resourceVersion;
      const created = await ok('POST', collection, object());
      expect(created).toMatchObject({ apiVersion: resource.apiVersion, kind: resource.kind, metadata: { name } });
      expect((await request('POST', collection, object())).body).toMatchObject({ code: 409, reason: 'AlreadyExists' });
      expect(await ok('GET', path)).toEqual(created);
      const listed = await ok('GET', `${collection}?fieldSelector=metadata.name%3D${name}`);
      expect([listed.kind, listed.items.map((item: { metadata: object }) => item.metadata)]).toEqual([
        resource.listKind,
        [created.metadata],
      ]);

      const put = await ok('PUT', path, { ...created, metadata: { ...created.metadata, labels: { 'by-put': 'yes' } } });
      expect(put.metadata.labels).toMatchObject({ 'by-put': 'yes' });
      expect((await request('PUT', path, created)).body).toMatchObject({ code: 409, reason: 'Conflict' });
      const patch = (type: string, body: unknown, query = '') =>
        ok('PATCH', `${path}${query}`, body, { headers: { 'content-type': type } });
      await patch(types.json, [{ op: 'add', path: '/metadata/labels/by-json', value: 'yes' }]);
      await patch(types.merge, labelled('merge'));
      await patch(types.strategic, labelled('strategic'));
      const { apiVersion, kind } = resource;
      const applied = await patch(types.apply, { apiVersion, kind, ...labelled('apply') }, '?fieldManager=tester');
      const by = ['put', 'json', 'merge', 'strategic', 'apply'].map((way) => `by-${way}`);
      expect(Object.keys(applied.metadata.labels)).toEqual(expect.arrayContaining(by));
      expect(applied.metadata.managedFields.map((entry: { operation: string }) => entry.operation)).toContain('Apply');

      const events = ['ADDED', 'MODIFIED', 'MODIFIED', 'MODIFIED', 'MODIFIED', 'MODIFIED'];
      expect(await watched(cluster, example, before)).toEqual(events);
      const dry = await request('DELETE', `${path}?dryRun=All`);
      expect([dry.status < 300, (await request('GET', path)).status]).toEqual([true, 200]);
    });

    it('is shown as a table, as metadata only, in YAML and in protobuf', async () => {
      const { ok, request } = await testCluster();
      const created = await ok('POST', collection, object());
      const shown = (form: string) => ok('GET', path, undefined, { headers: { accept: `application/json;as=${form};v=v1;g=meta.k8s.io` } });
      const table = await shown('Table');
      expect(table.rows).toHaveLength(1);
      expect(table.rows[0].cells).toHaveLength(table.columnDefinitions.length);
      expect(await shown('PartialObjectMetadata')).toEqual({ apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata: created.metadata });
      // Kinds of our own have no form in protobuf, as custom resources have none.
      const hasProtobuf = resource.group !== automationGroup;
      for (const accept of ['application/yaml', ...(hasProtobuf ? ['application/vnd.kubernetes.protobuf'] : [])])
        expect((await request('GET', path, undefined, { headers: { accept } })).headers.get('content-type')).toBe(accept);
    });

    it('has a status of its own, where it has one', async () => {
      const { ok, request } = await testCluster();
      const created = await ok('POST', collection, object());
      const answer = await request('GET', `${path}/status`);
      expect(answer.status).toBe(resource.hasStatus ? 200 : 404);
      if (!resource.hasStatus) return;
      expect(answer.body).toEqual(created);
      const status = { ...created, metadata: { ...created.metadata, labels: { 'by-status': 'yes' } } };
      // Whatever a strategy lets a status write change, the answer is the object as it is stored.
      expect(await ok('PUT', `${path}/status`, status)).toEqual(await ok('GET', path));
      const patched = await request('PATCH', `${path}/status`, {}, { headers: { 'content-type': types.merge } });
      expect(patched.body).toEqual(await ok('GET', path));
    });

    it('goes with its collection, by its labels, where a collection may go', async () => {
      const { ok, request } = await testCluster();
      const marked = object();
      marked.metadata.labels = { ...marked.metadata.labels, doomed: 'yes' };
      const { metadata } = await ok('POST', collection, marked);
      if (!resource.verbs.includes('deletecollection')) return expect((await request('DELETE', collection)).status).toBe(405);
      await ok('DELETE', `${collection}?labelSelector=doomed%3Dno`);
      expect((await ok('GET', path)).metadata.deletionTimestamp).toBeUndefined();
      await ok('DELETE', `${collection}?labelSelector=doomed%3Dyes`);
      const left = (await ok('GET', collection)).items.find((item: { metadata: { uid: string } }) => item.metadata.uid === metadata.uid);
      // What has a finalizer or a grace period is on its way.
      if (left) expect(left.metadata.deletionTimestamp).toBeDefined();
    });
  },
);
