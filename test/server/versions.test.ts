/** Kinds that are served in several versions: one object, seen in all of them. */
import { describe, expect, it } from 'vitest';
import { createProtobufCodec } from '../../src/machinery/protobuf/codec.ts';
import { protobufFacts } from '../../src/resources/protobuf/index.ts';
import { createApp } from '../../src/server/app.ts';
import { listSchema } from '../../src/server/http/protobuf.ts';
import { compileWatch } from '../../src/server/watch/match.ts';
import { startWatch } from '../../src/server/watch/start.ts';
import { admin, testCluster } from './support/cluster.ts';

const v1 = '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers';
const v2 = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers';
const core = '/api/v1/namespaces/default/events';
const own = '/apis/events.k8s.io/v1/namespaces/default/events';

const metadata = { name: 'web' };
const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const spec = { scaleTargetRef, maxReplicas: 5 };
const cpu = (averageUtilization: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});
const memory = { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } };
const metricsAnnotation = 'autoscaling.alpha.kubernetes.io/metrics';

const as = (type: string) => ({ headers: { 'content-type': type } });
const merge = as('application/merge-patch+json');
const apply = as('application/apply-patch+yaml');

describe('writing', () => {
  it('in another version than is stored', async () => {
    const { ok, api } = await testCluster();
    const made = await ok('POST', v1, { metadata, spec: { ...spec, targetCPUUtilizationPercentage: 50 } });
    expect(made).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { minReplicas: 1, targetCPUUtilizationPercentage: 50 } });
    const seen = await ok('GET', `${v2}/web`);
    expect(seen).toMatchObject({ apiVersion: 'autoscaling/v2', spec: { ...spec, minReplicas: 1, metrics: [cpu(50)] } });
    const stored = await api.store.get({ resource: 'horizontalpodautoscalers.autoscaling', namespace: 'default', name: 'web' });
    expect(stored?.object).toEqual(seen);
  });

  it('refuses what would be wrong in the stored version', async () => {
    const { request } = await testCluster();
    const { body } = await request('POST', v1, { metadata, spec: { ...spec, maxReplicas: -1 } });
    expect(body).toMatchObject({ code: 422, details: { group: 'autoscaling', kind: 'HorizontalPodAutoscaler' } });
    expect(body.message).toContain('spec.maxReplicas: Invalid value: -1: must be greater than or equal to 1');
  });

  it('refuses the form of another version', async () => {
    const { request } = await testCluster();
    const other = await request('POST', v1, { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata, spec });
    expect(other.body.message).toBe(
      'the API version in the data (autoscaling/v2) does not match the expected API version (autoscaling/v1)',
    );
    const field = { metadata, spec: { ...spec, metrics: [cpu(50)] } };
    const unknown = await request('POST', `${v1}?fieldValidation=Strict`, field);
    expect(unknown.body.message).toContain('strict decoding error: unknown field "spec.metrics"');
  });

  it('keeps what the version does not know', async () => {
    const { ok } = await testCluster();
    const behavior = { scaleDown: { stabilizationWindowSeconds: 60 } };
    await ok('POST', v2, { metadata, spec: { ...spec, metrics: [cpu(50), memory], behavior } });
    const shown = await ok('GET', `${v1}/web`);
    shown.spec.targetCPUUtilizationPercentage = 70;
    const updated = await ok('PUT', `${v1}/web`, shown);
    expect(updated.spec.targetCPUUtilizationPercentage).toBe(70);
    expect(updated.metadata.annotations[metricsAnnotation]).toBe(
      '[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"1Gi"}}]',
    );
    const seen = await ok('GET', `${v2}/web`);
    expect(seen.spec.metrics).toEqual([memory, cpu(70)]);
    expect(seen.spec.behavior.scaleDown.stabilizationWindowSeconds).toBe(60);
    expect(seen.metadata.annotations).toBeUndefined();
  });

  it('patches what the version shows', async () => {
    const { ok, request } = await testCluster();
    await ok('POST', v2, { metadata, spec: { ...spec, metrics: [memory, cpu(50)] } });
    const patched = await ok('PATCH', `${v1}/web`, { spec: { targetCPUUtilizationPercentage: 60 } }, merge);
    expect(patched).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 60 } });
    expect((await ok('GET', `${v2}/web`)).spec.metrics).toEqual([memory, cpu(60)]);
    const test = [{ op: 'test', path: '/spec/targetCPUUtilizationPercentage', value: 60 }];
    expect((await ok('PATCH', `${v1}/web`, test, as('application/json-patch+json'))).metadata).toEqual(patched.metadata);
    const strategic = as('application/strategic-merge-patch+json');
    expect((await ok('PATCH', `${v1}/web`, { spec: { maxReplicas: 9 } }, strategic)).spec.maxReplicas).toBe(9);
    const stale = { metadata: { resourceVersion: patched.metadata.resourceVersion }, spec: { maxReplicas: 3 } };
    expect((await request('PATCH', `${v1}/web`, stale, merge)).body).toMatchObject({ code: 409 });
  });

  it('applies, and manages fields of the stored version', async () => {
    const { ok, request } = await testCluster();
    const configuration = (percent: number) => ({
      apiVersion: 'autoscaling/v1',
      kind: 'HorizontalPodAutoscaler',
      metadata,
      spec: { ...spec, targetCPUUtilizationPercentage: percent },
    });
    const made = await ok('PATCH', `${v1}/web?fieldManager=a`, configuration(50), apply);
    expect(made).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 50 } });
    expect(made.metadata.managedFields).toMatchObject([{ manager: 'a', operation: 'Apply', apiVersion: 'autoscaling/v2' }]);
    expect(made.metadata.managedFields[0].fieldsV1['f:spec']).toHaveProperty('f:metrics');
    const other = { ...configuration(60), spec: { targetCPUUtilizationPercentage: 60 } };
    const conflict = await request('PATCH', `${v1}/web?fieldManager=b`, other, apply);
    expect(conflict.body).toMatchObject({ code: 409, details: { causes: [{ field: '.spec.metrics' }] } });
    await ok('PATCH', `${v1}/web?fieldManager=b&force=true`, other, apply);
    expect((await ok('GET', `${v2}/web`)).spec.metrics).toEqual([cpu(60)]);
  });

  it('writes the status', async () => {
    const { ok } = await testCluster();
    await ok('POST', v2, { metadata, spec });
    const status = { currentReplicas: 2, desiredReplicas: 3, currentCPUUtilizationPercentage: 40 };
    const written = await ok('PATCH', `${v1}/web/status`, { status }, merge);
    expect(written.status).toEqual(status);
    expect((await ok('GET', `${v2}/web/status`)).status.currentMetrics).toMatchObject([
      { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 40 } } },
    ]);
  });

  it('deletes in any version', async () => {
    const { ok, request } = await testCluster();
    await ok('POST', v2, { metadata: { ...metadata, finalizers: ['example.com/a'] }, spec });
    expect(await ok('DELETE', `${v1}/web`)).toMatchObject({ apiVersion: 'autoscaling/v1', metadata: { name: 'web' } });
    await ok('PATCH', `${v1}/web`, { metadata: { finalizers: null } }, merge);
    expect((await request('GET', `${v2}/web`)).status).toBe(404);
    await ok('POST', v2, { metadata, spec });
    expect(await ok('DELETE', v1)).toMatchObject({ apiVersion: 'autoscaling/v1', items: [{ apiVersion: 'autoscaling/v1' }] });
    expect((await ok('GET', v2)).items).toEqual([]);
  });
});

describe('reading', () => {
  async function withOne() {
    const cluster = await testCluster();
    await cluster.ok('POST', v2, { metadata, spec: { ...spec, metrics: [cpu(50)] } });
    return cluster;
  }

  it('lists', async () => {
    const { ok } = await withOne();
    const list = await ok('GET', v1);
    expect(list).toMatchObject({ kind: 'HorizontalPodAutoscalerList', apiVersion: 'autoscaling/v1' });
    expect(list.items).toEqual([await ok('GET', `${v1}/web`)]);
    expect(list.items[0]).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 50 } });
  });

  it('shows tables, with the object as asked for', async () => {
    const { ok } = await withOne();
    const table = { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } };
    const { rows } = await ok('GET', `${v1}?includeObject=Object`, undefined, table);
    expect(rows[0].cells.slice(0, 3)).toEqual(['web', 'Deployment/web', 'cpu: <unknown>/50%']);
    expect(rows[0].object).toMatchObject({ apiVersion: 'autoscaling/v1', spec: { targetCPUUtilizationPercentage: 50 } });
  });

  it.each([
    [v1, 'autoscaling/v1', 'targetCPUUtilizationPercentage'],
    [v2, 'autoscaling/v2', 'metrics'],
  ])('watches %s', async (path, apiVersion, field) => {
    const cluster = await withOne();
    const { api, clock, ok } = cluster;
    const url = `https://cluster${path}?watch=true&allowWatchBookmarks=true`;
    const watch = await startWatch(api, { url, headers: new Headers() }, admin);
    await ok('PATCH', `${v2}/web`, { spec: { maxReplicas: 7 } }, merge);
    await ok('DELETE', `${v1}/web`);
    const matches = compileWatch(JSON.parse(JSON.stringify(watch.spec)), api.scheme);
    // The events of a change are shared by all watches that show it alike, and only by them.
    const otherUrl = `https://cluster${path === v1 ? v2 : v1}?watch=true`;
    const other = compileWatch((await startWatch(api, { url: otherUrl, headers: new Headers() }, admin)).spec, api.scheme);
    const changes = await api.store.changesAfter(watch.position);
    for (const change of changes) other(change, clock.now());
    const events = [...watch.initial, ...changes.map((change) => matches(change, clock.now()))].map((each) =>
      JSON.parse(each as string),
    );
    expect(events.map(({ type, object }) => [type, object.apiVersion])).toEqual(
      ['ADDED', 'MODIFIED', 'DELETED'].map((type) => [type, apiVersion]),
    );
    for (const { object } of events) expect(object.spec).toHaveProperty(field);
    expect(watch.spec).toMatchObject({ apiVersion, kind: 'HorizontalPodAutoscaler' });
  });

  it('answers in protobuf', async () => {
    const { api } = await withOne();
    const codec = createProtobufCodec(protobufFacts);
    const app = createApp(api);
    const kind = api.scheme.byKind('autoscaling/v1', 'HorizontalPodAutoscaler')!;
    const accept = { accept: 'application/vnd.kubernetes.protobuf' };
    const response = await app.request(`${v1}/web`, { headers: accept }, { user: admin });
    const { typeMeta, message } = codec.open(new Uint8Array(await response.arrayBuffer()));
    expect(typeMeta).toEqual({ apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler' });
    expect(codec.decode(kind.schema, message)).toMatchObject({ spec: { targetCPUUtilizationPercentage: 50, maxReplicas: 5 } });
    const list = await app.request(v1, { headers: accept }, { user: admin });
    const opened = codec.open(new Uint8Array(await list.arrayBuffer()));
    expect(codec.decode(listSchema(kind.schema), opened.message)).toMatchObject({
      items: [{ spec: { targetCPUUtilizationPercentage: 50 } }],
    });
    const url = `https://cluster${v1}?watch=true`;
    const { initial } = await startWatch(api, { url, headers: new Headers(accept) }, admin);
    expect(new TextDecoder().decode(initial[0] as Uint8Array)).toContain('autoscaling/v1');
  });

  it('tells of both versions', async () => {
    const { ok } = await testCluster();
    expect((await ok('GET', '/apis/autoscaling')).versions.map(({ version }: { version: string }) => version)).toEqual([
      'v2',
      'v1',
    ]);
    for (const version of ['v1', 'v2']) {
      const { resources } = await ok('GET', `/apis/autoscaling/${version}`);
      expect(resources.map(({ name }: { name: string }) => name)).toEqual([
        'horizontalpodautoscalers',
        'horizontalpodautoscalers/status',
      ]);
    }
    expect((await ok('GET', '/')).paths).toContain('/apis/events.k8s.io/v1');
  });
});

describe('events of both groups', () => {
  const event = {
    metadata: { name: 'e' },
    eventTime: '2026-05-01T12:00:00.000000Z',
    reportingController: 'example.com/controller',
    reportingInstance: 'c-1',
    action: 'Binding',
    reason: 'Scheduled',
    type: 'Normal',
    note: 'Hello',
    regarding: { kind: 'Pod', namespace: 'default', name: 'web-1' },
  };

  it('are the same objects', async () => {
    const { ok } = await testCluster();
    const made = await ok('POST', own, event);
    expect(made).toMatchObject({ apiVersion: 'events.k8s.io/v1', ...event });
    const { note, regarding, reportingController, ...same } = event;
    expect(await ok('GET', `${core}/e`)).toMatchObject({
      apiVersion: 'v1',
      ...same,
      message: note,
      involvedObject: regarding,
      reportingComponent: reportingController,
    });
    const old = { metadata: { name: 'o' }, count: 3, source: { component: 'kubelet' }, involvedObject: { namespace: 'default' } };
    await ok('POST', core, old);
    expect(await ok('GET', `${own}/o`)).toMatchObject({
      deprecatedCount: 3,
      deprecatedSource: { component: 'kubelet' },
      regarding: { namespace: 'default' },
    });
    const series = { count: 2, lastObservedTime: '2026-05-01T12:01:00.000000Z' };
    expect((await ok('PATCH', `${own}/e`, { series }, merge)).series).toEqual(series);
    expect((await ok('GET', `${core}/e`)).series).toEqual(series);
  });

  it('are selected by the names of their group', async () => {
    const { ok, request, api, clock } = await testCluster();
    await ok('POST', own, event);
    const names = async (path: string) => (await ok('GET', path)).items.map((item: any) => item.metadata.name);
    expect(await names(`${own}?fieldSelector=regarding.name%3Dweb-1,reportingController%3Dexample.com/controller`)).toEqual([
      'e',
    ]);
    expect(await names(`${own}?fieldSelector=regarding.name%3Dother`)).toEqual([]);
    expect(await names(`${core}?fieldSelector=involvedObject.name%3Dweb-1`)).toEqual(['e']);
    for (const [path, field] of [
      [own, 'involvedObject.name'],
      [own, 'source'],
      [core, 'regarding.name'],
    ])
      expect((await request('GET', `${path}?fieldSelector=${field}%3Dx`)).body.message).toBe(
        `field label not supported: ${field}`,
      );
    const metadataOnly = new Headers({ accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' });
    const url = `https://cluster${own}?watch=true&fieldSelector=regarding.name%3Dweb-2`;
    const watch = await startWatch(api, { url, headers: metadataOnly }, admin);
    await ok('POST', own, { ...event, metadata: { name: 'f' }, regarding: { ...event.regarding, name: 'web-2' } });
    const matches = compileWatch(watch.spec, api.scheme);
    const changes = await api.store.changesAfter(watch.position);
    expect(changes.map((change) => JSON.parse(matches(change, clock.now()) as string).object.metadata.name)).toEqual(['f']);
  });

  it('follow the rules of the group they are written in', async () => {
    const { ok, request } = await testCluster();
    const old = { metadata: { name: 'o' }, type: 'Odd', involvedObject: { namespace: 'default' } };
    await ok('POST', core, old);
    const { involvedObject, ...rest } = old;
    const refused = await request('POST', own, { ...rest, metadata: { name: 'p' }, regarding: involvedObject });
    expect(refused.body.details.causes.map((cause: { field: string }) => cause.field)).toEqual(['eventTime', 'type']);
    const changed = await request('PATCH', `${own}/o`, { note: 'x' }, merge);
    expect(changed.body.message).toContain('message: Invalid value: "x": field is immutable');
    expect((await ok('PATCH', `${core}/o`, { message: 'x' }, merge)).message).toBe('x');
  });
});
