import { describe, expect, it } from 'vitest';
import { disruptionController } from '../../../src/controllers/disruption/controller.ts';
import { createScheme } from '../../../src/machinery/scheme.ts';
import { deployments } from '../../../src/resources/apps/deployment.ts';
import { replicaSets } from '../../../src/resources/apps/replicaset.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { builtinResources } from '../../../src/resources/index.ts';
import { podDisruptionBudgets, type PodDisruptionBudgetSpec } from '../../../src/resources/policy/poddisruptionbudget.ts';
import { TestCluster } from '../support/cluster.ts';
import { deployment, pod, readyPod, replicaSet } from '../support/objects.ts';

const controller = disruptionController(createScheme(builtinResources));

function cluster(spec: Partial<PodDisruptionBudgetSpec>) {
  const made = new TestCluster({ controllers: [controller] });
  made.create(podDisruptionBudgets, {
    metadata: { name: 'b', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  });
  const status = () => {
    made.settle();
    return made.get(podDisruptionBudgets, 'default', 'b')!.status!;
  };
  return { made, status };
}

const ownedBy = (kind: string, { name, uid }: { name: string; uid: string }, apiVersion = 'apps/v1') => ({
  ownerReferences: [{ apiVersion, kind, name, uid, controller: true }],
});

/** A Deployment of 10, an older ReplicaSet of it with 2 pods and a newer one with 3. */
function withDeployment(spec: Partial<PodDisruptionBudgetSpec>) {
  const { made, status } = cluster(spec);
  const owner = made.create(deployments, deployment({ spec: { replicas: 10 } }));
  for (const [name, count] of [
    ['old', 2],
    ['new', 3],
  ] as const) {
    const set = made.create(
      replicaSets,
      replicaSet(name, { metadata: ownedBy('Deployment', owner.metadata), spec: { replicas: count } }),
    );
    for (let i = 0; i < count; i++)
      made.create(pods, readyPod(`${name}-${i}`, undefined, { metadata: ownedBy('ReplicaSet', set.metadata) }));
  }
  return { made, status };
}

describe('budgets', () => {
  it.each<[string, Partial<PodDisruptionBudgetSpec>, object]>([
    [
      'a number that must remain',
      { minAvailable: 3 },
      { expectedPods: 5, desiredHealthy: 3, currentHealthy: 5, disruptionsAllowed: 2 },
    ],
    ['a share that must remain', { minAvailable: '31%' }, { expectedPods: 10, desiredHealthy: 4, disruptionsAllowed: 1 }],
    ['a number that may be missing', { maxUnavailable: 6 }, { expectedPods: 10, desiredHealthy: 4, disruptionsAllowed: 1 }],
    ['a share that may be missing', { maxUnavailable: '61%' }, { expectedPods: 10, desiredHealthy: 3, disruptionsAllowed: 2 }],
    ['more than there are', { minAvailable: 9 }, { desiredHealthy: 9, disruptionsAllowed: 0 }],
    ['more missing than there are', { maxUnavailable: 50 }, { desiredHealthy: 0, disruptionsAllowed: 5 }],
  ])('count with %s', (_, spec, expected) => {
    const { made, status } = withDeployment(spec);
    const found = status();
    expect(found).toMatchObject({ observedGeneration: 1, ...expected });
    const allowed = found.disruptionsAllowed! > 0;
    expect(found.conditions).toEqual([
      {
        type: 'DisruptionAllowed',
        status: allowed ? 'True' : 'False',
        reason: allowed ? 'SufficientPods' : 'InsufficientPods',
        message: '',
        observedGeneration: 1,
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ]);
    expect(made.plan('disruption default/b').writes).toEqual([]);
    expect(made.events).toEqual([]);
  });

  it('follow pods and their own spec', () => {
    const { made, status } = cluster({ minAvailable: 1 });
    expect(status()).toMatchObject({ expectedPods: 0, disruptionsAllowed: 0, desiredHealthy: 1 });
    expect(made.events).toMatchObject([{ type: 'Normal', reason: 'NoPods', message: 'No matching pods found' }]);
    made.create(pods, readyPod('a'));
    made.create(pods, readyPod('c'));
    made.create(pods, pod('unready'));
    made.create(pods, readyPod('other', undefined, { metadata: { labels: { app: 'other' } } }));
    expect(status()).toMatchObject({ expectedPods: 3, currentHealthy: 2, disruptionsAllowed: 1 });
    made.change(pods, 'default', 'a', (p) => void (p.metadata.deletionTimestamp = '2026-01-01T00:00:30Z'));
    expect(status()).toMatchObject({ expectedPods: 3, currentHealthy: 1, disruptionsAllowed: 0 });
    made.change(podDisruptionBudgets, 'default', 'b', (b) => void (b.spec.minAvailable = 0));
    expect(status()).toMatchObject({ observedGeneration: 2, disruptionsAllowed: 1 });
    made.remove(pods, 'default', 'c');
    expect(status()).toMatchObject({ expectedPods: 2, disruptionsAllowed: 0 });
  });

  it.each<[string, Partial<Pod['metadata']>, string]>([
    ['is gone', ownedBy('ReplicaSet', { name: 'gone', uid: 'u' }), 'found no controllers for pod "p"'],
    ['has no scale', ownedBy('Job', { name: 'j', uid: 'u' }, 'batch/v1'), 'jobs.batch does not implement the scale subresource'],
    [
      'is unknown',
      ownedBy('Foo', { name: 'f', uid: 'u' }, 'example.com/v1'),
      'no matches for kind "Foo" in version "example.com/v1"',
    ],
  ])('allow nothing for a share when a controller %s', (_, metadata, message) => {
    const { made, status } = cluster({ maxUnavailable: 1 });
    made.create(pods, readyPod('p', undefined, { metadata }));
    expect(status()).toMatchObject({
      disruptionsAllowed: 0,
      conditions: [{ status: 'False', reason: 'SyncFailed', message }],
    });
    expect(made.events.at(-1)).toMatchObject({
      reason: 'CalculateExpectedPodCountFailed',
      message: `Failed to calculate the number of expected pods: ${message}`,
    });
    expect(made.plan('disruption default/b').writes).toEqual([]);
  });

  it('tell of pods that nothing manages', () => {
    const { made, status } = cluster({ minAvailable: '50%' });
    made.create(pods, readyPod('p'));
    expect(status()).toMatchObject({ expectedPods: 0, desiredHealthy: 0, disruptionsAllowed: 0, currentHealthy: 1 });
    expect(made.events.at(-1)).toMatchObject({ type: 'Warning', reason: 'UnmanagedPods' });
    expect(made.events.at(-1)!.message).toContain('(selector: app=web)');
  });

  it('use the scale of a ReplicaSet whose Deployment is gone', () => {
    const { made, status } = withDeployment({ maxUnavailable: 1 });
    made.remove(deployments, 'default', 'web');
    made.change(pods, 'default', 'old-0', (p) => void (p.metadata.labels!.x = 'y'));
    expect(status()).toMatchObject({ expectedPods: 5, desiredHealthy: 4 });
  });
});

describe('evictions that were allowed', () => {
  function withEviction() {
    const { made, status } = cluster({ minAvailable: 1 });
    for (const name of ['a', 'c', 'd']) made.create(pods, readyPod(name));
    status();
    made.change(podDisruptionBudgets, 'default', 'b', (b) => {
      Object.assign(b.status!, {
        disruptionsAllowed: 1,
        disruptedPods: { a: '2026-01-01T00:00:00Z', gone: '2026-01-01T00:00:00Z' },
      });
    });
    return { made, status };
  }

  it('count until the pod ends', () => {
    const { made, status } = withEviction();
    expect(status()).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1, disruptedPods: { a: '2026-01-01T00:00:00Z' } });
    made.change(pods, 'default', 'a', (p) => void (p.metadata.deletionTimestamp = '2026-01-01T00:00:30Z'));
    expect(status()).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1 });
    expect(status().disruptedPods).toBeUndefined();
    expect(made.nextMs).toBeUndefined();
  });

  it('are given up after two minutes', () => {
    const { made, status } = withEviction();
    status();
    expect(made.nextMs).toBe(120_000);
    made.advance(120);
    expect(status()).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 2 });
    expect(status().disruptedPods).toBeUndefined();
    expect(made.events.at(-1)).toEqual({
      type: 'Warning',
      reason: 'NotDeleted',
      message: "Pod was expected by PDB default/b to be deleted but it wasn't",
      regarding: 'Pod/a',
    });
  });
});

describe('the condition DisruptionTarget', () => {
  const target = (more: object = {}) => ({
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    lastTransitionTime: '2026-01-01T00:00:00Z',
    ...more,
  });
  const conditionOf = (made: TestCluster) => made.get(pods, 'default', 'p')!.status!.conditions![0];

  it('is taken back from a pod that is not deleted after two minutes', () => {
    const { made } = cluster({});
    made.create(pods, pod('p', { status: { phase: 'Running', conditions: [target({ observedGeneration: 1 })] } }));
    made.settle();
    expect(conditionOf(made)).toMatchObject({ status: 'True' });
    made.advance(120);
    made.settle();
    expect(conditionOf(made)).toEqual({
      type: 'DisruptionTarget',
      status: 'False',
      lastTransitionTime: '2026-01-01T00:02:00Z',
      observedGeneration: 1,
    });
  });

  it.each<[string, Partial<Pod['metadata']>, string, object]>([
    ['a pod that ends', { deletionTimestamp: '2026-01-01T00:00:30Z' }, 'Running', target()],
    ['a pod that has ended', {}, 'Failed', target()],
    ['what a kubelet says', {}, 'Running', target({ reason: 'TerminationByKubelet' })],
  ])('stays on %s', (_, metadata, phase, condition) => {
    const { made } = cluster({});
    made.create(pods, pod('p', { metadata, status: { phase, conditions: [condition as never] } }));
    made.settle();
    made.advance(300);
    made.settle();
    expect(conditionOf(made)).toMatchObject({ status: 'True' });
  });
});
