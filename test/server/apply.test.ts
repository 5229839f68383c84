import { describe, expect, it } from 'vitest';
import { testCluster, widget, widgetPath, type TestCluster } from './support/cluster.ts';

const path = `${widgetPath}/a`;
const yaml = { headers: { 'content-type': 'application/apply-patch+yaml' } };
const merge = { headers: { 'content-type': 'application/merge-patch+json' } };

const applying =
  ({ request }: TestCluster) =>
  (configuration: unknown, query = 'fieldManager=me', to = path) =>
    request('PATCH', `${to}?${query}`, configuration, yaml);

const fieldsOf = (object: any, manager: string) =>
  object.metadata.managedFields.find((entry: any) => entry.manager === manager)?.fieldsV1;

describe('apply', () => {
  it('creates what is missing, 201, with defaults that nobody manages', async () => {
    const cluster = await testCluster();
    const made = await applying(cluster)(widget('a', { spec: { size: 1 } }));
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      spec: { size: 1, color: 'grey' },
      status: {},
      metadata: { name: 'a', namespace: 'default', generation: 1 },
    });
    expect(made.body.metadata.managedFields).toEqual([
      {
        manager: 'me',
        operation: 'Apply',
        apiVersion: 'example.dev/v1',
        time: '2026-05-01T12:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:size': {} } },
      },
    ]);
    expect(await cluster.ok('GET', path)).toEqual(made.body);
  });

  it('merges, prunes, and raises the generation', async () => {
    const cluster = await testCluster();
    const apply = applying(cluster);
    await apply(widget('a', { spec: { size: 1, parts: { x: '1', y: '1' } } }));
    await cluster.ok('PATCH', `${path}?fieldManager=other`, { spec: { parts: { z: '1' } } }, merge);
    const next = await apply(widget('a', { spec: { size: 2, parts: { x: '1' } } }));
    expect(next.status).toBe(200);
    expect(next.body).toMatchObject({ spec: { size: 2, color: 'grey', parts: { x: '1', z: '1' } }, metadata: { generation: 3 } });
    expect(next.body.spec.parts).not.toHaveProperty('y');
  });

  it('of the same writes nothing, however often, and whatever else has a time', async () => {
    const cluster = await testCluster();
    const apply = applying(cluster);
    const made = await apply(widget('a', { spec: { size: 1 } }));
    const { revision } = cluster.api.store;
    cluster.clock.advance(60);
    expect((await apply(widget('a', { spec: { size: 1 } }))).body).toEqual(made.body);
    // Upstream's own manifests have this; it is no change.
    const generated = { ...widget('a', { spec: { size: 1 }, metadata: { creationTimestamp: null } as object }), status: {} };
    expect((await apply(generated)).body).toEqual(made.body);
    expect(cluster.api.store.revision).toBe(revision);
  });

  it('answers a conflict with everything that is in conflict, and is forced', async () => {
    const cluster = await testCluster();
    const apply = applying(cluster);
    await cluster.ok('POST', `${widgetPath}?fieldManager=maker`, widget('a', { spec: { size: 1, parts: { x: '1' } } }));
    const refused = await apply(widget('a', { spec: { size: 2, parts: { x: '2' } } }));
    expect(refused.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Apply failed with 2 conflicts: conflicts with "maker" using example.dev/v1:\n- .spec.size\n- .spec.parts.x',
      reason: 'Conflict',
      details: {
        causes: [
          { reason: 'FieldManagerConflict', message: 'conflict with "maker" using example.dev/v1', field: '.spec.size' },
          { reason: 'FieldManagerConflict', message: 'conflict with "maker" using example.dev/v1', field: '.spec.parts.x' },
        ],
      },
      code: 409,
    });
    const forced = await apply(widget('a', { spec: { size: 2, parts: { x: '2' } } }), 'fieldManager=me&force=true');
    expect(forced.body.spec).toMatchObject({ size: 2, parts: { x: '2' } });
    expect(fieldsOf(forced.body, 'maker')).toEqual({ 'f:spec': { 'f:color': {}, 'f:parts': {} } });
  });

  it('takes YAML', async () => {
    const cluster = await testCluster();
    const made = await applying(cluster)('apiVersion: example.dev/v1\nkind: Widget\nmetadata:\n  name: a\nspec:\n  size: 3\n');
    expect([made.status, made.body.spec.size]).toEqual([201, 3]);
  });

  it('tries without storing', async () => {
    const cluster = await testCluster();
    const apply = applying(cluster);
    expect((await apply(widget('a'), 'fieldManager=me&dryRun=All')).status).toBe(201);
    expect((await cluster.request('GET', path)).status).toBe(404);
    const made = await apply(widget('a', { spec: { size: 1 } }));
    const tried = await apply(widget('a', { spec: { size: 2 } }), 'fieldManager=me&dryRun=All');
    expect(tried.body).toMatchObject({ spec: { size: 2 }, metadata: { resourceVersion: made.body.metadata.resourceVersion } });
    expect((await cluster.ok('GET', path)).spec.size).toBe(1);
  });

  it.each<[string, unknown, string, string, number, string | RegExp]>([
    [
      'nobody',
      widget('a'),
      'force=true',
      path,
      422,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ],
    ['nobody at all', widget('a'), '', path, 422, /fieldManager: Required value/],
    [
      'another name',
      widget('b'),
      'fieldManager=me',
      path,
      400,
      'the name of the object (b) does not match the name on the URL (a)',
    ],
    ['no metadata', { ...widget('a'), metadata: null }, 'fieldManager=me', path, 400, /name must be provided/],
    ['no name', { ...widget('a'), metadata: {} }, 'fieldManager=me', path, 400, /name must be provided/],
    [
      'another namespace',
      widget('a', { metadata: { namespace: 'b' } }),
      'fieldManager=me',
      path,
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    ['a missing namespace', widget('a'), 'fieldManager=me', path.replace('default', 'none'), 404, 'namespaces "none" not found'],
    [
      'another kind',
      { ...widget('a'), kind: 'Gadget' },
      'fieldManager=me',
      path,
      400,
      'invalid object type: example.dev/v1, Kind=Gadget',
    ],
    [
      'managedFields',
      widget('a', { metadata: { managedFields: [] } }),
      'fieldManager=me',
      path,
      400,
      'metadata.managedFields must be nil',
    ],
    [
      'an unknown field, whatever the validation',
      widget('a', { spec: { sise: 1 } }),
      'fieldManager=me&fieldValidation=Ignore',
      path,
      400,
      'failed to create typed patch object (/a; example.dev/v1, Kind=Widget): .spec.sise: field not declared in schema',
    ],
    [
      'an invalid result',
      widget('a', { spec: { size: -1 } }),
      'fieldManager=me',
      path,
      422,
      'Widget.example.dev "a" is invalid: spec.size: Invalid value: -1: must be at least 0',
    ],
    ['what is no YAML', 'a: [', 'fieldManager=me', path, 400, /^error decoding YAML: yaml: /],
    ['what is no object', '[]', 'fieldManager=me', path, 400, 'invalid object type: /, Kind='],
    ['an empty body', '', 'fieldManager=me', path, 400, 'invalid object type: /, Kind='],
    [
      'a uid of nobody',
      widget('a', { metadata: { uid: 'u' } }),
      'fieldManager=me',
      path,
      409,
      /uid mismatch: the provided object specified uid u, and no existing object was found$/,
    ],
    [
      'a revision of nothing',
      widget('a', { metadata: { resourceVersion: '1' } }),
      'fieldManager=me',
      path,
      409,
      /the object has been modified/,
    ],
    [
      'the status of nothing',
      widget('a', { status: { phase: 'X' } }),
      'fieldManager=me',
      `${path}/status`,
      404,
      'widgets.example.dev "a" not found',
    ],
    [
      'keys twice, if it is strict',
      '{"apiVersion":"example.dev/v1","kind":"Widget","metadata":{"name":"a"},\n"spec":{"size":1,"size":2}}',
      'fieldManager=me&fieldValidation=Strict',
      path,
      400,
      'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 2: key "size" already set in map',
    ],
  ])('refuses %s', async (_, configuration, query, to, status, message) => {
    const answer = await applying(await testCluster())(configuration, query, to);
    expect(answer.body.message).toMatch(message);
    if (typeof message === 'string') expect(answer.body.message).toBe(message);
    expect(answer.status).toBe(status);
  });

  it('lands only on the revision and the object that it names', async () => {
    const cluster = await testCluster();
    const apply = applying(cluster);
    const { uid, resourceVersion } = (await apply(widget('a', { spec: { size: 1 } }))).body.metadata;
    expect((await apply(widget('a', { spec: { size: 2 }, metadata: { uid, resourceVersion } }))).status).toBe(200);
    expect((await apply(widget('a', { spec: { size: 3 }, metadata: { resourceVersion } }))).status).toBe(409);
    expect((await apply(widget('a', { spec: { size: 3 }, metadata: { uid: 'other' } }))).body).toMatchObject({
      code: 422,
      message: expect.stringMatching(/metadata.uid: Invalid value: "other": field is immutable$/),
    });
  });

  it('warns of keys that are there twice', async () => {
    const text = 'apiVersion: example.dev/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: 1}\nspec: {size: 2}\n';
    const answer = await applying(await testCluster())(text);
    expect(answer.headers.get('warning')).toContain('line 5: key \\"spec\\" already set in map');
  });

  it('of many at once loses nothing', async () => {
    const cluster = await testCluster();
    const apply = applying(cluster);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => apply(widget('a', { spec: { parts: { [`p${i}`]: 'x' } } }), `fieldManager=m${i}`)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 19 }, () => 200), 201]);
    expect(Object.keys((await cluster.ok('GET', path)).spec.parts)).toHaveLength(20);
  });
});
