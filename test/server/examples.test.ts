import { expect, it } from 'vitest';
import { builtinResources } from '../../src/resources/index.ts';
import { examples } from '../support/examples.ts';
import { testCluster } from './support/cluster.ts';

it('there is an example of every kind that can be created and read, and it can be', async () => {
  const creatable = builtinResources.filter(({ verbs }) => verbs.includes('create') && verbs.includes('get'));
  expect(examples.map(({ resource }) => resource)).toEqual(expect.arrayContaining(creatable));
  const { ok, request } = await testCluster();
  for (const { collection, path, object } of examples) {
    const { status, text } = await request('POST', collection, object());
    expect([status, path, status === 201 || text]).toEqual([201, path, true]);
    await ok('GET', path);
  }
});
