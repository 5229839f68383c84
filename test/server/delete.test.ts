import { describe, expect, it } from 'vitest';
import { applyWrite } from '../../src/server/verbs/apply-write.ts';
import { deleteCollection } from '../../src/server/verbs/delete-collection.ts';
import { testCluster, widget, widgetPath, widgets, withStore, type Widget } from './support/cluster.ts';

const path = `${widgetPath}/a`;

describe('delete', () => {
  it('removes at once and says what was removed', async () => {
    const { ok, request } = await testCluster();
    const made = await ok('POST', widgetPath, widget('a'));
    const { status, body } = await request('DELETE', path);
    expect([status, body]).toEqual([
      200,
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name: 'a', group: 'example.dev', kind: 'widgets', uid: made.metadata.uid },
      },
    ]);
    expect((await request('DELETE', path)).body).toMatchObject({ code: 404, message: 'widgets.example.dev "a" not found' });
  });

  it('waits for the grace period, which can only become shorter', async () => {
    const { ok, request, clock, api } = await testCluster();
    await ok('POST', widgetPath, widget('a', { metadata: { labels: { slow: 'yes' } } }));
    const marked = await ok('DELETE', path);
    expect(marked.metadata).toMatchObject({
      deletionTimestamp: '2026-05-01T12:00:30Z',
      deletionGracePeriodSeconds: 30,
      generation: 2,
    });
    const before = api.store.revision;
    expect(await ok('DELETE', path)).toEqual(marked);
    expect(await ok('DELETE', path, { gracePeriodSeconds: 60 })).toEqual(marked);
    expect(api.store.revision).toBe(before);
    const shorter = await ok('DELETE', path, { kind: 'DeleteOptions', apiVersion: 'apps/v1', gracePeriodSeconds: 10 });
    expect(shorter.metadata).toMatchObject({
      deletionTimestamp: '2026-05-01T12:00:10Z',
      deletionGracePeriodSeconds: 10,
      generation: 2,
    });
    clock.advance(20);
    const late = await ok('DELETE', `${path}?gracePeriodSeconds=5`);
    expect(late.metadata).toMatchObject({ deletionTimestamp: '2026-05-01T12:00:20Z', deletionGracePeriodSeconds: 1 });
    expect((await request('DELETE', path, { gracePeriodSeconds: 0 })).body).toMatchObject({ status: 'Success' });
    expect((await request('GET', path)).status).toBe(404);
  });

  it('counts a grace period below 0 as a second', async () => {
    const { ok } = await testCluster();
    await ok('POST', widgetPath, widget('a'));
    expect((await ok('DELETE', path, { gracePeriodSeconds: -5 })).metadata.deletionGracePeriodSeconds).toBe(1);
  });

  it.each([
    ['Foreground', { propagationPolicy: 'Foreground' }, ['foregroundDeletion']],
    ['Orphan', { propagationPolicy: 'Orphan' }, ['orphan']],
    ['orphanDependents', { orphanDependents: true }, ['orphan']],
  ])('leaves dependents to the collector: %s', async (_, options, finalizers) => {
    const { ok } = await testCluster();
    await ok('POST', widgetPath, widget('a'));
    const marked = await ok('DELETE', path, options);
    expect(marked.metadata).toMatchObject({
      finalizers,
      deletionTimestamp: '2026-05-01T12:00:00Z',
      deletionGracePeriodSeconds: 0,
    });
    const again = await ok('DELETE', path);
    expect(again).toEqual(marked);
    expect(await ok('DELETE', path, { propagationPolicy: 'Background' })).toMatchObject({ status: 'Success' });
  });

  it('answers 202 in the one case where upstream does', async () => {
    const { ok, request } = await testCluster();
    await ok('POST', widgetPath, widget('a', { metadata: { finalizers: ['example.dev/hold'] } }));
    expect((await request('DELETE', path)).status).toBe(200);
    expect((await request('DELETE', path, { orphanDependents: false })).status).toBe(202);
  });

  it.each([
    [
      'another uid',
      { preconditions: { uid: 'x' } },
      409,
      /the UID in the precondition \(x\) does not match the UID in record \(.*\)\. The object might have been deleted and then recreated$/,
    ],
    [
      'another resourceVersion',
      { preconditions: { resourceVersion: '1' } },
      409,
      /the ResourceVersion in the precondition \(1\) does not match the ResourceVersion in record \(\d+\)\. The object might have been modified$/,
    ],
    ['an unknown policy', { propagationPolicy: 'Sideways' }, 422, /propagationPolicy: Unsupported value: "Sideways"/],
    [
      'two policies',
      { propagationPolicy: 'Orphan', orphanDependents: true },
      422,
      /orphanDependents and deletionPropagation cannot be both set/,
    ],
    ['a wrong type', { gracePeriodSeconds: 'soon' }, 400, /gracePeriodSeconds/],
    ['another kind', { kind: 'Pod' }, 400, /Pod/],
  ])('refuses %s', async (_, options, code, message) => {
    const { ok, request } = await testCluster();
    await ok('POST', widgetPath, widget('a'));
    const answer = await request('DELETE', path, options);
    expect(answer.body.message).toMatch(message);
    expect(answer.status).toBe(code);
  });

  it('tries without writing', async () => {
    const { ok, api } = await testCluster();
    await ok('POST', widgetPath, widget('a'));
    const before = api.store.revision;
    expect(await ok('DELETE', `${path}?dryRun=All`)).toMatchObject({ status: 'Success' });
    const { resourceVersion } = (await ok('GET', path)).metadata;
    expect((await ok('DELETE', path, { dryRun: ['All'], propagationPolicy: 'Orphan' })).metadata).toMatchObject({
      finalizers: ['orphan'],
      resourceVersion,
    });
    expect(api.store.revision).toBe(before);
  });

  it.each<[string, object, object, object?]>([
    ['no node has', {}, {}],
    ['has ended', { nodeName: 'n1' }, { phase: 'Succeeded' }],
    ['is removed by force', { nodeName: 'n1' }, {}, { gracePeriodSeconds: 0 }],
  ])('marks a pod that %s, though it is gone at once', async (_, spec, status, options) => {
    const { ok, request, api } = await testCluster();
    const pods = '/api/v1/namespaces/default/pods';
    const made = await ok('POST', pods, { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } });
    await ok('PUT', `${pods}/p/status`, { ...made, status: { ...made.status, ...status } });
    const before = api.store.revision;
    const marks = { deletionTimestamp: '2026-05-01T12:00:00Z', deletionGracePeriodSeconds: 0, generation: 2 };
    expect(await ok('DELETE', `${pods}/p`, options)).toMatchObject({ kind: 'Pod', metadata: marks });
    expect((await request('GET', `${pods}/p`)).status).toBe(404);
    const changes = await api.store.changesAfter(before);
    expect(changes).toMatchObject([{ type: 'DELETED', entry: { object: { metadata: marks } } }]);
  });

  it('shows the object once more where the kind does', async () => {
    const { ok } = await testCluster();
    await ok('POST', '/apis/example.dev/v1/gadgets', { metadata: { name: 'g' } });
    expect(await ok('DELETE', '/apis/example.dev/v1/gadgets/g')).toMatchObject({ kind: 'Gadget', metadata: { name: 'g' } });
  });
});

describe('delete of a namespace', () => {
  it('ends in steps', async () => {
    const { ok, request } = await testCluster();
    await ok('POST', '/api/v1/namespaces', { metadata: { name: 'brief' } });
    const ending = await ok('DELETE', '/api/v1/namespaces/brief');
    expect(ending).toMatchObject({ status: { phase: 'Terminating' }, spec: { finalizers: ['kubernetes'] } });
    expect(ending.metadata.deletionTimestamp).toBe('2026-05-01T12:00:00Z');
    expect(await ok('DELETE', '/api/v1/namespaces/brief')).toEqual(ending);
    const kept = await ok('PUT', '/api/v1/namespaces/brief', { ...ending, spec: {} });
    expect(kept.spec.finalizers).toEqual(['kubernetes']);
    await ok('PUT', '/api/v1/namespaces/brief/finalize', { ...ending, spec: {} });
    expect((await request('GET', '/api/v1/namespaces/brief')).status).toBe(404);
  });

  it.each(['default', 'kube-system', 'kube-public'])('spares %s', async (name) => {
    const { ok, request } = await testCluster();
    if (name !== 'default') await ok('POST', '/api/v1/namespaces', { metadata: { name } });
    const { body } = await request('DELETE', `/api/v1/namespaces/${name}`);
    expect(body).toMatchObject({ code: 403, message: `namespaces "${name}" is forbidden: this namespace may not be deleted` });
  });
});

describe('deletecollection', () => {
  it('deletes what a list would show and answers with it', async () => {
    const { ok } = await testCluster();
    for (const name of ['a', 'b', 'c'])
      await ok('POST', widgetPath, widget(name, { metadata: { labels: { keep: name === 'b' ? 'yes' : 'no' } } }));
    const gone = await ok('DELETE', `${widgetPath}?labelSelector=keep%3Dno`);
    expect(gone).toMatchObject({ kind: 'WidgetList', items: [{ metadata: { name: 'a' } }, { metadata: { name: 'c' } }] });
    expect((await ok('GET', widgetPath)).items.map((item: any) => item.metadata.name)).toEqual(['b']);
  });

  it('does not mind what somebody else has deleted', async () => {
    const { ok, api } = await testCluster();
    await ok('POST', widgetPath, widget('a'));
    const listed = await api.store.list('widgets.example.dev');
    await ok('DELETE', path);
    const behind = withStore(api, { list: async () => listed });
    const { entries } = await deleteCollection(behind, widgets, 'default', {}, {});
    expect(entries).toHaveLength(1);
  });

  it('tries without writing, and needs a namespace', async () => {
    const { ok, request } = await testCluster();
    await ok('POST', widgetPath, widget('a'));
    await ok('DELETE', widgetPath, { dryRun: ['All'] });
    expect((await ok('GET', widgetPath)).items).toHaveLength(1);
    expect((await request('DELETE', '/apis/example.dev/v1/widgets')).status).toBe(405);
    expect((await request('DELETE', '/api/v1/namespaces')).status).toBe(405);
  });
});

describe('a deletion for want of owners', () => {
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: 'x' }];
  const other = [...ownerReferences, { apiVersion: 'v1', kind: 'ConfigMap', name: 'there', uid: 'y' }];

  it.each([
    ['goes through, whatever else is written at the same time', { labels: { a: 'b' } }, 'fulfilled', 404],
    ['does not once there is another owner', { ownerReferences: other }, 'rejected', 200],
    ['does not once there is none', { ownerReferences: [] }, 'rejected', 200],
  ])('%s', async (_, change, outcome, after) => {
    const { api, ok, request } = await testCluster();
    const { metadata } = await ok('POST', widgetPath, widget('a', { metadata: { ownerReferences } }));
    const object = { ...widget('a'), metadata: { ...metadata, ...change } } as Widget;
    const { namespace, name, uid } = metadata;
    const write = { verb: 'delete', resource: widgets, namespace, name, uid, ownerReferences } as const;
    // The first is decided, but not committed yet when the second is.
    const [updated, deleted] = await Promise.allSettled([
      applyWrite(api, { verb: 'update', resource: widgets, object }, { fieldManager: 'test' }),
      applyWrite(api, write, { fieldManager: 'test' }),
    ]);
    expect([updated.status, deleted.status]).toEqual(['fulfilled', outcome]);
    if (deleted.status === 'rejected') expect(deleted.reason).toMatchObject({ reason: 'Conflict' });
    expect((await request('GET', path)).status).toBe(after);
  });
});
