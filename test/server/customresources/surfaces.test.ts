import { expect, test } from 'vitest';
import { testCluster } from '../support/cluster.ts';
import { cronTab, cronTabs, cronTabsPath, definitionsPath, withSpec } from '../support/definitions.ts';

const path = `${cronTabsPath}/a`;
const schema = withSpec({ replicas: { type: 'integer' }, image: { type: 'string' } });
schema.properties!.status = { type: 'object', properties: { replicas: { type: 'integer' }, selector: { type: 'string' } } };

const whole = cronTabs(schema, {
  version: {
    subresources: {
      status: {},
      scale: {
        specReplicasPath: '.spec.replicas',
        statusReplicasPath: '.status.replicas',
        labelSelectorPath: '.status.selector',
      },
    },
    additionalPrinterColumns: [
      { name: 'Image', type: 'string', jsonPath: '.spec.image' },
      { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas', priority: 1 },
    ],
    selectableFields: [{ jsonPath: '.spec.image' }],
  },
});

async function served() {
  const cluster = await testCluster();
  await cluster.ok('POST', definitionsPath, whole);
  return { ...cluster, made: await cluster.ok('POST', cronTabsPath, cronTab('a', { spec: { replicas: 2, image: 'x' } })) };
}

test('the status is written at its own place, and raises no generation', async () => {
  const { ok, made } = await served();
  const kept = await ok('PUT', path, { ...made, status: { replicas: 9 } });
  expect([kept.status, kept.metadata.generation]).toEqual([undefined, 1]);
  const told = await ok('PUT', `${path}/status`, { ...made, spec: { replicas: 7 }, status: { replicas: 2 } });
  expect([told.spec.replicas, told.status, told.metadata.generation]).toEqual([2, { replicas: 2 }, 1]);
  const labelled = await ok('PUT', path, { ...told, metadata: { ...told.metadata, labels: { a: 'b' } } });
  expect(labelled.metadata.generation).toBe(1);
  const grown = await ok('PUT', path, { ...labelled, spec: { replicas: 3 } });
  expect([grown.metadata.generation, grown.status]).toEqual([2, { replicas: 2 }]);
});

test('the scale shows and changes the replicas', async () => {
  const { ok, made } = await served();
  await ok('PUT', `${path}/status`, { ...made, status: { replicas: 1, selector: 'app=a' } });
  const scale = await ok('GET', `${path}/scale`);
  expect(scale).toMatchObject({
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    spec: { replicas: 2 },
    status: { replicas: 1, selector: 'app=a' },
  });
  await ok('PUT', `${path}/scale`, { ...scale, spec: { replicas: 5 } });
  expect((await ok('GET', path)).spec).toEqual({ replicas: 5, image: 'x' });
});

test('a Scale without a resourceVersion is for whatever is there', async () => {
  const { ok, request } = await served();
  const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'a' } };
  const answer = await ok('PUT', `${path}/scale`, { ...scale, spec: { replicas: 5 } });
  expect([answer.spec, answer.status]).toEqual([{ replicas: 5 }, { replicas: 0 }]);
  const stale = { ...scale, metadata: { name: 'a', resourceVersion: '1' }, spec: { replicas: 6 } };
  expect((await request('PUT', `${path}/scale`, stale)).status).toBe(409);
  const negative = await request('PUT', `${path}/scale`, { ...scale, spec: { replicas: -1 } });
  expect([negative.status, negative.body.message]).toEqual([
    422,
    'CronTab.stable.example.com "a" is invalid: .spec.replicas: Invalid value: -1: should be a non-negative integer',
  ]);
  const table = await request('GET', `${path}/scale`, undefined, { headers: { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' } });
  expect(table.body.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual(['Name', 'Desired', 'Available', 'Age']);
  expect(table.body.rows[0].cells.slice(0, 3)).toEqual(['a', 5, 0]);
});

test.each([
  [{ kind: undefined }, 400, `the object provided is unrecognized (must be of type CronTab): Object 'Kind' is missing in`],
  [{ kind: '' }, 400, `Object 'Kind' is missing in`],
  [
    { apiVersion: undefined },
    400,
    'the API version in the data () does not match the expected API version (stable.example.com/v1)',
  ],
  [{ kind: 'Other' }, 422, 'Other.stable.example.com "b" is invalid: kind: Invalid value: "Other": must be CronTab'],
])('an object has to say what it is: %j', async (other, code, message) => {
  const { request } = await served();
  const { status, body } = await request('POST', cronTabsPath, { ...cronTab('b'), ...other });
  expect([status, body.message]).toEqual([code, expect.stringContaining(message)]);
});

test.each([
  [{ kind: 'Other' }, 'Other.stable.example.com "a" is invalid: kind: Invalid value: "Other": must be CronTab'],
  [{ apiVersion: 'v1' }, 'CronTab "a" is invalid: apiVersion: Invalid value: "v1": must be stable.example.com/v1'],
  [{ metadata: { uid: 'x' } }, 'CronTab.stable.example.com "a" is invalid: metadata.uid: Invalid value: "x": field is immutable'],
])('a patch cannot make another object of it: %j', async (patch, message) => {
  const { request } = await served();
  const { status, body } = await request('PATCH', path, patch, { headers: { 'content-type': 'application/merge-patch+json' } });
  expect([status, body.message]).toEqual([422, message]);
});

test('subresources are published as upstream orders them, with the fields for selectors', async () => {
  const { ok } = await served();
  const { resources } = await ok('GET', '/apis/stable.example.com/v1');
  expect(resources.map(({ name }: { name: string }) => name)).toEqual(['crontabs', 'crontabs/status', 'crontabs/scale']);
  const { components } = await ok('GET', '/openapi/v3/apis/stable.example.com/v1');
  expect(components.schemas['com.example.stable.v1.CronTab']).toMatchObject({
    'x-kubernetes-selectable-fields': [{ fieldPath: 'spec.image' }],
  });
});

test('what stands twice is told before what is unknown', async () => {
  const { request } = await served();
  const text = JSON.stringify(cronTab('b', { spec: { unknown: 1, image: 'x' } })).replace('"image":"x"', '"image":"x","image":"y"');
  const { body } = await request('POST', `${cronTabsPath}?fieldValidation=Strict`, text);
  expect(body.message).toMatch(/strict decoding error: duplicate field "spec.image", unknown field "spec.unknown"$/);
});

test('cells write what has parts with sorted keys, and say of null what Go does', async () => {
  const parts = withSpec({ any: { 'x-kubernetes-preserve-unknown-fields': true }, list: { type: 'array', items: { type: 'string', nullable: true } } });
  const { ok, request } = await testCluster();
  const paths = ['.spec.any', '.spec.list[0]', '.spec.list[1]', '.spec.list[0:1]', '.spec.list[0:2]', '.spec.list[-1:]'];
  const additionalPrinterColumns = paths.map((jsonPath) => ({ name: 'A', type: 'string', jsonPath }));
  await ok('POST', definitionsPath, cronTabs(parts, { version: { additionalPrinterColumns } }));
  await ok('POST', cronTabsPath, cronTab('a', { spec: { any: { b: [{ d: 1, c: null }], a: 'x' }, list: [null] } }));
  const { body } = await request('GET', path, undefined, { headers: { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' } });
  expect(body.rows[0].cells).toEqual(['a', '{"a":"x","b":[{"c":null,"d":1}]}', '<no value>', null, '<no value>', null, '<no value>']);
});

test('a field that nobody can select by', async () => {
  const { ok, request } = await testCluster();
  await ok('POST', definitionsPath, cronTabs(schema));
  const { status, body } = await request('GET', `${cronTabsPath}?fieldSelector=spec.image%3Dx`);
  expect([status, body.message]).toEqual([400, 'field label not supported: spec.image']);
});

test('tables have the columns of the definition', async () => {
  const { request } = await served();
  const accept = { headers: { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' } };
  const { columnDefinitions, rows } = (await request('GET', cronTabsPath, undefined, accept)).body;
  expect(columnDefinitions.map(({ name, priority }: { name: string; priority: number }) => [name, priority])).toEqual([
    ['Name', 0],
    ['Image', 0],
    ['Replicas', 1],
  ]);
  expect(rows[0].cells).toEqual(['a', 'x', 2]);
});

test('fields that the definition names can be selected by', async () => {
  const { ok, request } = await served();
  await ok('POST', cronTabsPath, cronTab('b', { spec: { image: 'y' } }));
  const { items } = await ok('GET', `${cronTabsPath}?fieldSelector=spec.image%3Dy`);
  expect(items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(['b']);
  const refused = await request('GET', `${cronTabsPath}?fieldSelector=spec.replicas%3D2`);
  expect([refused.status, refused.body.message]).toEqual([400, 'field label not supported: spec.replicas']);
});

test.each([
  ['Strict', 400, 'strict decoding error: unknown field "spec.unknown"', null],
  ['Warn', 201, undefined, '299 - "unknown field \\"spec.unknown\\""'],
  ['Ignore', 201, undefined, null],
])('fieldValidation %s of a field that the schema does not know', async (mode, code, message, warning) => {
  const { request } = await served();
  const object = cronTab('c', { spec: { image: 'x', unknown: 1 } });
  const { status, body, headers } = await request('POST', `${cronTabsPath}?fieldValidation=${mode}`, object);
  expect(status).toBe(code);
  if (message) expect(body.message).toContain(message);
  else expect(body.spec).toEqual({ image: 'x' });
  expect(headers.get('warning')).toBe(warning);
});

test('protobuf is for metadata only', async () => {
  const { request } = await served();
  const accepted = (accept: string) => request('GET', path, undefined, { headers: { accept } });
  expect((await accepted('application/vnd.kubernetes.protobuf')).status).toBe(406);
  const metadata = await accepted('application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1');
  expect([metadata.status, metadata.text.slice(0, 3)]).toEqual([200, 'k8s']);
  const strategic = { headers: { 'content-type': 'application/strategic-merge-patch+json' } };
  expect((await request('PATCH', path, {}, strategic)).status).toBe(415);
});

test('what an open object has beyond its fields is claimed as the keys of a map', async () => {
  const { ok, request } = await testCluster();
  const open = withSpec({ open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { k: { type: 'object' } } } });
  await ok('POST', definitionsPath, cronTabs(open));
  const { body } = await request('PATCH', `${path}?fieldManager=one`, cronTab('a', { spec: { open: { a: { b: 1 }, k: {} } } }), {
    headers: { 'content-type': 'application/apply-patch+yaml' },
  });
  expect(body.metadata.managedFields[0].fieldsV1).toEqual({
    'f:spec': { 'f:open': { 'f:a': { '.': {}, 'f:b': {} }, 'f:k': {} } },
  });
});

test('apply conflicts by field', async () => {
  const { request } = await served();
  const apply = (manager: string, image: string) =>
    request('PATCH', `${cronTabsPath}/d?fieldManager=${manager}`, cronTab('d', { spec: { image } }), {
      headers: { 'content-type': 'application/apply-patch+yaml' },
    });
  expect((await apply('one', 'x')).status).toBe(201);
  const { status, body } = await apply('two', 'y');
  expect([status, body.message]).toEqual([409, 'Apply failed with 1 conflict: conflict with "one": .spec.image']);
});
