import { CoreV1Api, KubeConfig, ListWatch, makeInformer, Watch, type Informer, type ObjectCache, type V1ConfigMap } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalServer } from './support/local-server.ts';

const namespace = 'default';

describe('informers of @kubernetes/client-node', () => {
  let server: LocalServer;
  let config: KubeConfig;
  let api: CoreV1Api;
  beforeAll(async () => {
    server = await LocalServer.start();
    config = new KubeConfig();
    config.loadFromFile(server.kubeconfig);
    api = config.makeApiClient(CoreV1Api);
  });
  afterAll(() => server.remove());

  const create = (name: string, labels = {}) => api.createNamespacedConfigMap({ namespace, body: { metadata: { name, labels }, data: { n: '0' } } });
  const names = (cache: ObjectCache<V1ConfigMap>) =>
    cache
      .list(namespace)
      .map((object) => object.metadata!.name!)
      .filter((name) => name !== 'kube-root-ca.crt')
      .sort();

  function informer(labelSelector?: string): Informer<V1ConfigMap> & ObjectCache<V1ConfigMap> {
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    return makeInformer(config, path, () => api.listNamespacedConfigMap({ namespace, labelSelector }), labelSelector);
  }

  it('see what there is and what changes, in order', async () => {
    await create('first');
    const cache = informer();
    const seen: string[] = [];
    for (const event of ['add', 'update', 'delete'] as const) cache.on(event, (object) => void seen.push(`${event} ${object.metadata!.name}`));
    cache.on('error', (error) => void seen.push(`error ${String(error)}`));
    await cache.start();
    try {
      await expect.poll(() => names(cache)).toEqual(['first']);
      await create('second');
      await api.replaceNamespacedConfigMap({ namespace, name: 'first', body: { metadata: { name: 'first' }, data: { n: '1' } } });
      await api.deleteNamespacedConfigMap({ namespace, name: 'second' });
      await expect.poll(() => seen.at(-1)).toBe('delete second');
      expect(seen.filter((line) => !line.endsWith('kube-root-ca.crt'))).toEqual(['add first', 'add second', 'update first', 'delete second']);
      expect(cache.get('first', namespace)?.data).toEqual({ n: '1' });
    } finally {
      await cache.stop();
    }
  });

  it('follow a label selector in and out of sight', async () => {
    await create('labelled', { tier: 'web' });
    const cache = informer('tier=web');
    await cache.start();
    try {
      await expect.poll(() => names(cache)).toEqual(['labelled']);
      await create('other', { tier: 'db' });
      await api.replaceNamespacedConfigMap({ namespace, name: 'other', body: { metadata: { name: 'other', labels: { tier: 'web' } } } });
      await expect.poll(() => names(cache)).toEqual(['labelled', 'other']);
      await api.replaceNamespacedConfigMap({ namespace, name: 'labelled', body: { metadata: { name: 'labelled' } } });
      await expect.poll(() => names(cache)).toEqual(['other']);
    } finally {
      await cache.stop();
    }
  });

  it('end up with the same as a list after a thousand changes, and over a restart of the server', async () => {
    const watch = new Watch(config);
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const cache = new ListWatch<V1ConfigMap>(path, watch, () => api.listNamespacedConfigMap({ namespace }), true);
    cache.on('error', () => void setTimeout(() => void cache.start(), 200));
    const list = async () => (await api.listNamespacedConfigMap({ namespace })).items.map((o) => `${o.metadata!.name} ${o.metadata!.resourceVersion}`).sort();
    const cached = () => cache.list(namespace).map((o) => `${o.metadata!.name} ${o.metadata!.resourceVersion}`).sort();
    const churn = async (prefix: string) => {
      await Promise.all(
        Array.from({ length: 50 }, async (_, i) => {
          const name = `${prefix}-${i}`;
          await create(name);
          for (let n = 1; n <= 8; n++) await api.replaceNamespacedConfigMap({ namespace, name, body: { metadata: { name }, data: { n: String(n) } } });
          if (i % 3 === 0) await api.deleteNamespacedConfigMap({ namespace, name });
        }),
      );
    };
    try {
      await churn('one');
      await expect.poll(cached, { timeout: 10_000 }).toEqual(await list());
      await server.end('SIGKILL');
      await server.start();
      await churn('two');
      await expect.poll(cached, { timeout: 20_000 }).toEqual(await list());
    } finally {
      await cache.stop();
    }
  });
});
