import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../src/machinery/meta.ts';
import { StatusError } from '../../src/machinery/status.ts';
import { EventCorrelator } from '../../src/server/event-correlator.ts';
import { recordEvents } from '../../src/server/record-event.ts';
import { applyWrite } from '../../src/server/verbs/apply-write.ts';
import { StoreError } from '../../src/storage/store.ts';
import { testCluster, widget, widgetPath, widgets, withStore } from './support/cluster.ts';

const options = { fieldManager: 'test' };

describe('applyWrite', () => {
  it('carries out every verb without touching what it is given', async () => {
    const { api, ok } = await testCluster();
    const object = Object.freeze({
      ...widget('a', { spec: Object.freeze({ size: 1 }) }),
      metadata: Object.freeze({ name: 'a', namespace: 'default' }),
    });
    const made = await applyWrite(api, { verb: 'create', resource: widgets, object }, options);
    expect(made!.object).toMatchObject({ spec: { size: 1, color: 'grey' } });
    const next = { ...made!.object, spec: { size: 2, color: 'grey' }, status: { phase: 'Ready' } } as KubeObject;
    const spec = await applyWrite(api, { verb: 'update', resource: widgets, object: next }, options);
    expect(spec!.object).toMatchObject({ spec: { size: 2 }, status: {} });
    await expect(applyWrite(api, { verb: 'update', resource: widgets, object: next }, options)).rejects.toMatchObject({
      reason: 'Conflict',
    });
    const withStatus = { ...spec!.object, status: { phase: 'Ready' } } as KubeObject;
    await applyWrite(api, { verb: 'update', resource: widgets, object: withStatus, subresource: 'status' }, options);
    expect((await ok('GET', `${widgetPath}/a`)).status).toEqual({ phase: 'Ready' });
    const remove = { verb: 'delete', resource: widgets, namespace: 'default', name: 'a' } as const;
    await expect(applyWrite(api, { ...remove, uid: 'x' }, options)).rejects.toMatchObject({ reason: 'Conflict' });
    const marked = await applyWrite(api, { ...remove, uid: made!.object.metadata.uid, propagationPolicy: 'Foreground' }, options);
    expect(marked!.object.metadata.finalizers).toEqual(['foregroundDeletion']);
  });

  it('binds', async () => {
    const { api, ok } = await testCluster();
    const pod = await ok('POST', '/api/v1/namespaces/default/pods', {
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    });
    const write = { verb: 'bind', namespace: 'default', name: 'p', uid: pod.metadata.uid, nodeName: 'n1' } as const;
    expect((await applyWrite(api, write, options))!.object).toMatchObject({ spec: { nodeName: 'n1' } });
    await expect(applyWrite(api, write, options)).rejects.toMatchObject({ reason: 'Conflict' });
  });

  it('rejects with a StatusError, whatever it is', async () => {
    const { api } = await testCluster();
    const failing = withStore(api, { write: () => Promise.reject(new StoreError('unavailable', 'inside')) });
    const write = {
      verb: 'create',
      resource: widgets,
      object: { ...widget('a'), metadata: { name: 'a', namespace: 'default' } },
    } as const;
    const error = await applyWrite(failing, write, options).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(StatusError);
    expect(error).toMatchObject({ reason: 'ServiceUnavailable' });
  });
});

describe('recordEvents', () => {
  it('counts what repeats and keeps apart what differs', async () => {
    const { api, ok, clock } = await testCluster();
    const regarding = await ok('POST', widgetPath, widget('a'));
    const draft = { regarding, type: 'Normal', reason: 'Grown', message: 'It grew' } as const;
    await recordEvents(api, 'widget-controller', [draft, { ...draft, message: 'It grew again' }]);
    clock.advance(60);
    await Promise.all([recordEvents(api, 'widget-controller', [draft, draft]), recordEvents(api, 'other', [draft])]);
    const { items } = await ok('GET', '/api/v1/namespaces/default/events');
    expect(items.map((e: any) => [e.message, e.count, e.source.component]).sort()).toEqual([
      ['It grew again', 1, 'widget-controller'],
      ['It grew', 1, 'other'],
      ['It grew', 3, 'widget-controller'],
    ]);
    const counted = items.find((e: any) => e.count === 3);
    expect(counted).toMatchObject({
      metadata: { name: expect.stringMatching(/^a\.[0-9a-f]{16}$/), namespace: 'default' },
      involvedObject: {
        apiVersion: 'example.dev/v1',
        kind: 'Widget',
        name: 'a',
        namespace: 'default',
        uid: regarding.metadata.uid,
      },
      type: 'Normal',
      reason: 'Grown',
      firstTimestamp: '2026-05-01T12:00:00Z',
      lastTimestamp: '2026-05-01T12:01:00Z',
      reportingComponent: 'widget-controller',
    });
  });

  it('has one that stands for many, with the last message', async () => {
    const { api, ok } = await testCluster();
    const regarding = await ok('POST', widgetPath, widget('a'));
    const drafts = Array.from({ length: 12 }, (_, i) => ({ regarding, type: 'Normal', reason: 'Grown', message: `by ${i}` }) as const);
    const correlator = new EventCorrelator();
    for (const draft of drafts) await recordEvents(api, 'widget-controller', [draft], undefined, correlator);
    const { items } = await ok('GET', '/api/v1/namespaces/default/events');
    expect(items).toHaveLength(10);
    expect(items.filter((e: any) => e.count > 1)).toMatchObject([{ count: 3, message: '(combined from similar events): by 11' }]);
  });

  it('counts what happens twice at once, and is written again after a clean-up', async () => {
    const { api, ok } = await testCluster();
    const regarding = await ok('POST', widgetPath, widget('a'));
    const draft = { regarding, type: 'Normal', reason: 'Grown', message: 'It grew' } as const;
    await Promise.all([recordEvents(api, 'c', [draft]), recordEvents(api, 'c', [draft])]);
    const { items } = await ok('GET', '/api/v1/events');
    expect(items.map((e: any) => e.count)).toEqual([2]);
    const entry = await api.store.get({ resource: 'events', namespace: 'default', name: items[0].metadata.name });
    await ok('DELETE', `/api/v1/namespaces/default/events/${items[0].metadata.name}`);
    await recordEvents(withStore(api, { get: async () => entry }), 'c', [draft]);
    expect((await ok('GET', '/api/v1/events')).items.map((e: any) => e.count)).toEqual([1]);
  });

  it('drops an event whose namespace begins to end between two attempts', async () => {
    const { api, ok } = await testCluster();
    await ok('POST', '/api/v1/namespaces', { metadata: { name: 'ending' } });
    const regarding = await ok('POST', widgetPath.replace('default', 'ending'), widget('a'));
    const draft = { regarding, type: 'Normal', reason: 'Grown', message: 'It grew' } as const;
    await recordEvents(api, 'c', [draft]);
    const { items } = await ok('GET', '/api/v1/events');
    const entry = await api.store.get({ resource: 'events', namespace: 'ending', name: items[0].metadata.name });
    await ok('DELETE', `/api/v1/namespaces/ending/events/${items[0].metadata.name}`);
    await ok('DELETE', '/api/v1/namespaces/ending');
    // It was there when it was looked for, and is gone when it is to be counted.
    await recordEvents(withStore(api, { get: async () => entry }), 'c', [draft]);
    expect((await ok('GET', '/api/v1/events')).items).toEqual([]);
  });

  it('puts events of cluster-scoped objects into default and drops those of namespaces that are gone', async () => {
    const { api, ok } = await testCluster();
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'N_1', uid: 'u' } } as KubeObject;
    const lost = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'gone', uid: 'u' } } as KubeObject;
    const draft = { type: 'Warning', reason: 'Lost', message: 'm'.repeat(3000) } as const;
    await recordEvents(api, 'c', [
      { ...draft, regarding: node },
      { ...draft, regarding: lost },
    ]);
    const { items } = await ok('GET', '/api/v1/events');
    expect(items).toHaveLength(1);
    expect(items[0].metadata).toMatchObject({ namespace: 'default', name: expect.stringMatching(/^n-1\./) });
    expect(items[0].message).toHaveLength(1024);
  });
});
