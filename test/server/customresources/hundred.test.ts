import { expect, test } from 'vitest';
import { testCluster } from '../support/cluster.ts';
import { definitionsPath } from '../support/definitions.ts';
import { madeDefinition } from '../support/many-definitions.ts';

const count = 100;
const apply = { headers: { 'content-type': 'application/apply-patch+yaml' } };
const megabytes = () => Math.round(process.memoryUsage().heapUsed / 1e6);

test('a hundred definitions install, are explained, validate, and are applied', { timeout: 120_000 }, async () => {
  const { ok, request } = await testCluster();
  const made = Array.from({ length: count }, (_, i) => madeDefinition(i));
  const memory = megabytes();
  const timed = async (what: string, work: () => Promise<void>) => {
    const start = performance.now();
    await work();
    console.log(`${count} ${what}: ${Math.round(performance.now() - start)} ms, ${megabytes() - memory} MB more`);
  };

  await timed('installed', async () => {
    for (const { definition } of made) await ok('POST', definitionsPath, definition);
  });

  await timed('explained', async () => {
    const { paths } = await ok('GET', '/openapi/v3');
    for (const { collection, good } of made) {
      const group = collection.split('/').slice(1, 4).join('/');
      const { components, paths: served } = await ok('GET', paths[group].serverRelativeURL.replace(/^.*\/openapi/, '/openapi'));
      const schemas = Object.values(components.schemas) as Record<string, any>[];
      const schema = schemas.find((each) => each['x-kubernetes-group-version-kind']?.some(({ kind }: any) => kind === good.kind));
      expect(schema?.description).toContain('with the number');
      expect(schema?.properties.spec.properties).toBeDefined();
      expect(Object.keys(served).some((path) => path.includes(collection.split('/').at(-1)!))).toBe(true);
    }
  });

  await timed('applied', async () => {
    for (const { collection, good, bad } of made) {
      const path = `${collection}/example?fieldManager=me&fieldValidation=Strict`;
      const first = await ok('PATCH', path, good, apply);
      expect((await ok('PATCH', path, good, apply)).metadata.resourceVersion).toBe(first.metadata.resourceVersion);
      const refused = await request('POST', collection, { ...bad, metadata: { name: 'bad' } });
      expect([collection, refused.status]).toEqual([collection, 422]);
      const unknown = await request('POST', `${collection}?fieldValidation=Strict`, { ...good, metadata: { name: 'x' }, extra: 1 });
      expect([unknown.status, unknown.body.message]).toEqual([400, expect.stringContaining('unknown field "extra"')]);
    }
  });

  await timed('deleted', async () => {
    for (const { definition, collection } of made) {
      await ok('DELETE', `${collection}/example`);
      await ok('DELETE', `${definitionsPath}/${definition.metadata.name}`);
    }
  });
});
