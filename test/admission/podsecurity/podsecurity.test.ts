import { describe, expect, test } from 'vitest';
import { namespaceLifecycle } from '../../../src/admission/namespacelifecycle.ts';
import { podSecurity } from '../../../src/admission/podsecurity/podsecurity.ts';
import { testCluster } from '../../server/support/cluster.ts';
import { pod, warningsOf } from '../support.ts';

const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
const label = (name: string) => `pod-security.kubernetes.io/${name}`;
const privileged = { container: { securityContext: { privileged: true } } };
const why = 'privileged (container "main" must not set securityContext.privileged=true)';

async function setUp(labels: Record<string, string>) {
  const cluster = await testCluster({ admission: [namespaceLifecycle, podSecurity] });
  const named = Object.fromEntries(Object.entries(labels).map(([key, value]) => [label(key), value]));
  await cluster.ok('POST', '/api/v1/namespaces', { metadata: { name: 'n', labels: named } });
  const relabel = (labels: Record<string, string | null>) =>
    cluster.request('PATCH', '/api/v1/namespaces/n', { metadata: { labels } }, merge);
  return { ...cluster, relabel };
}

const pods = '/api/v1/namespaces/n/pods';

describe('pods', () => {
  test('what is enforced is refused', async () => {
    const { request } = await setUp({ enforce: 'baseline', 'enforce-version': 'v1.30' });
    expect((await request('POST', pods, pod('p', privileged))).body).toMatchObject({
      code: 403,
      message: `pods "p" is forbidden: violates PodSecurity "baseline:v1.30": ${why}`,
    });
    const answer = await request('POST', pods, pod('q'));
    expect([answer.status, warningsOf(answer)]).toEqual([201, []]);
  });

  test('of the rest the client is warned', async () => {
    const { request } = await setUp({ warn: 'baseline' });
    const answer = await request('POST', pods, pod('p', privileged));
    expect([answer.status, warningsOf(answer)]).toEqual([201, [`would violate PodSecurity "baseline:latest": ${why}`]]);
  });

  test('an update is only looked at if it brings something new to run', async () => {
    const { request, ok, relabel } = await setUp({});
    const created = await ok('POST', pods, pod('p', privileged));
    await relabel({ [label('enforce')]: 'baseline' });
    await ok('PATCH', `${pods}/p`, { metadata: { labels: { a: 'b' } } }, merge);
    const containers = [{ ...created.spec.containers[0], image: 'other' }];
    expect((await request('PATCH', `${pods}/p`, { spec: { containers } }, merge)).status).toBe(403);
  });
});

test.each([
  ['/apis/apps/v1/namespaces/n/deployments', { spec: { selector: { matchLabels: { a: 'b' } } } }, 'spec.template'],
  ['/apis/batch/v1/namespaces/n/jobs', { spec: {} }, 'spec.template'],
  ['/apis/batch/v1/namespaces/n/cronjobs', { spec: { schedule: '* * * * *' } }, 'spec.jobTemplate.spec.template'],
  ['/api/v1/namespaces/n/podtemplates', {}, 'template'],
])('what makes pods is warned about: %s', async (path, object, place) => {
  const { request } = await setUp({ enforce: 'baseline' });
  const { spec } = pod('p', { ...privileged, spec: { restartPolicy: path.includes('batch') ? 'Never' : 'Always' } });
  let value: object = { metadata: { labels: { a: 'b' } }, spec };
  for (const key of place.split('.').slice(1).reverse()) value = { [key]: value };
  const [first] = place.split('.');
  const own = (object as Record<string, object>)[first!];
  const answer = await request('POST', path, { metadata: { name: 'x' }, ...object, [first!]: { ...own, ...value } });
  expect([answer.status, warningsOf(answer)]).toEqual([201, [`would violate PodSecurity "baseline:latest": ${why}`]]);
});

describe('namespaces', () => {
  test('labels must be right', async () => {
    const { request } = await setUp({});
    const { body } = await request('POST', '/api/v1/namespaces', { metadata: { name: 'm', labels: { [label('enforce')]: 'x' } } });
    expect(body).toMatchObject({
      code: 422,
      message: `Namespace "m" is invalid: metadata.labels[${label('enforce')}]: Invalid value: "x": must be one of privileged, baseline, restricted`,
    });
  });

  test('who makes one stricter learns which pods break it', async () => {
    const { ok, relabel } = await setUp({ enforce: 'privileged' });
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'u', controller: true }];
    await ok('POST', pods, pod('c', { ...privileged, metadata: { ownerReferences } }));
    await ok('POST', pods, pod('b', { ...privileged, metadata: { ownerReferences } }));
    await ok('POST', pods, pod('a', privileged));
    await ok('POST', pods, pod('d', { spec: { hostPID: true } }));
    await ok('POST', pods, pod('good'));
    expect(warningsOf(await relabel({ [label('enforce')]: 'baseline' }))).toEqual([
      'existing pods in namespace "n" violate the new PodSecurity enforce level "baseline:latest"',
      'a (and 2 other pods): privileged',
      'd: host namespaces',
    ]);
    expect(warningsOf(await relabel({ other: 'x' }))).toEqual([]);
    expect(warningsOf(await relabel({ [label('enforce')]: 'privileged' }))).toEqual([]);
  });
});
