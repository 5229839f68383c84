import { expect, it } from 'vitest';
import { createApp } from '../../src/server/app.ts';
import { examples } from '../support/examples.ts';
import { admin, testCluster } from './support/cluster.ts';

const protobuf = 'application/vnd.kubernetes.protobuf';

it('an object that goes out and comes back in protobuf is no change, whatever its kind', async () => {
  const { api, ok } = await testCluster();
  const app = createApp(api);
  const env = { user: admin, address: '' };
  const changed: string[] = [];
  for (const { resource, collection, path, object } of examples) {
    await ok('POST', collection, object());
    if (!resource.verbs.includes('update')) continue;
    const read = await app.request(path, { headers: { accept: protobuf } }, env);
    const before = api.store.revision;
    const headers = { 'content-type': protobuf };
    const written = await app.request(path, { method: 'PUT', body: await read.arrayBuffer(), headers }, env);
    expect([path, written.status]).toEqual([path, 200]);
    if (api.store.revision !== before) changed.push(path);
  }
  expect(changed).toEqual([]);
});
