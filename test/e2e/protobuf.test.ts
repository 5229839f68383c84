import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProtobufCodec } from '../../src/machinery/protobuf/codec.ts';
import type { ObjectSchema } from '../../src/machinery/schema.ts';
import { configMaps } from '../../src/resources/core/configmap.ts';
import { protobufFacts } from '../../src/resources/protobuf/index.ts';
import { accessTo } from './support/api-watch.ts';
import { hasKubectl, Kubectl } from './support/kubectl.ts';
import { LocalServer } from './support/local-server.ts';

const type = 'application/vnd.kubernetes.protobuf';
const codec = createProtobufCodec(protobufFacts);
const schema = configMaps.schema as ObjectSchema;
const path = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string) => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } };
  return codec.encode(schema, object);
};

/** An object in its envelope, as far as these tests look at it. */
function read(data: Uint8Array): { kind: string; metadata: { name: string; resourceVersion: string } } {
  const { typeMeta, message } = codec.open(data);
  return { ...typeMeta, ...codec.decode(schema, message) } as never;
}

describe('protobuf, from the client to the store and back', () => {
  let server: LocalServer;
  beforeAll(async () => {
    server = await LocalServer.start({ nodes: 1 });
  });
  afterAll(() => server.remove());

  /** Sends a request in protobuf and hands over what comes back as it comes. */
  async function call(method: string, target: string, body: Uint8Array | undefined, onData: (chunk: Buffer) => void) {
    const access = await accessTo(server);
    const headers = { authorization: `Bearer ${access.token}`, accept: type, ...(body && { 'content-type': type }) };
    const sent = request(access.server + target, { method, ca: access.authority, agent: false, headers });
    const contentType = await new Promise<string | undefined>((resolve, reject) => {
      sent.on('error', reject);
      sent.on('response', (response) => {
        response.on('data', onData);
        response.on('error', () => undefined);
        const { 'content-type': given } = response.headers;
        if (method === 'GET') resolve(given);
        else response.on('end', () => resolve(given));
      });
      sent.end(body);
    });
    return { contentType, close: () => sent.destroy() };
  }

  async function post(name: string) {
    const chunks: Buffer[] = [];
    const { contentType } = await call('POST', path, configMap(name), (chunk) => chunks.push(chunk));
    expect(contentType).toBe(type);
    return read(Buffer.concat(chunks));
  }

  it('streams what changes', async () => {
    const first = await post('first');
    expect(first).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'first' } });
    let rest = Buffer.alloc(0);
    const events: string[] = [];
    const query = `watch=true&resourceVersion=${first.metadata.resourceVersion}&timeoutSeconds=60`;
    const watch = await call('GET', `${path}?${query}`, undefined, (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
        const event = rest.subarray(4, 4 + rest.readUInt32BE(0));
        const object = read(event.subarray(event.indexOf('k8s\0')));
        events.push(`${event.subarray(2, 2 + event[1]!).toString()} ${object.metadata.name}`);
        rest = rest.subarray(4 + rest.readUInt32BE(0));
      }
    });
    try {
      expect(watch.contentType).toBe(`${type};stream=watch`);
      await post('second');
      await post('third');
      await expect.poll(() => events).toEqual(['ADDED second', 'ADDED third']);
    } finally {
      watch.close();
    }
  });

  it.runIf(hasKubectl)('is what kubectl speaks when it creates, asks and drains', async () => {
    const kubectl = new Kubectl(server);
    const run = (...args: string[]) => kubectl.run(args);
    expect(await run('create', 'namespace', 'shop')).toBe('namespace/shop created\n');
    expect(await run('create', 'deployment', 'web', '--image=web:v1', '--replicas=2', '--namespace=shop')).toBe(
      'deployment.apps/web created\n',
    );
    expect(await run('rollout', 'status', 'deployment/web', '--namespace=shop', '--timeout=60s')).toContain(
      'successfully rolled out',
    );
    expect(await run('create', 'secret', 'generic', 'key', '--from-literal=k=ü', '--namespace=shop')).toBe(
      'secret/key created\n',
    );
    expect(await run('get', 'secret', 'key', '--namespace=shop', '-o', 'jsonpath={.data.k}')).toBe('w7w=');
    expect(await run('auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}')).toBe('kubernetes-admin');
    expect(await run('auth', 'can-i', 'create', 'pods')).toBe('yes\n');
    const again = await kubectl.try(['create', 'namespace', 'shop']);
    expect([again.code, again.stderr]).toEqual([1, 'Error from server (AlreadyExists): namespaces "shop" already exists\n']);
    expect(await run('drain', 'node-1', '--timeout=60s')).toContain('node/node-1 drained');
  });
});
