import { describe, expect, it } from 'vitest';
import { create } from '../../src/server/verbs/create.ts';
import { testCluster, widget, widgetPath, widgets } from './support/cluster.ts';

describe('create', () => {
  it('fills in what only the server says', async () => {
    const { request } = await testCluster();
    const sent = widget('a', {
      metadata: {
        uid: 'mine',
        creationTimestamp: '2000-01-01T00:00:00Z',
        generation: 7,
        selfLink: '/x',
        managedFields: [{ manager: 'm' }],
      },
      spec: { size: 2 },
      status: { phase: 'Done' },
    });
    const { status, body, headers } = await request('POST', widgetPath, sent);
    expect(status).toBe(201);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('audit-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(body).toEqual({
      apiVersion: 'example.dev/v1',
      kind: 'Widget',
      metadata: {
        name: 'a',
        namespace: 'default',
        uid: expect.stringMatching(/^[0-9a-f]{8}-/),
        resourceVersion: expect.stringMatching(/^\d+$/),
        generation: 1,
        creationTimestamp: '2026-05-01T12:00:00Z',
        managedFields: [
          {
            manager: 'unknown',
            operation: 'Update',
            apiVersion: 'example.dev/v1',
            time: '2026-05-01T12:00:00Z',
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:spec': { 'f:color': {}, 'f:size': {} } },
          },
        ],
      },
      spec: { size: 2, color: 'grey' },
      status: {},
    });
    expect(body.metadata.uid).not.toBe('mine');
    const sentMap = {
      metadata: { name: 'm', deletionTimestamp: '2026-05-01T12:00:00Z', deletionGracePeriodSeconds: 5, generation: 3 },
    };
    const map = await request('POST', '/api/v1/namespaces/default/configmaps', sentMap);
    expect(Object.keys(map.body.metadata).sort()).toEqual(['creationTimestamp', 'name', 'namespace', 'resourceVersion', 'uid']);
  });

  it.each([
    ['a taken name', widget('taken'), 409, 'AlreadyExists', 'widgets.example.dev "taken" already exists'],
    [
      'a taken name of one that ends',
      widget('ending'),
      409,
      'AlreadyExists',
      'object is being deleted: widgets.example.dev "ending" already exists',
    ],
    [
      'no name',
      { kind: 'Widget' },
      422,
      'Invalid',
      'Widget.example.dev "" is invalid: metadata.name: Required value: name or generateName is required',
    ],
    [
      'a resourceVersion',
      widget('b', { metadata: { resourceVersion: '1' } }),
      400,
      'BadRequest',
      'resourceVersion should not be set on objects to be created',
    ],
    [
      'another namespace',
      widget('b', { metadata: { namespace: 'other' } }),
      400,
      'BadRequest',
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'another version',
      { ...widget('b'), apiVersion: 'example.dev/v2' },
      400,
      'BadRequest',
      'the API version in the data (example.dev/v2) does not match the expected API version (example.dev/v1)',
    ],
    [
      'several faults',
      widget('B', { spec: { size: -1 } }),
      422,
      'Invalid',
      expect.stringMatching(
        /^Widget\.example\.dev "B" is invalid: \[metadata\.name: Invalid value: "B": .*, spec\.size: Invalid value: -1: must be at least 0\]$/,
      ),
    ],
  ])('refuses %s', async (_, body, code, reason, message) => {
    const { request, ok } = await testCluster();
    await ok('POST', widgetPath, widget('taken'));
    await ok('POST', widgetPath, widget('ending', { metadata: { finalizers: ['example.dev/hold'] } }));
    await ok('DELETE', `${widgetPath}/ending`);
    const answer = await request('POST', widgetPath, body);
    expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure', reason, message, code });
    expect(answer.status).toBe(code);
  });

  it('says which namespace is missing, or ends', async () => {
    const { request, ok } = await testCluster();
    const missing = await request('POST', widgetPath.replace('default', 'nowhere'), widget('a'));
    expect(missing.body).toMatchObject({
      code: 404,
      message: 'namespaces "nowhere" not found',
      details: { name: 'nowhere', kind: 'namespaces' },
    });
    await ok('POST', '/api/v1/namespaces', { metadata: { name: 'brief' } });
    await ok('DELETE', '/api/v1/namespaces/brief');
    const ending = await request('POST', widgetPath.replace('default', 'brief'), widget('a'));
    expect(ending.body).toMatchObject({
      code: 403,
      message:
        'widgets.example.dev "a" is forbidden: unable to create new content in namespace brief because it is being terminated',
      details: {
        causes: [{ reason: 'NamespaceTerminating', message: 'namespace brief is being terminated', field: 'metadata.namespace' }],
      },
    });
  });

  it('generates names, and others when they are taken', async () => {
    const { api, ok } = await testCluster();
    const first = await ok('POST', widgetPath, { metadata: { generateName: 'w-' } });
    expect(first.metadata.name).toMatch(/^w-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(first.metadata.generateName).toBe('w-');
    const long = await ok('POST', widgetPath, { metadata: { generateName: 'x'.repeat(70) } });
    expect(long.metadata.name).toHaveLength(63);
    const values = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0];
    const random = { ...api.random, next: () => values.shift() ?? 0, uuid: () => api.random.uuid() };
    const draft = () => ({ ...widget(''), metadata: { generateName: 'g-' } });
    await create({ ...api, random }, widgets, 'default', draft(), { fieldManager: 'test' });
    const second = await create({ ...api, random }, widgets, 'default', draft(), { fieldManager: 'test' });
    expect(second.key.name).toBe('g-rbbbb');
    // From now on every draw gives the first name.
    await expect(create({ ...api, random }, widgets, 'default', draft(), { fieldManager: 'test' })).rejects.toMatchObject({
      reason: 'AlreadyExists',
      message: 'widgets.example.dev "g-bbbbb" already exists, the server was not able to generate a unique name for the object',
    });
  });

  it('tries without writing', async () => {
    const { api, ok, request } = await testCluster();
    const before = api.store.revision;
    const tried = await ok('POST', `${widgetPath}?dryRun=All`, widget('a'));
    expect(tried.metadata).toMatchObject({ name: 'a', uid: expect.any(String) });
    expect(tried.metadata.resourceVersion).toBeUndefined();
    expect(api.store.revision).toBe(before);
    expect((await request('POST', `${widgetPath}?dryRun=All&dryRun=Some`, widget('a'))).body).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: 'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["All","Some"]: supported values: "All"',
    });
    await ok('POST', widgetPath, widget('a'));
    expect((await request('POST', `${widgetPath}?dryRun=All`, widget('a'))).status).toBe(409);
  });

  it('checks fields as it is told to', async () => {
    const { request } = await testCluster();
    const sent = widget('a', { spec: { sise: 1 } });
    const strict = await request('POST', `${widgetPath}?fieldValidation=Strict`, sent);
    expect(strict.body).toMatchObject({
      code: 400,
      message: 'Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.sise"',
    });
    const warned = await request('POST', `${widgetPath}?dryRun=All`, sent);
    expect(warned.headers.get('warning')).toBe('299 - "unknown field \\"spec.sise\\""');
    expect(warned.body.spec).toEqual({ color: 'grey' });
    const ignored = await request('POST', `${widgetPath}?fieldValidation=Ignore`, sent);
    expect(ignored.headers.get('warning')).toBeNull();
    const twice = '{"kind":"Widget","apiVersion":"example.dev/v1","metadata":{"name":"b","name":"c"}}';
    expect((await request('POST', `${widgetPath}?dryRun=All`, twice)).headers.get('warning')).toBe(
      '299 - "duplicate field \\"metadata.name\\""',
    );
  });

  it('takes YAML and nothing that it does not know', async () => {
    const { request, ok } = await testCluster();
    const yaml = 'apiVersion: example.dev/v1\nkind: Widget\nmetadata:\n  name: y\nspec:\n  size: 3\n';
    const made = await request('POST', widgetPath, yaml, {
      headers: { 'content-type': 'application/yaml', accept: 'application/yaml' },
    });
    expect(made.status).toBe(201);
    expect(made.headers.get('content-type')).toBe('application/yaml');
    expect(made.text).toContain('name: "y"\n');
    expect((await ok('GET', `${widgetPath}/y`)).spec.size).toBe(3);
    const doubled = await request('POST', `${widgetPath}?fieldValidation=Strict`, `${yaml}spec: {}\n`, {
      headers: { 'content-type': 'application/yaml' },
    });
    expect(doubled.status).toBe(400);
    const other = await request('POST', widgetPath, 'x', { headers: { 'content-type': 'application/vnd.kubernetes.protobuf' } });
    expect(other.body).toMatchObject({
      code: 415,
      reason: 'UnsupportedMediaType',
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
    });
    expect((await request('POST', widgetPath, '{"kind":')).body).toMatchObject({ code: 400, reason: 'BadRequest' });
  });
});
