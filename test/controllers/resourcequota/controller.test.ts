import { describe, expect, test } from 'vitest';
import { namespaceLifecycle } from '../../../src/admission/namespacelifecycle.ts';
import { resourceQuota } from '../../../src/admission/resourcequota.ts';
import { resourceQuotaController } from '../../../src/controllers/resourcequota/controller.ts';
import type { Controller } from '../../../src/machinery/reconcile.ts';
import { LiveCluster } from '../support/live-cluster.ts';

const quotas = '/api/v1/namespaces/default/resourcequotas';
const maps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';

/** How often a quota was counted. */
let counted = 0;
const counting = (controller: Controller): Controller => ({
  ...controller,
  reconcile(key, snapshot, context) {
    counted++;
    return controller.reconcile(key, snapshot, context);
  },
});

async function start(): Promise<LiveCluster> {
  const cluster = await LiveCluster.start(
    (scheme) => [counting(resourceQuotaController(scheme))],
    [namespaceLifecycle, resourceQuota],
  );
  counted = 0;
  return cluster;
}
const restart = (cluster: LiveCluster) => cluster.restart((scheme) => [counting(resourceQuotaController(scheme))]);

const quota = (hard: object, more: object = {}) => ({ metadata: { name: 'q' }, spec: { hard, ...more } });
const statusOf = async (cluster: LiveCluster) => (await cluster.request('GET', `${quotas}/q`)).status;
const usedOf = async (cluster: LiveCluster) => (await statusOf(cluster)).used;
const pod = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '100m' } } }], ...spec },
});

describe('the status of a quota', () => {
  test('is there at once', async () => {
    const cluster = await start();
    await cluster.request('POST', maps, { metadata: { name: 'a' } });
    await cluster.request('POST', quotas, quota({ configmaps: '5', pods: '3', cpu: '1' }));
    await cluster.settle();
    expect(await statusOf(cluster)).toEqual({
      hard: { configmaps: '5', pods: '3', cpu: '1' },
      used: { configmaps: '1', pods: '0', cpu: '0' },
    });
  });

  test('follows the bounds', async () => {
    const cluster = await start();
    await cluster.request('POST', quotas, quota({ configmaps: '5' }));
    await cluster.settle();
    await cluster.patch(`${quotas}/q`, { spec: { hard: { configmaps: '1', secrets: '2' } } });
    await cluster.settle();
    expect(await statusOf(cluster)).toEqual({ hard: { configmaps: '1', secrets: '2' }, used: { configmaps: '0', secrets: '0' } });
  });

  test('is put right when somebody writes it', async () => {
    const cluster = await start();
    await cluster.request('POST', maps, { metadata: { name: 'a' } });
    await cluster.request('POST', quotas, quota({ configmaps: '5' }));
    await cluster.settle();
    for (const status of [{ hard: { configmaps: '50' } }, { used: { configmaps: '0' } }]) {
      await cluster.patch(`${quotas}/q/status`, { status });
      await cluster.settle();
      expect(await statusOf(cluster)).toEqual({ hard: { configmaps: '5' }, used: { configmaps: '1' } });
    }
  });

  test('gives back what goes', async () => {
    const cluster = await start();
    await cluster.request('POST', quotas, quota({ configmaps: '2' }));
    await cluster.settle();
    for (const name of ['a', 'b']) await cluster.request('POST', maps, { metadata: { name } });
    await expect(cluster.request('POST', maps, { metadata: { name: 'c' } })).rejects.toThrow('exceeded quota');
    await cluster.request('DELETE', `${maps}/a`);
    await cluster.settle();
    expect(await usedOf(cluster)).toEqual({ configmaps: '1' });
    await cluster.request('POST', maps, { metadata: { name: 'c' } });
  });

  test('gives back what an update takes less', async () => {
    const cluster = await start();
    const services = '/api/v1/namespaces/default/services';
    await cluster.request('POST', quotas, quota({ 'services.nodeports': '1' }));
    await cluster.settle();
    await cluster.request('POST', services, { metadata: { name: 's' }, spec: { type: 'NodePort', ports: [{ port: 1 }] } });
    await cluster.patch(`${services}/s`, { spec: { type: 'ClusterIP' } });
    await cluster.settle();
    expect(await usedOf(cluster)).toEqual({ 'services.nodeports': '0' });
  });

  test('counts no quota that is being deleted', async () => {
    const cluster = await start();
    await cluster.request('POST', quotas, { ...quota({ configmaps: '2' }), metadata: { name: 'q', finalizers: ['example.com/hold'] } });
    await cluster.settle();
    await cluster.request('DELETE', `${quotas}/q`);
    await cluster.patch(`${quotas}/q`, { spec: { hard: { configmaps: '3' } } });
    await cluster.settle();
    expect((await statusOf(cluster)).hard).toEqual({ configmaps: '2' });
  });
});

describe('pods', () => {
  const setUp = async () => {
    const cluster = await start();
    await cluster.request('POST', quotas, quota({ pods: '5', cpu: '1', 'count/pods': '5' }));
    await cluster.settle();
    await cluster.request('POST', pods, pod('p', { nodeName: 'n' }));
    return cluster;
  };
  const inFull = { pods: '1', cpu: '100m', 'count/pods': '1' };
  const inPart = { pods: '0', cpu: '0', 'count/pods': '1' };

  test('that have ended are only there', async () => {
    const cluster = await setUp();
    await cluster.patch(`${pods}/p/status`, { status: { phase: 'Running' } });
    await cluster.settle();
    expect(await usedOf(cluster)).toEqual(inFull);
    await cluster.patch(`${pods}/p/status`, { status: { phase: 'Succeeded' } });
    await cluster.settle();
    expect(await usedOf(cluster)).toEqual(inPart);
  });

  test('that nobody ends stop counting by themselves', async () => {
    const cluster = await setUp();
    await cluster.request('DELETE', `${pods}/p`);
    await cluster.settle();
    // It should be gone after 30 seconds, and is given as long again.
    await cluster.advance(59);
    expect(await usedOf(cluster)).toEqual(inFull);
    await cluster.advance(2);
    expect(await usedOf(cluster)).toEqual(inPart);
    await cluster.request('DELETE', `${pods}/p?gracePeriodSeconds=0`);
    await cluster.settle();
    expect(await usedOf(cluster)).toEqual({ pods: '0', cpu: '0', 'count/pods': '0' });
  });

  test('that leave the scope', async () => {
    const cluster = await start();
    await cluster.request('POST', quotas, quota({ pods: '5' }, { scopes: ['NotTerminating'] }));
    await cluster.settle();
    await cluster.request('POST', pods, pod('p'));
    expect(await usedOf(cluster)).toEqual({ pods: '1' });
    await cluster.patch(`${pods}/p`, { spec: { activeDeadlineSeconds: 60 } });
    await cluster.settle();
    expect(await usedOf(cluster)).toEqual({ pods: '0' });
  });
});

describe('what it costs', () => {
  test('objects that come are not counted again', async () => {
    const cluster = await start();
    await cluster.request('POST', quotas, quota({ pods: '50', configmaps: '50' }));
    await cluster.settle();
    counted = 0;
    for (let i = 0; i < 10; i++) {
      await cluster.request('POST', pods, pod(`p${i}`));
      await cluster.patch(`${pods}/p${i}/status`, { status: { phase: 'Running' } });
      await cluster.request('POST', maps, { metadata: { name: `m${i}` } });
      await cluster.patch(`${maps}/m${i}`, { data: { a: 'b' } });
    }
    await cluster.settle();
    expect(counted).toBe(0);
    expect(await usedOf(cluster)).toEqual({ pods: '10', configmaps: '10' });
  });

  test('after a start every quota is counted, whatever there is in its namespace', async () => {
    const cluster = await start();
    await cluster.request('POST', quotas, quota({ configmaps: '5' }));
    for (const name of ['a', 'b']) await cluster.request('POST', maps, { metadata: { name } });
    await cluster.settle();
    // Nobody was there to see it.
    await cluster.restart(() => []);
    await cluster.request('DELETE', `${maps}/a`);
    counted = 0;
    await restart(cluster);
    expect(await usedOf(cluster)).toEqual({ configmaps: '1' });
    // And once more for its own write, which says less than before.
    expect(counted).toBe(2);
  });
});
