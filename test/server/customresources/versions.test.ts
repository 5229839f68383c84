import { expect, test } from 'vitest';
import { fakeWebhooks } from '../../support/webhooks.ts';
import { testCluster } from '../support/cluster.ts';
import { cronTab, cronTabs, cronTabsPath, definitionsPath, withSpec } from '../support/definitions.ts';

const v2Path = cronTabsPath.replace('/v1/', '/v2/');
const definitionPath = `${definitionsPath}/crontabs.stable.example.com`;

/** v1 has `spec.host`, v2 has `spec.name`; both have `spec.image`. */
const versions = (stored: string) =>
  [
    { name: 'v1', schema: { openAPIV3Schema: withSpec({ image: { type: 'string' }, host: { type: 'string' } }) } },
    { name: 'v2', schema: { openAPIV3Schema: withSpec({ image: { type: 'string' }, name: { type: 'string' } }) } },
  ].map((version) => ({ ...version, served: true, storage: version.name === stored }));

const twoVersions = (stored: string, conversion?: object) =>
  cronTabs({}, { versions: versions(stored), ...(conversion && { spec: { conversion } }) });

test('without a webhook, versions differ in apiVersion and in what they know', async () => {
  const { ok } = await testCluster();
  await ok('POST', definitionsPath, twoVersions('v1'));
  await ok('POST', cronTabsPath, cronTab('a', { spec: { image: 'x', host: 'h' } }));
  const read = await ok('GET', `${v2Path}/a`);
  expect([read.apiVersion, read.spec]).toEqual(['stable.example.com/v2', { image: 'x' }]);
  const written = await ok('POST', v2Path, { ...cronTab('b', { spec: { image: 'y' } }), apiVersion: 'stable.example.com/v2' });
  expect([written.apiVersion, written.spec]).toEqual(['stable.example.com/v2', { image: 'y' }]);
  expect((await ok('GET', `${cronTabsPath}/b`)).spec).toEqual({ image: 'y' });
});

test('an update that changes nothing moves an object to the version that is stored now', async () => {
  const { ok } = await testCluster();
  const crd = await ok('POST', definitionsPath, twoVersions('v1'));
  const made = await ok('POST', cronTabsPath, cronTab('a', { spec: { image: 'x' } }));
  const changed = await ok('PUT', definitionPath, { ...crd, spec: { ...crd.spec, versions: versions('v2') } });
  expect(changed.status.storedVersions).toEqual(['v1', 'v2']);
  const moved = await ok('PUT', `${cronTabsPath}/a`, made);
  expect(moved.metadata.resourceVersion).not.toBe(made.metadata.resourceVersion);
  const again = await ok('PUT', `${cronTabsPath}/a`, moved);
  expect(again.metadata.resourceVersion).toBe(moved.metadata.resourceVersion);
});

const conversion = {
  strategy: 'Webhook',
  webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://convert.example.com/' } },
};

// eslint-disable-next-line @typescript-eslint/no-explicit-any
const renamed = ({ desiredAPIVersion, objects }: any) => ({
  result: { status: 'Success' },
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  convertedObjects: objects.map(({ spec, ...object }: any) => ({
    ...object,
    apiVersion: desiredAPIVersion,
    spec: desiredAPIVersion.endsWith('v2') ? { image: spec.image, name: spec.host } : { image: spec.image, host: spec.name },
  })),
});

test('a webhook converts what is read, written, listed and patched', async () => {
  const webhooks = fakeWebhooks({ 'https://convert.example.com/': renamed });
  const { ok, request } = await testCluster({ webhooks });
  await ok('POST', definitionsPath, twoVersions('v1', conversion));
  await ok('POST', cronTabsPath, cronTab('a', { spec: { image: 'x', host: 'h' } }));
  expect(webhooks.asked).toEqual([]);
  expect((await ok('GET', `${v2Path}/a`)).spec).toEqual({ image: 'x', name: 'h' });
  const b = { ...cronTab('b', { spec: { image: 'y', name: 'n' } }), apiVersion: 'stable.example.com/v2' };
  const made = await ok('POST', v2Path, b);
  expect(made.spec).toEqual({ image: 'y', name: 'n' });
  const stored = await ok('GET', `${cronTabsPath}/b`);
  expect([stored.spec, stored.metadata.uid]).toEqual([{ image: 'y', host: 'n' }, made.metadata.uid]);
  const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
  const patched = await request('PATCH', `${v2Path}/a`, { spec: { name: 'other' } }, merge);
  expect(patched.body.spec).toEqual({ image: 'x', name: 'other' });
  expect((await ok('GET', `${cronTabsPath}/a`)).spec).toEqual({ image: 'x', host: 'other' });
  const { items } = await ok('GET', v2Path);
  expect(items.map(({ spec }: { spec: object }) => spec)).toEqual([
    { image: 'x', name: 'other' },
    { image: 'y', name: 'n' },
  ]);
  expect((await ok('DELETE', `${v2Path}/a`)).status).toBe('Success');
});

test.each([
  ['no answer', { raw: 'oops' }, 'the answer is no JSON'],
  ['a refusal', { result: { status: 'Failure', message: 'never' } }, 'never'],
  ['too few objects', { result: { status: 'Success' }, convertedObjects: [] }, 'returned 0 objects, expected 1'],
])('a webhook that fails with %s', async (_, answer, why) => {
  const { ok, request } = await testCluster({ webhooks: fakeWebhooks({ 'https://convert.example.com/': () => answer }) });
  await ok('POST', definitionsPath, twoVersions('v1', conversion));
  await ok('POST', cronTabsPath, cronTab('a', { spec: { image: 'x' } }));
  const { status, body } = await request('GET', `${v2Path}/a`);
  expect([status, body.message]).toEqual([500, `conversion webhook for stable.example.com/v1, Kind=CronTab failed: ${why}`]);
});
