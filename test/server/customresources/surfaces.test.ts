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
