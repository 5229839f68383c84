import { expect, it } from 'vitest';
import { rejectionOf } from '../../../src/agent/kubelet/admission.ts';
import { aPod } from './fixtures.ts';

const withPort = (port: object | undefined) =>
  aPod({ spec: { containers: [{ name: 'main', image: 'nginx', ports: port ? [{ containerPort: 80, ...port }] : [] }] } });

it.each<[object | undefined, object | undefined, boolean]>([
  [undefined, { hostPort: 80 }, false],
  [{ hostPort: 80 }, undefined, false],
  [{ hostPort: 80 }, { hostPort: 80 }, true],
  [{ hostPort: 80 }, { hostPort: 81 }, false],
  [{ hostPort: 80 }, { hostPort: 80, protocol: 'UDP' }, false],
  [{ hostPort: 80, hostIP: '10.0.0.1' }, { hostPort: 80, hostIP: '10.0.0.2' }, false],
  [{ hostPort: 80, hostIP: '10.0.0.1' }, { hostPort: 80, hostIP: '0.0.0.0' }, true],
])('a pod with %j beside one with %j is rejected: %s', (own, others, isRejected) => {
  expect(rejectionOf(withPort(own), [withPort(undefined), withPort(others)]) !== undefined).toBe(isRejected);
});
