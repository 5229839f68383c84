import { beforeEach, describe, expect, it } from 'vitest';
import { AddressPool, gatewayOf } from '../../../src/agent/runtimes/address-pool.ts';
import { parseDurationMs } from '../../../src/agent/runtimes/duration.ts';
import { storyOf } from '../../../src/agent/runtimes/simulated-story.ts';
import { normalizedImage } from '../../../src/agent/runtimes/simulated-image.ts';
import { SimulatedRuntime } from '../../../src/agent/runtimes/simulated.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import { FakeTimers } from '../fake-timers.ts';
import { aPod, nowMs } from '../kubelet/fixtures.ts';

let timers: FakeTimers;
let runtime: SimulatedRuntime;
let changes: string[];

beforeEach(() => {
  timers = new FakeTimers(nowMs);
  runtime = new SimulatedRuntime({ nodeName: 'n1', timers });
  runtime.setPodCIDR('10.128.7.0/24');
  changes = [];
  runtime.onChange((uid) => changes.push(uid));
});

const told = (annotations: Record<string, string>, container: object = {}) =>
  aPod({
    metadata: {
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([key, value]) => [`simulated.hibernetes.dev/${key}`, value]),
      ),
    },
    spec: { containers: [{ name: 'main', image: 'nginx', ...container }] },
  });
const started = async (pod: Pod) => {
  await runtime.runSandbox(pod);
  await runtime.startContainer(pod, pod.spec.containers[0]!, 0);
  return async () => (await runtime.podState(pod.metadata.uid)).containers[0]!;
};

it.each([
  ['2s', 2_000],
  ['1m30s', 90_000],
  ['500ms', 500],
  ['1.5', 1_500],
  ['soon', undefined],
  ['2s later', undefined],
  [undefined, undefined],
])('parseDurationMs(%j) is %j', (text, ms) => expect(parseDurationMs(text)).toBe(ms));

describe('storyOf', () => {
  it.each<[string, Pod, object]>([
    [
      'a probe is passed when it is first made',
      told({}, { readinessProbe: { initialDelaySeconds: 5 } }),
      { readyAfterMs: 5_000, startedAfterMs: 0 },
    ],
    [
      'readiness waits for startup',
      told({}, { startupProbe: { initialDelaySeconds: 8 }, readinessProbe: { initialDelaySeconds: 5 } }),
      { readyAfterMs: 8_000, startedAfterMs: 8_000 },
    ],
    ['an exit code alone means at once', told({ 'exit-code': '2' }), { exit: { afterMs: 0, code: 2 } }],
    ['a time alone means success', told({ 'exit-after': '3s' }), { exit: { afterMs: 3_000, code: 0 } }],
    ['a container may have its own', told({ 'exit-code': '2', 'exit-code.main': '4' }), { exit: { code: 4 } }],
  ])('%s', (_, pod, story) => expect(storyOf(pod, pod.spec.containers[0]!, 0)).toMatchObject(story));
  it('takes the next of a list at each start, and then the last', () => {
    const pod = told({ 'exit-code': '1, 2,0' });
    const codes = [0, 1, 2, 7].map((attempt) => storyOf(pod, pod.spec.containers[0]!, attempt).exit?.code);
    expect(codes).toEqual([1, 2, 0, 0]);
  });

  it.each([
    ['nginx', false],
    ['nginx:404', true],
    ['foo:non-existent', true],
    ['registry.example:404/nginx', false],
    ['invalid/name:1', true],
    ['invalid.registry.k8s.io/invalid/alpine:3.1', true],
    ['example.com/invalid/alpine:3.1', false],
  ])('image %s is missing: %s', (image, isMissing) => {
    const pod = told({}, { image });
    expect(storyOf(pod, pod.spec.containers[0]!, 0).pullError !== undefined).toBe(isMissing);
  });
});

describe('SimulatedRuntime', () => {
  it('lets containers become ready and end as told, and tells of it', async () => {
    const container = await started(told({ 'ready-after': '2s', 'exit-after': '10s', 'exit-code': '3' }));
    expect((await container()).health).toEqual({ started: true, ready: false, changesAtMs: nowMs + 2_000 });
    await timers.advance(2_000);
    expect((await container()).health).toEqual({ started: true, ready: true });
    await timers.advance(7_999);
    expect(changes).toEqual([]);
    await timers.advance(1);
    expect(changes).toEqual(['u1']);
    expect((await container()).exit).toEqual({ code: 3, reason: 'Error', finishedAtMs: nowMs + 10_000 });
  });

  it.each([
    [{}, 30_000, 0, 0],
    [{ 'stop-after': '3s' }, 30_000, 3_000, 0],
    [{ 'stop-after': '60s' }, 30_000, 30_000, 137],
  ])('stops containers told %j within %i ms: after %i ms with code %i', async (annotations, graceMs, tookMs, code) => {
    const container = await started(told(annotations));
    const stopped = runtime.stopContainer((await container()).id, graceMs);
    await timers.advance(tookMs);
    await stopped;
    expect((await container()).exit).toMatchObject({ code, finishedAtMs: nowMs + tookMs });
  });

  it('has images once they were pulled, and fails to pull as told', async () => {
    const pod = aPod();
    const main = pod.spec.containers[0]!;
    expect(await runtime.hasImage(pod, main)).toBe(false);
    await runtime.pullImage(pod, main);
    expect(await runtime.hasImage(pod, main)).toBe(true);
    const broken = told({ 'pull-error': 'no such image' });
    expect(await runtime.hasImage(broken, broken.spec.containers[0]!)).toBe(false);
    await expect(runtime.pullImage(broken, broken.spec.containers[0]!)).rejects.toThrow('no such image');
  });

  it('adopts what a pod reports, and keeps its address', async () => {
    const status = {
      phase: 'Running',
      podIP: '10.128.7.2',
      podIPs: [{ ip: '10.128.7.2' }],
      containerStatuses: [
        {
          name: 'main',
          image: 'nginx',
          imageID: 'x',
          ready: true,
          restartCount: 2,
          containerID: 'simulated://abc',
          state: { running: { startedAt: '2026-01-01T00:09:00Z' } },
          lastState: { terminated: { exitCode: 1, containerID: 'simulated://before', finishedAt: '2026-01-01T00:08:00Z' } },
        },
      ],
    };
    await runtime.adopt(aPod({ status }));
    const { sandbox, containers } = await runtime.podState('u1');
    expect(sandbox).toMatchObject({ isReady: true, ips: ['10.128.7.2'] });
    expect(containers.map(({ id, attempt, exit }) => [id, attempt, exit?.code])).toEqual([
      ['before', 1, 1],
      ['abc', 2, undefined],
    ]);
    const next = aPod({ metadata: { uid: 'u2' } });
    await runtime.runSandbox(next);
    expect((await runtime.podState('u2')).sandbox!.ips).toEqual(['10.128.7.3']);
  });

  it('forgets a sandbox with all that was in it', async () => {
    const container = await started(aPod());
    expect(await container()).toBeDefined();
    await runtime.removeSandbox((await runtime.podState('u1')).sandbox!.id);
    expect(await runtime.podState('u1')).toEqual({ containers: [] });
  });

  it('follows the command, unless an annotation speaks', async () => {
    const command = ['sh', '-c', 'echo -n bye > /dev/termination-log; sleep 2; exit 3'];
    const container = await started(told({}, { command }));
    await timers.advance(1_999);
    expect((await container()).exit).toBeUndefined();
    await timers.advance(1);
    expect((await container()).exit).toEqual({ code: 3, reason: 'Error', message: 'bye', finishedAtMs: nowMs + 2_000 });
    const pod = told({ 'exit-code': '4', 'exit-reason': 'OOMKilled' }, { command: ['true'] });
    await runtime.startContainer(pod, pod.spec.containers[0]!, 1);
    await timers.advance(0);
    expect((await runtime.podState('u1')).containers[1]!.exit).toMatchObject({ code: 4, reason: 'OOMKilled' });
  });

  it.each([
    ['exit 1', 'said\n'],
    ['exit 0', undefined],
  ])('shows what was printed before %s as far as that failed', async (end, message) => {
    const command = ['sh', '-c', `echo said; ${end}`];
    const container = await started(told({}, { command, terminationMessagePolicy: 'FallbackToLogsOnError' }));
    await timers.advance(0);
    expect((await container()).exit?.message).toBe(message);
  });

  it('has not done its work when it is stopped before its end', async () => {
    const container = await started(told({}, { command: ['sleep', '100'] }));
    await runtime.stopContainer((await container()).id, 30_000);
    expect((await container()).exit).toMatchObject({ code: 143, reason: 'Error' });
  });

  it('keeps what a container wrote into a volume for its next start, not beyond the pod', async () => {
    const main = {
      name: 'main',
      image: 'busybox',
      command: ['sh', '-c', 'if [[ -r /data/seen ]]; then exit 0; else touch /data/seen; exit 1; fi'],
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
    };
    const pod = aPod({ spec: { volumes: [{ name: 'data', emptyDir: {} }], containers: [main] } });
    const codes = async () => (await runtime.podState('u1')).containers.map(({ exit }) => exit?.code);
    await runtime.runSandbox(pod);
    for (const attempt of [0, 1]) await runtime.startContainer(pod, main, attempt);
    await timers.advance(0);
    expect(await codes()).toEqual([1, 0]);
    await runtime.removeSandbox((await runtime.podState('u1')).sandbox!.id);
    await runtime.runSandbox(pod);
    await runtime.startContainer(pod, main, 0);
    await timers.advance(0);
    expect(await codes()).toEqual([1]);
  });

  it('has no address for more pods than its network holds', async () => {
    for (let i = 0; i < 253; i++) await runtime.runSandbox(aPod({ metadata: { uid: `p${i}` } }));
    await expect(runtime.runSandbox(aPod({ metadata: { uid: 'late' } }))).rejects.toThrow('no free pod address');
  });
});

describe('AddressPool', () => {
  it('goes in a circle over what is free', () => {
    const pool = new AddressPool('10.128.7.0/29');
    expect(Array.from({ length: 3 }, () => pool.take())).toEqual(['10.128.7.2', '10.128.7.3', '10.128.7.4']);
    pool.release('10.128.7.2');
    pool.reserve('10.128.7.5');
    expect([pool.take(), pool.take(), pool.take()]).toEqual(['10.128.7.6', '10.128.7.2', undefined]);
  });
});

it('gatewayOf gives the first address', () => expect(gatewayOf('10.128.7.0/24')).toBe('10.128.7.1'));

it.each([
  ['nginx', 'docker.io/library/nginx:latest'],
  ['nginx:1.27', 'docker.io/library/nginx:1.27'],
  ['team/app', 'docker.io/team/app:latest'],
  ['ghcr.io/team/app:v1', 'ghcr.io/team/app:v1'],
  ['localhost:5000/app', 'localhost:5000/app:latest'],
  ['nginx@sha256:00', 'docker.io/library/nginx@sha256:00'],
])('normalizedImage(%j) is %j', (image, full) => expect(normalizedImage(image)).toBe(full));
