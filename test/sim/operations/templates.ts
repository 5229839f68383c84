import type { Dice } from '../../support/dice.ts';

const images = ['web:1', 'web:2', 'web:3', 'web:4'];

/** What a workload runs. Two in nine of its images never become ready. */
export const someImage = (dice: Dice): string => (dice.once(9) ? 'broken:1' : dice.some(images));

/** A pod template for pods that serve. What does not fit together is left to quotas and the scheduler. */
export function serving(dice: Dice, app: string): { metadata: object; spec: object } {
  const amounts = dice.some([undefined, { cpu: '100m' }, { cpu: '500m', memory: '256Mi' }]);
  const apart = {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { app } }, topologyKey: 'kubernetes.io/hostname' },
      ],
    },
  };
  return {
    metadata: { labels: { app } },
    spec: {
      containers: [
        container(someImage(dice), {
          ...(amounts && { resources: { requests: amounts } }),
          ...(dice.once(8) && { ports: [{ containerPort: 80, hostPort: 8080 }] }),
        }),
      ],
      terminationGracePeriodSeconds: dice.some([0, 30]),
      ...(dice.once(6) && { affinity: apart }),
      ...(dice.once(6) && { tolerations: [{ key: 'sim', operator: 'Exists' }] }),
      ...(dice.once(6) && { nodeSelector: { zone: dice.some(['zone-0', 'zone-1']) } }),
      ...(dice.once(6) && {
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app } } },
        ],
      }),
    },
  };
}

/** A pod template for pods that end. */
export const working = (dice: Dice) => ({
  spec: {
    containers: [container(dice.some(['done:1', 'done:1', 'fails:1', 'web:1']))],
    restartPolicy: dice.some(['Never', 'Never', 'OnFailure']),
  },
});

export const container = (image: string, more: object = {}) => ({ name: 'c', image, ...more });
