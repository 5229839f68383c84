import { expect, it } from 'vitest';
import { SimulatedFiles } from '../../../src/agent/runtimes/simulated-files.ts';
import { runContainer } from '../../../src/agent/runtimes/simulated-program.ts';
import type { Container } from '../../../src/resources/shared/container.ts';
import { aPod } from '../kubelet/fixtures.ts';

const run = (container: Partial<Container>, spec: object = {}, files = new SimulatedFiles(), uid = 'u1') => {
  const main: Container = { name: 'main', image: 'server', ...container };
  const labels = { index: '3' };
  const pod = aPod({ metadata: { uid, name: 'web-0', labels }, spec: { containers: [main], ...spec } } as object);
  return runContainer(pod, main, { files: files.of(pod, main, 'c1'), random: () => 0, nowMs: 0 });
};

it.each<[string, Partial<Container>, object, number | undefined]>([
  ['a server runs on', {}, {}, undefined],
  ['a shell has nothing to do', { image: 'busybox:1.36' }, {}, 0],
  ['a shell of another registry, too', { image: 'registry.k8s.io/e2e-test-images/busybox:1.37.0-1' }, {}, 0],
  ['a shell with an input waits for it', { image: 'busybox', stdin: true }, {}, undefined],
  ['command and args are one', { command: ['sh', '-c'], args: ['exit 2'] }, {}, 2],
  [
    'a variable can be a field of the pod',
    {
      command: ['sh', '-c', 'exit $INDEX'],
      env: [{ name: 'INDEX', valueFrom: { fieldRef: { fieldPath: "metadata.labels['index']" } } }],
    },
    {},
    3,
  ],
  ['variables stand in commands', { command: ['exit', '$(CODE)'], env: [{ name: 'CODE', value: '5' }] }, {}, 5],
  [
    'the user is that of the security context',
    { command: ['sh', '-c', 'test $(id -u) -eq 65534'], securityContext: { runAsUser: 65_534 } },
    { securityContext: { runAsUser: 1 } },
    0,
  ],
  ['an init container that no one understands ends', {}, { initContainers: [{ name: 'main' }] }, 0],
  ['one that is understood takes its time', { command: ['false'] }, { initContainers: [{ name: 'main' }] }, 1],
  ['a sidecar stays', {}, { initContainers: [{ name: 'main', restartPolicy: 'Always' }] }, undefined],
])('%s', (_, container, spec, code) => expect(run(container, spec)?.code).toBe(code));

it('shares files by volume: of the node, of the pod, of nobody', () => {
  const files = new SimulatedFiles();
  const command = ['sh', '-c', 'if [ -f /data/seen ]; then exit 0; fi; touch /data/seen; exit 1'];
  const volumeMounts = [{ name: 'data', mountPath: '/data' }];
  const codes = (volume: object) =>
    ['a', 'a', 'b'].map((uid) => run({ command, volumeMounts }, { volumes: [{ name: 'data', ...volume }] }, files, uid)?.code);
  expect(codes({ hostPath: { path: '/srv' } })).toEqual([1, 0, 0]);
  expect(codes({ emptyDir: {} })).toEqual([1, 0, 1]);
  files.forgetPod('a');
  expect(codes({ emptyDir: {} })).toEqual([1, 0, 0]);
  // What an image or another volume holds is taken to be there.
  expect(codes({ configMap: { name: 'c' } })).toEqual([0, 0, 0]);
});
