import { clusterControllers } from '../../../src/cluster/controllers.ts';
import { ClusterSettings } from '../../../src/db/cluster-settings.ts';
import type { CommitRow } from '../../../src/storage/backend.ts';
import { MemoryBackend } from '../../../src/storage/memory.ts';
import { LiveCluster } from '../../controllers/support/live-cluster.ts';
import { benchPod } from './objects.ts';

const nodeCount = 20;
const replicas = 100;
const rounds = 15;

/**
 * What a rollout of 100 pods costs, API, store in memory, controllers and scheduler together, while so many other pods are
 * there to which nothing happens: the best of a few rollouts in ms, because the first ones warm the code up and whatever else
 * the machine does only ever slows them down.
 */
export async function rolloutBesideIdle(idlePods: number): Promise<number> {
  const backend = new MemoryBackend();
  await store(backend, idlePods);
  const options = { ...ClusterSettings.parse({}), caCertificate: 'PEM' };
  const cluster = await LiveCluster.start((scheme, authorizer) => clusterControllers(scheme, { ...options, authorizer }), undefined, backend);
  for (let i = 0; i < nodeCount; i++)
    await cluster.request('POST', '/api/v1/nodes', {
      metadata: { name: nodeName(i), labels: { 'kubernetes.io/hostname': nodeName(i) } },
      status: { allocatable: { cpu: '10000', memory: '100Ti', pods: '100000' }, conditions: [{ type: 'Ready', status: 'True' }] },
    });
  await cluster.settle();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const labels = { app: `bench-${round}` };
    const start = performance.now();
    await cluster.request('POST', '/apis/apps/v1/namespaces/default/deployments', {
      metadata: { name: labels.app },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'bench:v1' }] } },
      },
    });
    await cluster.settle();
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}

const nodeName = (i: number) => `node-${i % nodeCount}`;

/** Puts the idle pods into the backend as if they had been there for long: a start loads them. */
async function store(backend: MemoryBackend, idlePods: number): Promise<void> {
  const { epoch, revision: base } = await backend.load();
  const rows = Array.from({ length: idlePods }, (_, i): CommitRow => {
    const revision = base + 1 + i;
    const labels = { app: `idle-${i % 500}` };
    const pod = benchPod(`idle-${i}`, `idle-${i % 50}`, { labels, spec: { nodeName: nodeName(i) } });
    pod.metadata.resourceVersion = String(revision);
    pod.status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    const { namespace = '', name, uid } = pod.metadata;
    return { resource: 'pods', namespace, name, uid, revision, text: JSON.stringify(pod), type: 'ADDED', previousRevision: 0 };
  });
  await backend.commit(epoch, base, rows);
}
