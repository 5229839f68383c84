import { describe, expect, it } from 'vitest';
import { testCluster, widget, widgetPath } from './support/cluster.ts';

const path = `${widgetPath}/a`;

describe('update', () => {
  it('replaces, counts generations, and keeps what only the server says', async () => {
    const { ok, clock } = await testCluster();
    const made = await ok('POST', widgetPath, widget('a', { spec: { size: 1 } }));
    clock.advance(60);
    const sent = {
      ...made,
      spec: { size: 2, color: 'grey' },
      status: { phase: 'Mine' },
      metadata: { ...made.metadata, creationTimestamp: null, uid: undefined },
    };
    const next = await ok('PUT', path, sent);
    expect(next.spec.size).toBe(2);
    expect(next.status).toEqual({});
    expect(next.metadata).toMatchObject({
      uid: made.metadata.uid,
      creationTimestamp: made.metadata.creationTimestamp,
      generation: 2,
    });
    expect(Number(next.metadata.resourceVersion)).toBeGreaterThan(Number(made.metadata.resourceVersion));
    const labelled = await ok('PUT', path, { ...next, metadata: { ...next.metadata, labels: { a: 'b' } } });
    expect(labelled.metadata.generation).toBe(2);
  });

  it('writes nothing when nothing changes', async () => {
    const { ok, api } = await testCluster();
    const made = await ok('POST', widgetPath, widget('a', { spec: { size: 1 } }));
    const { resourceVersion: _, ...metadata } = made.metadata;
    expect(
      await ok('PUT', path, { ...made, metadata: { ...metadata, managedFields: [{ manager: 'm', operation: 'Update' }] } }),
    ).toEqual(made);
    expect(await ok('PUT', `${path}/status`, made)).toEqual(made);
    expect(String(api.store.revision)).toBe(made.metadata.resourceVersion);
  });

  it.each([
    [
      'an old resourceVersion',
      { metadata: { name: 'a', resourceVersion: '1' } },
      409,
      'Operation cannot be fulfilled on widgets.example.dev "a": the object has been modified; please apply your changes to the latest version and try again',
    ],
    [
      'another uid',
      { metadata: { name: 'a', uid: 'x' } },
      409,
      /^Operation cannot be fulfilled on widgets.example.dev "a": Precondition failed: UID in precondition: x, UID in object meta: /,
    ],
    ['another name', { metadata: { name: 'b' } }, 400, 'the name of the object (b) does not match the name on the URL (a)'],
    ['no name', { metadata: {} }, 400, 'the name of the object (a based on URL) was undeterminable: name must be provided'],
    [
      'another namespace',
      { metadata: { name: 'a', namespace: 'b' } },
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'a forbidden change',
      { metadata: { name: 'a' }, spec: { color: 'red' } },
      422,
      'Widget.example.dev "a" is invalid: spec.color: Forbidden: may not be changed',
    ],
    [
      'a deletionTimestamp',
      { metadata: { name: 'a', deletionTimestamp: '2026-05-01T12:00:00Z' } },
      422,
      /metadata.deletionTimestamp: Invalid value: .*: field is immutable/,
    ],
  ])('refuses %s', async (_, body, code, message) => {
    const { request, ok } = await testCluster();
    await ok('POST', widgetPath, widget('a'));
    const answer = await request('PUT', path, body);
    expect(answer.body.message).toMatch(message);
    expect(answer.body).toMatchObject({ code, kind: 'Status' });
    expect(answer.status).toBe(code);
  });

  it('does not create, except for kinds that do', async () => {
    const { request } = await testCluster();
    expect((await request('PUT', path, widget('a'))).body).toMatchObject({
      code: 404,
      message: 'widgets.example.dev "a" not found',
    });
    const gadget = { metadata: { name: 'g' }, spec: { size: 1 } };
    const made = await request('PUT', '/apis/example.dev/v1/gadgets/g', gadget);
    expect([made.status, made.body.metadata.generation]).toEqual([201, 1]);
    const blind = await request('PUT', '/apis/example.dev/v1/gadgets/g', gadget);
    expect(blind.body).toMatchObject({
      code: 422,
      message: 'gadgets.example.dev "g" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    });
    expect((await request('PUT', '/apis/example.dev/v1/gadgets/g', made.body)).status).toBe(200);
  });

  it('takes a resourceVersion of 0 for none', async () => {
    const { ok } = await testCluster();
    await ok('POST', widgetPath, widget('a'));
    expect((await ok('PUT', path, widget('a', { metadata: { resourceVersion: '0' }, spec: { size: 4 } }))).spec.size).toBe(4);
  });

  it('leaves an object that has a grace period to its end', async () => {
    const { ok } = await testCluster();
    await ok('POST', widgetPath, widget('a', { metadata: { labels: { slow: 'yes' } } }));
    const ending = await ok('DELETE', path);
    await ok('PUT', `${path}/status`, { ...ending, status: { phase: 'Ending' } });
    expect((await ok('GET', path)).status).toEqual({ phase: 'Ending' });
  });

  it('writes a status, and of the rest only metadata', async () => {
    const { ok, request } = await testCluster();
    const made = await ok('POST', widgetPath, widget('a', { spec: { size: 1 } }));
    const sent = { ...made, spec: { size: 9 }, metadata: { ...made.metadata, labels: { x: 'y' } }, status: { phase: 'Ready' } };
    const next = await ok('PUT', `${path}/status`, sent);
    const { resourceVersion, managedFields } = next.metadata;
    const metadata = { ...made.metadata, labels: { x: 'y' }, resourceVersion, managedFields };
    expect(next).toEqual({ ...made, status: { phase: 'Ready' }, metadata });
    expect((await request('PUT', `${path}/status`, sent)).status).toBe(409);
    expect(await ok('GET', `${path}/status`)).toEqual(next);
    const kept = await ok('PUT', path, { ...next, status: { phase: 'Other' }, metadata: { name: 'a', labels: { x: 'y' } } });
    expect(kept.status).toEqual({ phase: 'Ready' });
  });

  it('tries without writing', async () => {
    const { ok, api } = await testCluster();
    const made = await ok('POST', widgetPath, widget('a', { spec: { size: 1 } }));
    const tried = await ok('PUT', `${path}?dryRun=All`, { ...made, spec: { size: 5, color: 'grey' } });
    expect(tried.spec.size).toBe(5);
    expect(String(api.store.revision)).toBe(made.metadata.resourceVersion);
    expect(await ok('GET', path)).toEqual(made);
  });

  it('removes what waited for its last finalizer, and takes no new ones', async () => {
    const { ok, request } = await testCluster();
    await ok('POST', widgetPath, widget('a', { metadata: { finalizers: ['example.dev/one', 'example.dev/two'] } }));
    const ending = await ok('DELETE', path);
    expect(ending.metadata).toMatchObject({
      deletionTimestamp: '2026-05-01T12:00:00Z',
      deletionGracePeriodSeconds: 0,
      generation: 2,
    });
    const more = await request('PUT', path, { ...ending, metadata: { ...ending.metadata, finalizers: ['example.dev/three'] } });
    expect(more.body.message).toMatch(
      /metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted/,
    );
    const one = await ok('PUT', path, {
      ...ending,
      metadata: { ...ending.metadata, deletionTimestamp: null, finalizers: ['example.dev/two'] },
    });
    expect(one.metadata.deletionTimestamp).toBe('2026-05-01T12:00:00Z');
    const last = await request('PUT', path, { ...one, metadata: { ...one.metadata, finalizers: [] } });
    expect([last.status, last.body.kind]).toEqual([200, 'Widget']);
    expect((await request('GET', path)).status).toBe(404);
  });
});
