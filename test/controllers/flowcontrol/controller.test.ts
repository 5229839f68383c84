import { describe, expect, test } from 'vitest';
import { flowControlController } from '../../../src/controllers/flowcontrol/controller.ts';
import { suggestedFlowSchemas, suggestedPriorityLevels } from '../../../src/resources/flowcontrol/suggested.ts';
import { LiveCluster } from '../support/live-cluster.ts';

const api = '/apis/flowcontrol.apiserver.k8s.io/v1';
const schemas = `${api}/flowschemas`;
const levels = `${api}/prioritylevelconfigurations`;
const merge = 'application/merge-patch+json';
const autoUpdate = 'apf.kubernetes.io/autoupdate-spec';

const start = () => LiveCluster.start(() => [flowControlController]);
const dangling = async (cluster: LiveCluster, name: string) =>
  (await cluster.request('GET', `${schemas}/${name}`)).status?.conditions?.map(
    ({ lastTransitionTime: _, ...rest }: object & { lastTransitionTime: string }) => rest,
  );

const flowSchema = (name: string, level: string) => ({
  metadata: { name },
  spec: {
    priorityLevelConfiguration: { name: level },
    matchingPrecedence: 500,
    rules: [
      {
        subjects: [{ kind: 'User', user: { name: 'u' } }],
        nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      },
    ],
  },
});
const level = (name: string) => ({
  metadata: { name },
  spec: { type: 'Limited', limited: { nominalConcurrencyShares: 5, limitResponse: { type: 'Reject' } } },
});

test('a new cluster has what upstream has, as it was suggested', async () => {
  const cluster = await start();
  expect(await cluster.names(levels)).toEqual(['catch-all', 'exempt', ...suggestedPriorityLevels.keys()].sort());
  expect(await cluster.names(schemas)).toEqual(['catch-all', 'exempt', ...suggestedFlowSchemas.keys()].sort());
  const { metadata, spec } = await cluster.request('GET', `${schemas}/system-leader-election`);
  expect(metadata).toMatchObject({ annotations: { [autoUpdate]: 'true' }, generation: 1 });
  expect(spec).toEqual(suggestedFlowSchemas.get('system-leader-election'));
  const revision = async () => (await cluster.request('GET', schemas)).metadata.resourceVersion;
  await cluster.settle();
  const before = await revision();
  await cluster.restart(() => [flowControlController]);
  await cluster.settle();
  // Only the lock's Lease, if anything, was written.
  expect((await cluster.request('GET', `${schemas}/probes`)).metadata.generation).toBe(1);
  expect(Number(await revision())).toBeGreaterThanOrEqual(Number(before));
});

describe('what somebody changed', () => {
  const shares = (nominalConcurrencyShares: number) => ({ spec: { limited: { nominalConcurrencyShares } } });
  const sharesOf = async (cluster: LiveCluster, name: string) =>
    (await cluster.request('GET', `${levels}/${name}`)).spec.limited.nominalConcurrencyShares;

  test('comes back', async () => {
    const cluster = await start();
    await cluster.request('PATCH', `${levels}/workload-low`, shares(1), merge);
    await cluster.settle();
    expect(await sharesOf(cluster, 'workload-low')).toBe(100);
  });

  test('stays if its annotation says so', async () => {
    const cluster = await start();
    await cluster.request(
      'PATCH',
      `${levels}/workload-low`,
      { metadata: { annotations: { [autoUpdate]: 'false' } }, ...shares(1) },
      merge,
    );
    await cluster.settle();
    expect(await sharesOf(cluster, 'workload-low')).toBe(1);
  });

  test('stays if the annotation was taken away, and is said to', async () => {
    const cluster = await start();
    await cluster.request('PATCH', `${levels}/workload-low`, { metadata: { annotations: null }, ...shares(1) }, merge);
    await cluster.settle();
    expect(await sharesOf(cluster, 'workload-low')).toBe(1);
    expect((await cluster.request('GET', `${levels}/workload-low`)).metadata.annotations).toEqual({ [autoUpdate]: 'false' });
  });

  test('the shares of the exempt level stay', async () => {
    const cluster = await start();
    await cluster.request('PATCH', `${levels}/exempt`, { spec: { exempt: { nominalConcurrencyShares: 10 } } }, merge);
    await cluster.settle();
    expect((await cluster.request('GET', `${levels}/exempt`)).spec.exempt.nominalConcurrencyShares).toBe(10);
  });

  test('and deleted is made again', async () => {
    const cluster = await start();
    await cluster.request('DELETE', `${levels}/workload-low`);
    await cluster.request('DELETE', `${schemas}/catch-all`);
    await cluster.settle();
    expect(await sharesOf(cluster, 'workload-low')).toBe(100);
    expect(await cluster.names(schemas)).toContain('catch-all');
  });

  test('and is suggested no longer goes', async () => {
    const cluster = await start();
    const marked = (value: string) => ({ annotations: { [autoUpdate]: value } });
    for (const [name, value] of [
      ['old', 'true'],
      ['kept', 'false'],
    ] as const)
      await cluster.request('POST', levels, { ...level(name), metadata: { name, ...marked(value) } });
    await cluster.request('POST', levels, level('own'));
    await cluster.settle();
    expect((await cluster.names(levels)).filter((name) => ['old', 'kept', 'own'].includes(name))).toEqual(['kept', 'own']);
  });
});

test('a FlowSchema says whether its level is there', async () => {
  const cluster = await start();
  const references = 'This FlowSchema references the PriorityLevelConfiguration object named "x"';
  const absent = [{ type: 'Dangling', status: 'True', reason: 'NotFound', message: `${references} but there is no such object` }];
  const present = [{ type: 'Dangling', status: 'False', reason: 'Found', message: `${references} and it exists` }];
  await cluster.request('POST', schemas, flowSchema('s', 'x'));
  await cluster.settle();
  expect(await dangling(cluster, 's')).toEqual(absent);
  await cluster.request('POST', levels, level('x'));
  await cluster.settle();
  expect(await dangling(cluster, 's')).toEqual(present);
  await cluster.request('DELETE', `${levels}/x`);
  await cluster.settle();
  expect(await dangling(cluster, 's')).toEqual(absent);
});
