import { expect, it } from 'vitest';
import { deploymentController } from '../../../src/controllers/deployment/controller.ts';
import { maxSurge, maxUnavailable, replicasOf } from '../../../src/controllers/deployment/fenceposts.ts';
import { totalSize } from '../../../src/controllers/deployment/replica-sets.ts';
import { replicaSetController } from '../../../src/controllers/replicaset/controller.ts';
import { isPodActive, isPodReady } from '../../../src/controllers/support/pods.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import { deployments, type Deployment } from '../../../src/resources/apps/deployment.ts';
import { replicaSets } from '../../../src/resources/apps/replicaset.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import { TestCluster } from '../support/cluster.ts';
import { kubelets, kubeletStep } from '../support/kubelet.ts';
import { template } from '../support/objects.ts';

const runs = 60;

/**
 * Rollouts in a random order of controllers, kubelets and clients. While the size stays, at no moment are more pods asked for
 * than surge allows, nor fewer available than may be missing; in the end everything is of the newest template, and at rest.
 */
function rollouts(seed: number): void {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random.next() * n);
  const cluster = new TestCluster({ controllers: [deploymentController, replicaSetController], seed });
  const web = () => cluster.get(deployments, 'default', 'web')!;
  const live = () => cluster.list(pods).filter(isPodActive);
  const surge = below(2) ? `${below(100)}%` : below(4);
  const unavailable = below(2) ? `${1 + below(99)}%` : 1 + below(3);
  const spec: Partial<Deployment['spec']> = {
    replicas: 1 + below(12),
    selector: { matchLabels: { app: 'web' } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } },
    template: template('web:0'),
    revisionHistoryLimit: 2,
  };
  cluster.create(deployments, { metadata: { name: 'web', namespace: 'default' }, spec });
  cluster.settle(() => kubelets(cluster));

  let updates = 0;
  for (let step = 0; step < 250; step++) {
    const due = cluster.due;
    const choice = below(20);
    if (choice === 0 && updates < 6) {
      updates++;
      cluster.change(deployments, 'default', 'web', (d) => void (d.spec.template = template(`web:${below(4)}`)));
    } else if (choice < 12 && due.length > 0) {
      cluster.reconcile(due[below(due.length)]!);
    } else {
      const all = cluster.list(pods);
      if (all.length > 0) kubeletStep(cluster, all[below(all.length)]!);
    }
    const desired = replicasOf(web());
    expect(totalSize(cluster.list(replicaSets))).toBeLessThanOrEqual(desired + maxSurge(web()));
    expect(live().filter(isPodReady).length).toBeGreaterThanOrEqual(desired - maxUnavailable(web()));
  }

  cluster.settle(() => kubelets(cluster));
  const { image } = web().spec.template.spec.containers[0]!;
  expect(live().map((pod) => pod.spec.containers[0]!.image)).toEqual(Array(replicasOf(web())).fill(image));
  expect(web().status).toMatchObject({ updatedReplicas: replicasOf(web()), availableReplicas: replicasOf(web()) });
  expect(cluster.list(replicaSets).length).toBeLessThanOrEqual(3);
  expect(cluster.plan('deployment default/web').writes).toEqual([]);
}

it('keeps within maxSurge and maxUnavailable at every step', () => {
  const first = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  for (let seed = first; seed < first + runs; seed++) {
    try {
      rollouts(seed);
    } catch (error) {
      console.error(`failed with SEED=${seed}`);
      throw error;
    }
  }
});

/** Sizes change too, pods fail and vanish, and the rollout is paused: no bounds then, but it comes to rest as asked for. */
function churn(seed: number): void {
  const random = seededRandom(seed);
  const below = (n: number) => Math.floor(random.next() * n);
  const cluster = new TestCluster({ controllers: [deploymentController, replicaSetController], seed });
  const change = (edit: (d: Deployment) => void) => cluster.change(deployments, 'default', 'web', edit);
  cluster.create(deployments, {
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas: below(8),
      selector: { matchLabels: { app: 'web' } },
      strategy: below(3) ? undefined : { type: 'Recreate' },
      template: template('web:0'),
    },
  });
  const clients: (() => void)[] = [
    () => void change((d) => void (d.spec.template = template(`${below(2) ? 'web' : 'broken'}:${below(3)}`))),
    () => void change((d) => void (d.spec.replicas = below(10))),
    () => void change((d) => void (d.spec.paused = !d.spec.paused)),
    () => {
      const all = cluster.list(pods);
      const pod = all[below(all.length)];
      if (pod) cluster.remove(pods, 'default', pod.metadata.name);
    },
    () => {
      const all = cluster.list(pods);
      const pod = all[below(all.length)];
      if (pod) cluster.change(pods, 'default', pod.metadata.name, (p) => void (p.status = { ...p.status, phase: 'Failed' }));
    },
    () => {
      const sets = cluster.list(replicaSets);
      const set = sets[below(sets.length)];
      if (set) cluster.change(replicaSets, 'default', set.metadata.name, (s) => void (s.spec.replicas = below(6)));
    },
    () => cluster.advance(below(100)),
  ];
  for (let step = 0; step < 300; step++) {
    const due = cluster.due;
    const choice = below(20);
    if (choice < 2) clients[below(clients.length)]!();
    else if (choice < 13 && due.length > 0) cluster.reconcile(due[below(due.length)]!);
    else {
      const all = cluster.list(pods);
      if (all.length > 0) kubeletStep(cluster, all[below(all.length)]!);
    }
  }
  change((d) => {
    d.spec.paused = false;
    d.spec.template = template('web:final');
  });
  cluster.settle(() => kubelets(cluster));
  const web = cluster.get(deployments, 'default', 'web')!;
  const images = cluster
    .list(pods)
    .filter(isPodActive)
    .map((pod) => pod.spec.containers[0]!.image);
  expect(images).toEqual(Array(replicasOf(web)).fill('web:final'));
  expect(web.status!.observedGeneration).toBe(web.metadata.generation);
  expect(web.status!.conditions!.find((c) => c.type === 'Progressing')!.reason).toBe('NewReplicaSetAvailable');
}

it('comes to rest with what was asked for last, whatever happened before', () => {
  const first = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  for (let seed = first; seed < first + runs; seed++) {
    try {
      churn(seed);
    } catch (error) {
      console.error(`failed with SEED=${seed}`);
      throw error;
    }
  }
});
