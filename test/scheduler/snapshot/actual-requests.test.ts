import { describe, expect, test } from 'vitest';
import type { Pod } from '../../../src/resources/core/pod.ts';
import { requestsOf } from '../../../src/scheduler/snapshot/resources.ts';
import { pod } from '../support.ts';

describe('while a pod is being resized it takes up the most of', () => {
  const container = (cpu: string, restartPolicy?: string) => ({
    name: 'c',
    image: 'c',
    resources: { requests: { cpu } },
    ...(restartPolicy && { restartPolicy }),
  });
  const reports = (has: string, allotted: string) => ({
    name: 'c',
    resources: { requests: { cpu: has } },
    allocatedResources: { cpu: allotted },
  });
  const infeasible = [{ type: 'PodResizePending', status: 'True', reason: 'Infeasible' }];
  const deferred = [{ type: 'PodResizePending', status: 'True', reason: 'Deferred' }];
  const cases: [string, Pod['spec'], object, number][] = [
    ['what it asks for', { containers: [container('3')] }, { containerStatuses: [reports('1', '2')] }, 3000],
    ['what it is allotted', { containers: [container('1')] }, { containerStatuses: [reports('2', '3')] }, 3000],
    ['what it has', { containers: [container('1')] }, { containerStatuses: [reports('3', '2')] }, 3000],
    [
      'what it asks for, if its node says nothing',
      { containers: [container('1')] },
      { containerStatuses: [{ name: 'c' }] },
      1000,
    ],
    [
      'what it has, if it can never have what it asks for',
      { containers: [container('3')] },
      { containerStatuses: [reports('1', '2')], conditions: infeasible },
      2000,
    ],
    [
      'what it asks for, if that comes later',
      { containers: [container('3')] },
      { containerStatuses: [reports('1', '2')], conditions: deferred },
      3000,
    ],
    [
      'what its sidecars have',
      { containers: [], initContainers: [container('1', 'Always')] },
      { initContainerStatuses: [reports('2', '2')] },
      2000,
    ],
    [
      'not what its init containers had',
      { containers: [], initContainers: [container('1')] },
      { initContainerStatuses: [reports('2', '2')] },
      1000,
    ],
    [
      'what it has as a whole',
      { containers: [container('1')], resources: { requests: { cpu: '2' } } },
      { resources: { requests: { cpu: '3' } }, allocatedResources: { cpu: '2' } },
      3000,
    ],
  ];
  test.each(cases)('%s', (_name, spec, status, milliCpu) => {
    expect(requestsOf(pod('p', { spec, status: status as Pod['status'] })).requests.milliCpu).toBe(milliCpu);
  });
});
