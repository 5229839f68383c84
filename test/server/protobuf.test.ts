import { describe, expect, it } from 'vitest';
import { DeleteOptionsSchema, PartialObjectMetadataSchema, StatusSchema } from '../../src/machinery/openapi/common.ts';
import { createProtobufCodec } from '../../src/machinery/protobuf/codec.ts';
import type { ObjectSchema } from '../../src/machinery/schema.ts';
import { notFound } from '../../src/machinery/status.ts';
import { deployments } from '../../src/resources/apps/deployment.ts';
import { configMaps } from '../../src/resources/core/configmap.ts';
import { namespaces } from '../../src/resources/core/namespace.ts';
import { pods } from '../../src/resources/core/pod.ts';
import { protobufFacts } from '../../src/resources/protobuf/index.ts';
import { createApp } from '../../src/server/app.ts';
import { selfSubjectReviews } from '../../src/resources/authentication/selfsubjectreview.ts';
import { selfSubjectAccessReviews } from '../../src/resources/authorization/access-reviews.ts';
import { listSchema } from '../../src/server/http/protobuf.ts';
import { bindingKind } from '../../src/server/subresources/binding.ts';
import { evictionKind } from '../../src/server/subresources/eviction.ts';
import { scaleKind } from '../../src/server/subresources/scale.ts';
import { compileWatch } from '../../src/server/watch/match.ts';
import { bookmarkEvent } from '../../src/server/watch/bookmark.ts';
import { errorEvent } from '../../src/server/watch/event.ts';
import { startWatch } from '../../src/server/watch/start.ts';
import type { EncodedEvent } from '../../src/tunnel/watch-frames.ts';
import { admin, testCluster, widget, widgetPath, type TestCluster } from './support/cluster.ts';

const type = 'application/vnd.kubernetes.protobuf';
const codec = createProtobufCodec(protobufFacts);

/** Sends and gets protobuf. A body is `[schema, object]`, or bytes. */
function client({ api }: TestCluster) {
  const app = createApp(api);
  return async (method: string, path: string, body?: readonly [ObjectSchema<any>, object] | Uint8Array, accept = type) => {
    const bytes = body instanceof Uint8Array ? body : body && codec.encode(body[0] as ObjectSchema, body[1] as never);
    const headers = { accept, ...(bytes && { 'content-type': type }) };
    const response = await app.request(path, { method, headers, ...(bytes && { body: bytes }) }, { user: admin });
    const data = new Uint8Array(await response.arrayBuffer());
    const read = (schema: ObjectSchema<any>): any => {
      expect(response.headers.get('content-type')).toBe(type);
      const { typeMeta, message } = codec.open(data);
      return { ...typeMeta, ...codec.decode(schema as ObjectSchema, message) };
    };
    return { status: response.status, headers: response.headers, data, read, text: () => new TextDecoder().decode(data) };
  };
}

const configMap = (name: string, data: Record<string, string> = {}) =>
  [configMaps.schema, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data }] as const;
const path = '/api/v1/namespaces/default/configmaps';

const podPath = '/api/v1/namespaces/default/pods';
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'x' }] } };

describe('bodies and answers', () => {
  it('are those of JSON', async () => {
    const cluster = await testCluster();
    const send = client(cluster);
    const created = await send('POST', path, configMap('a', { k: 'ü' }));
    expect(created.status).toBe(201);
    expect(created.read(configMaps.schema)).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
      data: { k: 'ü' },
    });
    const json = await cluster.ok('GET', `${path}/a`);
    expect((await send('GET', `${path}/a`)).read(configMaps.schema)).toEqual(json);
    const updated = await send('PUT', `${path}/a`, [configMaps.schema, { ...json, data: { k: 'w' } }]);
    expect([updated.status, updated.read(configMaps.schema).data]).toEqual([200, { k: 'w' }]);
    expect(await cluster.ok('GET', `${path}/a`)).toEqual(updated.read(configMaps.schema));
  });

  it('of a large object, as of a small one', async () => {
    const cluster = await testCluster();
    const send = client(cluster);
    const [schema, object] = [
      deployments.schema,
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web' },
        spec: {
          replicas: 0,
          selector: { matchLabels: { app: 'web' } },
          strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
          template: {
            metadata: { labels: { app: 'web' } },
            spec: {
              containers: [
                {
                  name: 'c',
                  image: 'x',
                  ports: [{ containerPort: 80 }],
                  livenessProbe: { httpGet: { port: 'http' } },
                  resources: { requests: { cpu: '0.5' } },
                },
              ],
              volumes: [{ name: 'v', configMap: { name: 'm', optional: false } }],
            },
          },
        },
      },
    ] as const;
    expect((await send('POST', '/apis/apps/v1/namespaces/default/deployments', [schema, object])).status).toBe(201);
    const made = await cluster.ok('GET', '/apis/apps/v1/namespaces/default/deployments/web');
    const other = await testCluster();
    await other.ok('POST', '/apis/apps/v1/namespaces/default/deployments', object);
    const same = await other.ok('GET', '/apis/apps/v1/namespaces/default/deployments/web');
    expect(made.spec).toEqual(same.spec);
    // Read and written back, nothing has changed.
    const read = (await send('GET', '/apis/apps/v1/namespaces/default/deployments/web')).read(schema);
    expect((await send('PUT', '/apis/apps/v1/namespaces/default/deployments/web', [schema, read])).status).toBe(200);
    expect((await cluster.ok('GET', '/apis/apps/v1/namespaces/default/deployments/web')).metadata).toEqual(made.metadata);
  });

  it('of lists and of metadata alone', async () => {
    const cluster = await testCluster();
    const send = client(cluster);
    await send('POST', path, configMap('a', { k: 'v' }));
    await send('POST', path, configMap('b'));
    const json = await cluster.ok('GET', `${path}?limit=1`);
    const items = json.items.map(({ apiVersion: _, kind: __, ...item }: Record<string, unknown>) => item);
    expect((await send('GET', `${path}?limit=1`)).read(listSchema(configMaps.schema as ObjectSchema))).toEqual({
      ...json,
      items,
    });
    const metadata = `${type};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`;
    const one = (await send('GET', `${path}/a`, undefined, metadata)).read(PartialObjectMetadataSchema);
    expect(one).toMatchObject({ apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata: { name: 'a' } });
    const list = `${type};as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json`;
    const all = (await send('GET', path, undefined, list)).read(listSchema(PartialObjectMetadataSchema as ObjectSchema));
    expect(all.kind).toBe('PartialObjectMetadataList');
    expect(all.items.map((item: any) => item.metadata.name)).toEqual(['a', 'b']);
  });

  it('of errors', async () => {
    const send = client(await testCluster());
    const missing = await send('GET', `${path}/none`);
    expect(missing.status).toBe(404);
    expect(missing.read(StatusSchema)).toEqual({
      apiVersion: 'v1',
      kind: 'Status',
      metadata: {},
      status: 'Failure',
      message: 'configmaps "none" not found',
      reason: 'NotFound',
      details: { name: 'none', kind: 'configmaps' },
      code: 404,
    });
    const invalid = (await send('POST', path, configMap('Not a name'))).read(StatusSchema);
    expect(invalid).toMatchObject({ reason: 'Invalid', details: { causes: [{ field: 'metadata.name' }] } });
    expect((await send('GET', '/apis/none/v1/things')).read(StatusSchema)).toMatchObject({ code: 404 });
  });

  it('of subresources, options and reviews', async () => {
    const cluster = await testCluster();
    const send = client(cluster);
    await cluster.ok('POST', podPath, pod);
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { kind: 'Node', name: 'n' } };
    expect((await send('POST', `${podPath}/p/binding`, [bindingKind.schema, binding])).read(StatusSchema)).toMatchObject({
      status: 'Success',
      code: 201,
    });
    expect((await cluster.ok('GET', `${podPath}/p`)).spec.nodeName).toBe('n');
    const eviction = {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: 'p' },
      deleteOptions: { gracePeriodSeconds: 7 },
    };
    expect((await send('POST', `${podPath}/p/eviction`, [evictionKind.schema, eviction])).status).toBe(201);
    expect((await cluster.ok('GET', `${podPath}/p`)).metadata.deletionGracePeriodSeconds).toBe(7);
    // Options are those of any group: client-go names that of the object.
    const options = { apiVersion: 'apps/v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid: 'other' } };
    expect((await send('DELETE', `${podPath}/p`, [DeleteOptionsSchema, options])).read(StatusSchema)).toMatchObject({
      reason: 'Conflict',
    });
    const removed = await send('DELETE', `${podPath}/p`, [DeleteOptionsSchema, { ...options, preconditions: undefined }]);
    expect(removed.read(pods.schema).metadata.name).toBe('p');

    const scale = (await scaled(cluster, send)).read(scaleKind.schema);
    expect(scale).toMatchObject({ apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas: 3 } });

    const who = await send('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', [
      selfSubjectReviews.schema,
      { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    ]);
    expect(who.read(selfSubjectReviews.schema).status.userInfo).toEqual({ username: 'admin', groups: ['system:masters', 'system:authenticated'] });
    const may = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb: 'get', resource: 'pods' } },
    };
    const verdict = await send('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', [
      selfSubjectAccessReviews.schema,
      may,
    ]);
    expect(verdict.read(selfSubjectAccessReviews.schema)).toMatchObject({ spec: may.spec, status: { allowed: true } });
  });

  it('of a namespace that is finalized', async () => {
    const cluster = await testCluster();
    const send = client(cluster);
    await send('POST', '/api/v1/namespaces', [
      namespaces.schema,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } },
    ]);
    const namespace = (await send('DELETE', '/api/v1/namespaces/x')).read(namespaces.schema);
    expect(namespace.status.phase).toBe('Terminating');
    const finalized = await send('PUT', '/api/v1/namespaces/x/finalize', [
      namespaces.schema,
      { ...namespace, spec: { finalizers: [] } },
    ]);
    expect(finalized.status).toBe(200);
    expect((await send('GET', '/api/v1/namespaces/x')).status).toBe(404);
  });

  it('stay as they are in Go when they say nothing', async () => {
    const cluster = await testCluster();
    await client(cluster)('POST', podPath, [pods.schema, pod]);
    const { spec } = await cluster.ok('GET', `${podPath}/p`);
    expect(spec).not.toHaveProperty('hostNetwork');
    expect(spec).not.toHaveProperty('nodeName');
    expect(spec.containers[0]).not.toHaveProperty('stdin');
  });
});

/** The answer to scaling a ReplicaSet to 3. */
async function scaled({ ok }: TestCluster, send: ReturnType<typeof client>) {
  const replicaSets = '/apis/apps/v1/namespaces/default/replicasets';
  const template = { metadata: { labels: { a: 'b' } }, spec: pod.spec };
  await ok('POST', replicaSets, { metadata: { name: 'r' }, spec: { selector: { matchLabels: { a: 'b' } }, template } });
  const body = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'r' }, spec: { replicas: 3 } };
  return send('PUT', `${replicaSets}/r/scale`, [scaleKind.schema, body]);
}

describe('what is agreed on', () => {
  it.each([
    [type, type],
    [`${type}, application/json`, type],
    [`application/json, ${type}`, 'application/json'],
    [`${type};stream=watch`, type],
    [`${type};stream=other, application/json`, 'application/json'],
    [`${type};as=Table;g=meta.k8s.io;v=v1, application/json;as=Table;g=meta.k8s.io;v=v1`, 'application/json'],
    ['*/*', 'application/json'],
  ])('for Accept: %s', async (accept, expected) => {
    const answer = await client(await testCluster())('GET', path, undefined, accept);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expected]);
  });

  it('is not protobuf for tables, nor for kinds that have none', async () => {
    const cluster = await testCluster();
    const send = client(cluster);
    const table = await send('GET', path, undefined, `${type};as=Table;g=meta.k8s.io;v=v1`);
    expect(JSON.parse(table.text())).toMatchObject({
      code: 406,
      message:
        'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    });
    await cluster.ok('POST', widgetPath, widget('w'));
    expect(JSON.parse((await send('GET', `${widgetPath}/w`)).text())).toMatchObject({
      code: 406,
      message: 'only the following media types are accepted: application/json, application/yaml',
    });
    expect(JSON.parse((await send('GET', `${widgetPath}/w`, undefined, `${type},application/json`)).text())).toMatchObject({
      kind: 'Widget',
    });
    expect(JSON.parse((await send('POST', widgetPath, Uint8Array.of(1), 'application/json')).text())).toMatchObject({
      code: 415,
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
    });
  });

  it('is JSON for discovery and OpenAPI', async () => {
    const send = client(await testCluster());
    for (const document of ['/api', '/apis', '/api/v1', '/openapi/v3', '/version'])
      expect((await send('GET', document)).headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('includes protobuf where other types of bodies are refused', async () => {
    const { request } = await testCluster();
    const answer = await request('POST', path, '{}', { headers: { 'content-type': 'application/cbor' } });
    expect(answer.body).toMatchObject({
      code: 415,
      message:
        'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    });
  });

  it('does not help a body that is broken, or too large', async () => {
    const send = client(await testCluster());
    expect((await send('POST', path, Uint8Array.of(1, 2))).read(StatusSchema)).toMatchObject({ code: 400, reason: 'BadRequest' });
    expect((await send('POST', path, new Uint8Array(4 * 1024 * 1024))).read(StatusSchema)).toMatchObject({ code: 413 });
    const options = await send('DELETE', `${path}/a`, Uint8Array.of(1));
    expect(options.read(StatusSchema).message).toMatch(/must be of type DeleteOptions/);
  });
});

describe('a watch', () => {
  const start = ({ api }: TestCluster, query: string, accept = `${type}, application/json`) =>
    startWatch(api, { url: `https://cluster${path}?watch=true&${query}`, headers: new Headers({ accept }) }, admin);

  /** An event as a client of Go takes it apart. */
  function read(event: EncodedEvent | undefined, schema: ObjectSchema<any> = configMaps.schema) {
    const bytes = event as Uint8Array;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    expect(view.getUint32(0)).toBe(bytes.length - 4);
    const { type: name, object } = decodeEvent(bytes.subarray(4));
    const { typeMeta, message } = codec.open(object);
    return { type: name, object: { ...typeMeta, ...codec.decode(schema as ObjectSchema, message) } as any };
  }

  /** A WatchEvent has its type in field 1 and in field 2 a message with the object in field 1. */
  function decodeEvent(bytes: Uint8Array) {
    const typeLength = bytes[1]!;
    const magic = bytes.findIndex((_, i) => String.fromCharCode(...bytes.subarray(i, i + 4)) === 'k8s\0');
    return { type: new TextDecoder().decode(bytes.subarray(2, 2 + typeLength)), object: bytes.subarray(magic) };
  }

  it('tells what there is and what changes', async () => {
    const cluster = await testCluster();
    const a = await cluster.ok('POST', path, configMap('a', { k: 'v' })[1]);
    const watch = await start(cluster, 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true');
    expect(watch.spec.encoding).toBe('protobuf');
    expect(watch.initial.map((event) => read(event))).toEqual([
      { type: 'ADDED', object: a },
      {
        type: 'BOOKMARK',
        object: {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { resourceVersion: String(watch.position), annotations: { 'k8s.io/initial-events-end': 'true' } },
        },
      },
    ]);
    const changed = await cluster.ok('PUT', `${path}/a`, { ...a, data: { k: 'w' } });
    const [change] = await cluster.api.store.changesAfter(watch.position);
    // As a spec that came back from an attachment.
    const matches = compileWatch(JSON.parse(JSON.stringify(watch.spec)), cluster.api.scheme);
    const event = matches(change!, cluster.clock.now());
    expect(read(event)).toEqual({ type: 'MODIFIED', object: changed });
    const json = await start(cluster, '', 'application/json');
    expect(compileWatch(json.spec, cluster.api.scheme)(change!, cluster.clock.now())).toBe(
      JSON.stringify({ type: 'MODIFIED', object: changed }),
    );
    // Written once for all watches of the kind.
    expect(matches(change!, cluster.clock.now())).toBe(event);
  });

  it('tells of metadata alone, of bookmarks and of its failure', async () => {
    const cluster = await testCluster();
    await cluster.ok('POST', path, configMap('a', { k: 'v' })[1]);
    const { spec, initial } = await start(cluster, '', `${type};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`);
    const metadata = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata' };
    expect(read(initial[0], PartialObjectMetadataSchema)).toMatchObject({
      type: 'ADDED',
      object: { ...metadata, metadata: { name: 'a' } },
    });
    expect(read(bookmarkEvent(spec, 12), PartialObjectMetadataSchema)).toEqual({
      type: 'BOOKMARK',
      object: { ...metadata, metadata: { resourceVersion: '12' } },
    });
    const status = notFound({ group: '', resource: 'things', name: 'x' }).toStatus();
    expect(read(errorEvent(spec, status), StatusSchema)).toEqual({ type: 'ERROR', object: status });
  });

  it('is JSON where it must be, and never YAML', async () => {
    const cluster = await testCluster();
    expect((await start(cluster, '', 'application/json')).spec.encoding).toBeUndefined();
    expect(
      (await start(cluster, '', `${type};as=Table;g=meta.k8s.io;v=v1,application/json;as=Table;g=meta.k8s.io;v=v1`)).spec,
    ).toMatchObject({ format: 'table' });
    expect((await start(cluster, '', 'application/yaml,application/json')).spec.encoding).toBeUndefined();
    await expect(start(cluster, '', 'application/yaml')).rejects.toMatchObject({ reason: 'NotAcceptable' });
  });

  it('says what its stream is made of', async () => {
    const cluster = await testCluster();
    await cluster.ok('POST', path, configMap('a')[1]);
    const { headers, data } = await client(cluster)('GET', `${path}?watch=true`);
    expect(headers.get('content-type')).toBe(`${type};stream=watch`);
    expect(read(data).object.metadata.name).toBe('a');
  });
});
