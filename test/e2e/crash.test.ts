import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { seededRandom } from '../../src/lib/random.ts';
import { deploymentYaml } from './support/deployment.ts';
import { LocalServer } from './support/local-server.ts';

const replicas = 50;
const kills = 4;
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const configMaps = '/api/v1/namespaces/default/configmaps';

interface Deployment {
  metadata: { generation: number };
  status: { observedGeneration?: number; replicas?: number; updatedReplicas?: number; availableReplicas?: number };
}

describe('a server that is killed in the middle of a rollout', () => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const random = seededRandom(seed);
  let server: LocalServer;
  beforeAll(async () => {
    server = await LocalServer.start({ nodes: 3 });
  });
  afterAll(() => server.remove());

  it(`loses nothing it acknowledged, and completes the rollout (SEED=${seed})`, async () => {
    expect((await server.api(deployments, deployment('web:v0'))).status).toBe(201);
    const acknowledged: string[] = [];
    for (let kill = 0; kill < kills; kill++) {
      let isOver = false;
      const writer = async (id: number) => {
        for (let i = 0; !isOver; i++) {
          const name = `kill-${kill}-writer-${id}-${i}`;
          // A request that the crash cuts off may or may not have been carried out: nothing was promised.
          const answer = await server.api(configMaps, { metadata: { name }, data: { name } }).catch(() => undefined);
          if (answer?.status === 201) acknowledged.push(name);
          else await sleep(1);
        }
      };
      const writers = [1, 2, 3, 4].map(writer);
      await sleep(random.next() * 1_500);
      await server.end('SIGKILL');
      isOver = true;
      await Promise.all(writers);
      await server.start();

      const kept = (await server.api(configMaps)).body['items'] as { metadata: { name: string }; data?: { name?: string } }[];
      const found = new Map(kept.map((object) => [object.metadata.name, object.data?.name]));
      expect(acknowledged.filter((name) => found.get(name) !== name)).toEqual([]);
      expect((await server.api(`${deployments}/web`, deployment(`web:v${kill + 1}`), 'PUT')).status).toBe(200);
    }
    expect(acknowledged.length).toBeGreaterThan(0);
    await expect.poll(state, { timeout: 120_000, interval: 250 }).toEqual({
      observed: true,
      replicas,
      updatedReplicas: replicas,
      availableReplicas: replicas,
    });
    const pods = (await server.api('/api/v1/namespaces/default/pods')).body['items'] as {
      spec: { containers: { image: string }[] };
    }[];
    expect(pods.map((pod) => pod.spec.containers[0]!.image)).toEqual(Array.from({ length: replicas }, () => `web:v${kills}`));
  });

  const deployment = (image: string) => parse(deploymentYaml('web', image, replicas)) as object;
  const state = async () => {
    const { metadata, status } = (await server.api(`${deployments}/web`)).body as unknown as Deployment;
    const { observedGeneration, replicas: all, updatedReplicas, availableReplicas } = status;
    return { observed: observedGeneration === metadata.generation, replicas: all, updatedReplicas, availableReplicas };
  };
});
