import { describe, expect, it } from 'vitest';
import { testCluster, widget, widgetPath, type TestCluster } from './support/cluster.ts';

const path = `${widgetPath}/a`;
const yaml = { headers: { 'content-type': 'application/apply-patch+yaml' } };
const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
const json = { headers: { 'content-type': 'application/json-patch+json' } };

const applying =
  ({ request }: TestCluster) =>
  (configuration: unknown, query = 'fieldManager=me', to = path) =>
    request('PATCH', `${to}?${query}`, configuration, yaml);

const managersOf = (object: any) =>
  (object.metadata.managedFields ?? []).map(({ manager, operation, subresource }: any) =>
    [manager, operation, subresource ?? ''].join(' ').trim(),
  );
describe('managers', () => {
  it('are known by their name, or by their program', async () => {
    const { ok } = await testCluster();
    const made = await ok('POST', widgetPath, widget('a'), { headers: { 'user-agent': 'kubectl/v1.36.0 (linux/amd64)' } });
    expect(managersOf(made)).toEqual(['kubectl Update']);
    const next = await ok(
      'PUT',
      `${path}?fieldManager=tool`,
      { ...made, spec: { ...made.spec, size: 5 } },
      { headers: { 'user-agent': 'kubectl/v1' } },
    );
    expect(managersOf(next)).toEqual(['kubectl Update', 'tool Update']);
  });

  it('of subresources are others', async () => {
    const cluster = await testCluster();
    await cluster.ok('POST', `${widgetPath}?fieldManager=m`, widget('a', { spec: { size: 1 } }));
    await cluster.ok('PATCH', `${path}/status?fieldManager=m`, { status: { phase: 'Ready' } }, merge);
    const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'a' }, spec: { replicas: 4 } };
    await cluster.ok('PUT', `${path}/scale?fieldManager=m`, scale);
    const object = await cluster.ok('GET', path);
    expect(managersOf(object)).toEqual(['m Update', 'm Update scale', 'm Update status']);
    expect(object.metadata.managedFields.map((entry: any) => entry.fieldsV1)).toEqual([
      { 'f:spec': { 'f:color': {} } },
      { 'f:spec': { 'f:size': {} } },
      { 'f:status': { 'f:phase': {} } },
    ]);
    const applied = await applying(cluster)(
      widget('a', { status: { phase: 'Done' } }),
      'fieldManager=s&force=true',
      `${path}/status`,
    );
    expect(applied.body).toMatchObject({ spec: { size: 4 }, status: { phase: 'Done' } });
    expect(managersOf(applied.body)).toEqual(['s Apply status', 'm Update', 'm Update scale']);
  });

  it('may apply a scale', async () => {
    const cluster = await testCluster();
    await cluster.ok('POST', `${widgetPath}?fieldManager=m`, widget('a', { spec: { size: 1 } }));
    const scale = (spec: object) => ({ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'a' }, spec });
    const apply = (spec: object, query = '') => applying(cluster)(scale(spec), `fieldManager=s${query}`, `${path}/scale`);
    expect((await apply({ replicas: 7 })).body.message).toBe(
      'Apply failed with 1 conflict: conflict with "m" using example.dev/v1: .spec.size',
    );
    expect((await apply({ replicas: 7 }, '&force=true')).body).toMatchObject({ kind: 'Scale', spec: { replicas: 7 } });
    expect(managersOf(await cluster.ok('GET', path))).toEqual(['s Apply scale', 'm Update']);
    expect((await apply({ replicas: -1 })).status).toBe(422);
    expect((await apply({ replikas: 1 })).body.message).toContain('.spec.replikas: field not declared in schema');
    const noScale = await applying(cluster)(scale({ replicas: 1 }), 'fieldManager=s', `${widgetPath}/none/scale`);
    expect(noScale.status).toBe(404);
  });

  it.each([
    [
      'an empty list in an update',
      'PUT',
      (object: any) => ({ ...object, metadata: { ...object.metadata, managedFields: [] } }),
      undefined,
    ],
    ['an empty entry in a patch', 'PATCH', () => ({ metadata: { managedFields: [{}] } }), merge],
    ['a JSON patch', 'PATCH', () => [{ op: 'replace', path: '/metadata/managedFields', value: [{}] }], json],
  ])('are forgotten by %s, until the next apply', async (_, method, body, type) => {
    const cluster = await testCluster();
    const made = await cluster.ok('POST', widgetPath, widget('a', { spec: { size: 1 } }));
    const reset = await cluster.ok(method, path, body(made), type);
    expect(reset.metadata).not.toHaveProperty('managedFields');
    expect(reset.spec).toEqual(made.spec);
    const changed = await cluster.ok('PATCH', path, { spec: { size: 2 } }, merge);
    expect(changed.metadata).not.toHaveProperty('managedFields');
    expect(managersOf((await applying(cluster)(widget('a', { spec: { size: 2 } }))).body)).toEqual([
      'me Apply',
      'before-first-apply Update',
    ]);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['nonsense', [{ manager: 'm', operation: 'Update' }]],
    ['other nonsense', [{ manager: 'm', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { x: {} } }]],
  ])('are kept where an update says %s of them', async (_, managedFields) => {
    const { ok, api } = await testCluster();
    const made = await ok('POST', widgetPath, widget('a', { spec: { size: 1 } }));
    expect(await ok('PUT', path, { ...made, metadata: { ...made.metadata, managedFields } })).toEqual(made);
    expect(String(api.store.revision)).toBe(made.metadata.resourceVersion);
  });

  it('are renamed by who says so, as kubectl does when it moves to server-side apply', async () => {
    const cluster = await testCluster();
    const made = await cluster.ok('POST', `${widgetPath}?fieldManager=old`, widget('a', { spec: { size: 1 } }));
    const value = made.metadata.managedFields.map((entry: object) => ({ ...entry, manager: 'me', operation: 'Apply' }));
    const { resourceVersion } = made.metadata;
    const patch = [
      { op: 'replace', path: '/metadata/managedFields', value },
      { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
    ];
    const renamed = await cluster.ok('PATCH', `${path}?fieldManager=kubectl`, patch, json);
    expect(renamed.metadata.managedFields).toEqual(value);
    expect(renamed.metadata.resourceVersion).not.toBe(resourceVersion);
    const pruned = await applying(cluster)(widget('a', { spec: { color: 'grey' } }));
    expect(pruned.body.spec).toEqual({ color: 'grey' });
  });

  it('are not taken from what a status write says', async () => {
    const { ok } = await testCluster();
    const made = await ok('POST', `${widgetPath}?fieldManager=m`, widget('a', { spec: { size: 1 } }));
    const next = await ok('PUT', `${path}/status?fieldManager=s`, {
      ...made,
      metadata: { ...made.metadata, managedFields: [] },
      status: { phase: 'X' },
    });
    expect(managersOf(next)).toEqual(['m Update', 's Update status']);
  });

  it('who updates are ten at most', async () => {
    const cluster = await testCluster();
    await cluster.ok('POST', `${widgetPath}?fieldManager=m`, widget('a'));
    for (let i = 0; i < 14; i++) {
      cluster.clock.advance(1);
      await cluster.ok('PATCH', `${path}?fieldManager=m${i}`, { spec: { parts: { [`p${i}`]: 'x' } } }, merge);
    }
    const managers = managersOf(await cluster.ok('GET', path));
    expect(managers).toHaveLength(10);
    expect(managers[0]).toBe('ancient-changes Update');
  });

  it('are no reason to write where an update changes nothing', async () => {
    const { ok, api, clock } = await testCluster();
    await ok('POST', widgetPath, widget('a', { spec: { size: 1 } }));
    const { revision } = api.store;
    clock.advance(5);
    await ok('PATCH', `${path}?fieldManager=other`, { spec: { size: 1 } }, merge);
    expect(api.store.revision).toBe(revision);
  });

  it('of a created object are its creator alone, whatever it says', async () => {
    const { ok } = await testCluster();
    const managedFields = [
      {
        manager: 'x',
        operation: 'Apply',
        apiVersion: 'example.dev/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:size': {} } },
      },
    ];
    const made = await ok(
      'POST',
      `${widgetPath}?fieldManager=m`,
      widget('a', { spec: { size: 1 }, metadata: { managedFields } }),
    );
    expect(managersOf(made)).toEqual(['m Update']);
  });
});
