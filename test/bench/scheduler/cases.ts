import type { Pod } from '../../../src/resources/core/pod.ts';

/** A case of upstream's scheduler_perf at 5,000 nodes. */
export interface SchedulerCase {
  readonly name: string;
  /** Pods per second that upstream's own runs have to reach. */
  readonly floor: number;
  /** Zones of the nodes, by turns. */
  readonly zones?: readonly string[];
  readonly initPods: number;
  readonly measurePods: number;
  /** The pods that are there before; left out: the same as those that are measured. */
  readonly init?: PodShape;
  readonly measured: PodShape;
}

/** What is particular about pods. */
export interface PodShape {
  labels?: Record<string, string>;
  spec?: Partial<Pod['spec']>;
  requests?: Record<string, string>;
}

const zoneKey = 'topology.kubernetes.io/zone';
const hostKey = 'kubernetes.io/hostname';
const term = (color: string, topologyKey: string) => ({
  labelSelector: { matchLabels: { color } },
  topologyKey,
  namespaces: ['sched-1', 'sched-0'],
});
const spreading = (whenUnsatisfiable: string): PodShape => ({
  labels: { color: 'blue' },
  spec: {
    topologySpreadConstraints: [
      { maxSkew: 5, topologyKey: zoneKey, whenUnsatisfiable, labelSelector: { matchLabels: { color: 'blue' } } },
    ],
  },
});
const threeZones = ['moon-1', 'moon-2', 'moon-3'];

/** With the sizes of the workloads that scheduler_perf's floors are for. */
export const schedulerCases: readonly SchedulerCase[] = [
  { name: 'basic', floor: 680, initPods: 1_000, measurePods: 10_000, measured: {} },
  {
    name: 'topology spreading',
    floor: 460,
    zones: threeZones,
    initPods: 5_000,
    measurePods: 5_000,
    init: {},
    measured: spreading('DoNotSchedule'),
  },
  {
    name: 'preferred topology spreading',
    floor: 125,
    zones: threeZones,
    initPods: 5_000,
    measurePods: 5_000,
    init: {},
    measured: spreading('ScheduleAnyway'),
  },
  {
    name: 'node affinity',
    floor: 220,
    zones: ['zone1'],
    initPods: 5_000,
    measurePods: 10_000,
    measured: {
      spec: {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: zoneKey, operator: 'In', values: ['zone1', 'zone2'] }] }],
            },
          },
        },
      },
    },
  },
  {
    name: 'preferred pod affinity',
    floor: 90,
    initPods: 5_000,
    measurePods: 5_000,
    measured: {
      labels: { color: 'red' },
      spec: {
        affinity: {
          podAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term('red', hostKey) }],
          },
        },
      },
    },
  },
  {
    name: 'preferred pod anti-affinity',
    floor: 90,
    initPods: 5_000,
    measurePods: 5_000,
    measured: {
      labels: { color: 'yellow' },
      spec: {
        affinity: {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term('yellow', hostKey) }],
          },
        },
      },
    },
  },
  {
    name: 'pod anti-affinity',
    floor: 60,
    initPods: 1_000,
    measurePods: 2_000,
    measured: {
      labels: { color: 'green' },
      spec: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('green', hostKey)] } } },
    },
  },
  {
    name: 'pod affinity',
    floor: 35,
    zones: ['zone1'],
    initPods: 5_000,
    measurePods: 5_000,
    measured: {
      labels: { color: 'blue' },
      spec: { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('blue', zoneKey)] } } },
    },
  },
  {
    name: 'preemption',
    floor: 160,
    initPods: 20_000,
    measurePods: 1_000,
    init: { requests: { cpu: '900m' } },
    measured: { spec: { priority: 10 }, requests: { cpu: '3' } },
  },
];
