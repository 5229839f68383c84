import { expect, it } from 'vitest';
import { createApp } from '../../src/server/app.ts';
import { encodingsOf } from '../../src/server/http/protobuf.ts';
import { examples } from '../support/examples.ts';
import { admin, testCluster } from './support/cluster.ts';

const protobuf = 'application/vnd.kubernetes.protobuf';

it('an object that goes out and comes back in protobuf is no change, whatever its kind', async () => {
  const { api, ok } = await testCluster();
  const app = createApp(api);
  const env = { user: admin, address: '' };
  const changed: string[] = [];
  let sent = 0;
  for (const { resource, collection, path, object } of examples) {
    await ok('POST', collection, object());
    // Kinds of our own have no form in protobuf, as custom resources have none.
    if (!resource.verbs.includes('update') || !encodingsOf(resource.schema).includes('protobuf')) continue;
    const read = await app.request(path, { headers: { accept: protobuf } }, env);
    sent++;
    const before = api.store.revision;
    const headers = { 'content-type': protobuf };
    const written = await app.request(path, { method: 'PUT', body: await read.arrayBuffer(), headers }, env);
    expect([path, written.status]).toEqual([path, 200]);
    if (api.store.revision !== before) changed.push(path);
  }
  expect(changed).toEqual([]);
  expect(sent).toBeGreaterThanOrEqual(60);
});
