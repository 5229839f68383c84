import { horizontalPodAutoscalers } from '../../../src/resources/autoscaling/horizontalpodautoscaler.ts';
import { persistentVolumeClaims } from '../../../src/resources/core/persistentvolumeclaim.ts';
import { resourceQuotas } from '../../../src/resources/core/resourcequota.ts';
import { podDisruptionBudgets } from '../../../src/resources/policy/poddisruptionbudget.ts';
import type { Dice } from '../../support/dice.ts';
import { createIn, deleteSome, patchSome, type Operation } from './operation.ts';

const budget = (dice: Dice): object => {
  const app = dice.some(['d-a', 's-a', 'r-a', 'c-a']);
  return {
    metadata: { name: app },
    spec: {
      selector: { matchLabels: { app } },
      ...dice.some<object>([{ minAvailable: 1 }, { minAvailable: '50%' }, { maxUnavailable: 1 }, { maxUnavailable: '50%' }]),
    },
  };
};

const hard = (dice: Dice): object =>
  dice.some<object>([
    { pods: String(3 + dice.below(8)) },
    { 'requests.cpu': '2', pods: '20' },
    { services: '2', 'services.nodeports': '1' },
    { persistentvolumeclaims: '2', 'count/jobs.batch': '2' },
  ]);

const claim = (dice: Dice): object => ({
  metadata: { name: dice.some(['x', 'y']) },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});

const autoscaler = (dice: Dice): object => ({
  metadata: { name: 'a' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' },
    minReplicas: 1 + dice.below(3),
    maxReplicas: 4,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
  },
});

export const limitOperations: readonly Operation[] = [
  { name: 'create a disruption budget', weight: 3, run: (scene) => createIn(scene, podDisruptionBudgets, budget(scene.dice)) },
  { name: 'delete a disruption budget', weight: 1, run: (scene) => deleteSome(scene, podDisruptionBudgets) },
  {
    name: 'create a quota',
    weight: 2,
    run: (scene) =>
      createIn(scene, resourceQuotas, { metadata: { name: scene.dice.some(['q1', 'q2']) }, spec: { hard: hard(scene.dice) } }),
  },
  {
    name: 'change a quota',
    weight: 1,
    run: (scene) => patchSome(scene, resourceQuotas, () => ({ spec: { hard: hard(scene.dice) } })),
  },
  { name: 'delete a quota', weight: 1, run: (scene) => deleteSome(scene, resourceQuotas) },
  { name: 'create a claim', weight: 1, run: (scene) => createIn(scene, persistentVolumeClaims, claim(scene.dice)) },
  { name: 'delete a claim', weight: 1, run: (scene) => deleteSome(scene, persistentVolumeClaims) },
  { name: 'create an autoscaler', weight: 1, run: (scene) => createIn(scene, horizontalPodAutoscalers, autoscaler(scene.dice)) },
  { name: 'delete an autoscaler', weight: 1, run: (scene) => deleteSome(scene, horizontalPodAutoscalers) },
];
