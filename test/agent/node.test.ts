import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startNode, type RunningNode } from '../../src/agent/node.ts';
import { systemTimers, type Timers } from '../../src/agent/timers.ts';
import { applyStrategicMergePatch } from '../../src/machinery/patch/strategic.ts';
import type { Lease } from '../../src/resources/coordination/lease.ts';
import type { Node } from '../../src/resources/core/node.ts';
import { pods, type Pod } from '../../src/resources/core/pod.ts';
import { FakeCluster } from './fake-cluster.ts';

let cluster: FakeCluster;
let running: RunningNode[];

beforeEach(() => {
  cluster = new FakeCluster();
  running = [];
});
afterEach(async () => {
  for (const node of running) await node.stop();
  await cluster.close();
});

/** So that the waits of back-offs do not take their time in tests. */
const hastyTimers: Timers = { nowMs: systemTimers.nowMs, after: (delayMs, action) => systemTimers.after(delayMs / 50, action) };

async function start(name = 'node-1', timers: Timers = systemTimers): Promise<RunningNode> {
  const node = startNode({ server: await cluster.listening(), token: 't', name, runtime: 'simulated', timers });
  running.push(node);
  await node.ready;
  return node;
}

const podPath = (name: string) => `/api/v1/namespaces/default/pods/${name}`;
const pod = (name: string) => cluster.objects.get(podPath(name)) as unknown as Pod | undefined;
const node = (name = 'node-1') => cluster.objects.get(`/api/v1/nodes/${name}`) as unknown as Node;

function bind(name: string, overrides: { spec?: object; metadata?: object } = {}): void {
  cluster.put(podPath(name), {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', generation: 1, ...overrides.metadata },
    spec: {
      nodeName: 'node-1',
      restartPolicy: 'Always',
      containers: [{ name: 'main', image: 'nginx', imagePullPolicy: 'IfNotPresent' }],
      ...overrides.spec,
    },
    status: { phase: 'Pending', qosClass: 'BestEffort' },
  });
}

const isReady = (name: string) =>
  pod(name)?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
const writesTo = (name: string) =>
  cluster.requests
    .filter(({ method, path }) => method !== 'GET' && path.startsWith(podPath(name)))
    .map(({ method, path }) => `${method} ${path.slice(podPath(name).length)}`);

describe('a node', () => {
  it('registers as a kubelet does', async () => {
    await start();
    const { metadata, spec, status } = node();
    expect(metadata.labels).toMatchObject({ 'kubernetes.io/hostname': 'node-1', 'kubernetes.io/os': 'linux' });
    expect(spec.podCIDR).toBe('10.128.1.0/24');
    expect(status?.conditions?.map(({ type, status: value, reason }) => [type, value, reason])).toEqual([
      ['MemoryPressure', 'False', 'KubeletHasSufficientMemory'],
      ['DiskPressure', 'False', 'KubeletHasNoDiskPressure'],
      ['PIDPressure', 'False', 'KubeletHasSufficientPID'],
      ['Ready', 'True', 'KubeletReady'],
    ]);
    expect(status?.addresses?.map(({ type }) => type).sort()).toEqual(['Hostname', 'InternalIP']);
    expect(status?.capacity).toMatchObject({ pods: '110' });
    expect(status?.nodeInfo).toMatchObject({ kubeletVersion: 'v1.36.0', containerRuntimeVersion: 'simulated://1.0.0' });
    const lease = cluster.objects.get(
      '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1',
    ) as unknown as Lease;
    expect(lease.spec).toMatchObject({ holderIdentity: 'node-1', leaseDurationSeconds: 40 });
    expect(lease.metadata.ownerReferences).toEqual([{ apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: metadata.uid }]);
  });

  it('says what it uses when the cluster asks', async () => {
    await start();
    bind('web', { metadata: { annotations: { 'simulated.hibernetes.dev/usage': 'cpu=250m,memory=64Mi' } } });
    await cluster.until(() => isReady('web'));
    const answer = new Promise<unknown>((resolve) =>
      cluster.on('frame', (frame: { type: string }) => frame.type === 'measured' && resolve(frame)),
    );
    for (const socket of cluster.sockets) socket.send(JSON.stringify({ type: 'measure', id: 7 }));
    expect(await answer).toEqual({
      type: 'measured',
      id: 7,
      usage: {
        node: { cpu: '300m', memory: '320Mi' },
        pods: [{ uid: pod('web')!.metadata.uid, containers: [{ name: 'main', usage: { cpu: '250m', memory: '64Mi' } }] }],
        windowSeconds: 15,
      },
    });
  });

  it('comes back without writing anything', async () => {
    await start();
    await cluster.until(() => cluster.watchPaths.length === 1);
    const network = node().spec.podCIDR;
    await running.pop()!.stop();
    await cluster.until(() => cluster.sockets.size === 0);
    cluster.requests.length = 0;
    await start();
    await cluster.until(() => cluster.watchPaths.length === 2);
    expect(cluster.requests.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/events'))).toEqual([]);
    expect(node().spec.podCIDR).toBe(network);
  });

  it('that is refused says so and stays away', async () => {
    cluster.refuseWith = 401;
    const refused = startNode({ server: await cluster.listening(), token: 'wrong', name: 'n', runtime: 'simulated' });
    await expect(refused.ready).rejects.toThrow('the token is not valid');
  });

  it('does not run containers that it cannot run', async () => {
    const server = await cluster.listening();
    expect(() => startNode({ server, token: 't', name: 'n', runtime: 'containerd' })).toThrow('not available yet');
  });
});

describe('a pod', () => {
  it('whose host port another pod has is rejected, and one that comes after that one has gone is not', async () => {
    await start();
    const ports = { spec: { containers: [{ name: 'main', image: 'nginx', ports: [{ containerPort: 80, hostPort: 8080 }] }] } };
    bind('first', ports);
    await cluster.until(() => isReady('first'));
    bind('second', ports);
    await cluster.until(() => pod('second')?.status?.phase === 'Failed');
    expect(pod('second')!.status).toMatchObject({
      reason: 'NodePorts',
      message: "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
    });
    expect(isReady('first')).toBe(true);
    cluster.remove(podPath('first'));
    bind('third', ports);
    await cluster.until(() => isReady('third'));
  });

  it('is run and reported with one write', async () => {
    await start();
    bind('web');
    await cluster.until(() => isReady('web'));
    const { status } = pod('web')!;
    expect(status).toMatchObject({
      phase: 'Running',
      qosClass: 'BestEffort',
      observedGeneration: 1,
      hostIP: node().status?.addresses?.find(({ type }) => type === 'InternalIP')?.address,
      containerStatuses: [
        {
          name: 'main',
          ready: true,
          started: true,
          restartCount: 0,
          image: 'docker.io/library/nginx:latest',
          imageID: expect.stringMatching(/^docker\.io\/library\/nginx@sha256:[0-9a-f]{64}$/),
          containerID: expect.stringMatching(/^simulated:\/\/[0-9a-f]{64}$/),
          state: { running: { startedAt: expect.any(String) } },
        },
      ],
    });
    expect(status?.podIPs).toEqual([{ ip: status?.podIP }]);
    expect(status?.podIP?.startsWith(node().spec.podCIDR!.replace('0/24', ''))).toBe(true);
    expect(writesTo('web')).toEqual(['PATCH /status']);
    const eventsOf = () =>
      [...cluster.objects.values()].filter(
        ({ kind, involvedObject }) => kind === 'Event' && (involvedObject as { name: string }).name === 'web',
      );
    await cluster.until(() => eventsOf().length === 4);
    expect(eventsOf().map(({ reason }) => reason)).toEqual(['Pulling', 'Pulled', 'Created', 'Started']);
  });

  it('is ended gracefully and then removed, if it is the same', async () => {
    await start();
    bind('web');
    await cluster.until(() => isReady('web'));
    const ip = pod('web')!.status!.podIP;
    const deleted = {
      ...pod('web')!,
      metadata: { ...pod('web')!.metadata, deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 30 },
    };
    cluster.put(podPath('web'), deleted as never);
    await cluster.until(() => !pod('web'));
    expect(writesTo('web')).toEqual(['PATCH /status', 'PATCH /status', 'DELETE ']);
    const [last, removal] = cluster.requests.filter(({ path }) => path.startsWith(podPath('web'))).slice(-2);
    expect(JSON.parse(last!.body!).status).toMatchObject({
      phase: 'Succeeded',
      containerStatuses: [{ ready: false, state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
    });
    expect(JSON.parse(removal!.body!)).toMatchObject({ gracePeriodSeconds: 0, preconditions: { uid: deleted.metadata.uid } });
    // The address is not reused at once.
    bind('next');
    await cluster.until(() => isReady('next'));
    expect(pod('next')!.status!.podIP).not.toBe(ip);
  });

  it('that ends is reported as over', async () => {
    await start();
    bind('job', {
      spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', 'exit 3'] }] },
    });
    await cluster.until(() => pod('job')?.status?.phase === 'Failed');
    expect(pod('job')!.status!.containerStatuses![0]!.state!.terminated).toMatchObject({ exitCode: 3, reason: 'Error' });
  });

  it('that keeps failing waits longer and longer', async () => {
    await start();
    bind('crash', { spec: { containers: [{ name: 'main', image: 'busybox', command: ['false'] }] } });
    await cluster.until(() => pod('crash')?.status?.containerStatuses?.[0]?.state?.waiting?.reason === 'CrashLoopBackOff');
    const [status] = pod('crash')!.status!.containerStatuses!;
    expect(status).toMatchObject({ restartCount: 1, ready: false, lastState: { terminated: { exitCode: 1 } } });
    expect(status!.state!.waiting!.message).toBe(
      `back-off 10s restarting failed container=main pod=crash_default(${pod('crash')!.metadata.uid})`,
    );
    expect(pod('crash')!.status!.phase).toBe('Running');
  });

  it('goes on running through a restart of the agent', async () => {
    await start();
    bind('web');
    await cluster.until(() => isReady('web'));
    const before = pod('web')!;
    await running.pop()!.stop();
    cluster.requests.length = 0;
    await start();
    bind('other');
    await cluster.until(() => isReady('other'));
    expect(pod('web')).toEqual(before);
    expect(writesTo('web')).toEqual([]);
    expect(pod('other')!.status!.podIP).not.toBe(before.status!.podIP);
  });

  it('survives breaks, repeats and forgetfulness of the cluster', async () => {
    await start('node-1', hastyTimers);
    bind('a');
    await cluster.until(() => isReady('a'));
    cluster.repeatAll();
    cluster.dropAll();
    bind('b');
    await cluster.until(() => isReady('b'));
    expect(cluster.watchPaths.at(-1)).not.toBe(cluster.watchPaths[0]);
    const lists = () => cluster.requests.filter(({ path }) => path.startsWith('/api/v1/pods?')).length;
    expect(lists()).toBe(1);

    // Told that its position is too old, it lists again and finds what it missed.
    cluster.remove(podPath('a'));
    cluster.endWatches(410);
    bind('c');
    await cluster.until(() => isReady('c'));
    expect(lists()).toBe(2);
    for (const name of ['a', 'b', 'c']) expect(writesTo(name)).toEqual(['PATCH /status']);
  });

  it('is left alone when its name belongs to another by now', async () => {
    await start();
    let isFirst = true;
    cluster.intercept = ({ method, path }) => {
      if (method !== 'PATCH' || !path.startsWith(podPath('web')) || !isFirst) return undefined;
      isFirst = false;
      cluster.remove(podPath('web'));
      bind('web');
      return undefined;
    };
    bind('web');
    const old = pod('web')!.metadata.uid;
    await cluster.until(() => isReady('web'));
    expect(pod('web')!.metadata.uid).not.toBe(old);
  });

  it('is not written again and again to a server that writes values in its own way', async () => {
    await start();
    cluster.intercept = ({ method, path, body }) => {
      if (method !== 'PATCH' || !path.startsWith(podPath('web'))) return undefined;
      const patched = applyStrategicMergePatch(pods.schema, pod('web'), JSON.parse(body!)) as Pod;
      for (const container of patched.status?.containerStatuses ?? []) container.image = 'in other words';
      const stored = cluster.put(podPath('web'), patched as never);
      return { status: 200, body: JSON.stringify(stored) };
    };
    bind('web');
    await cluster.until(() => isReady('web'));
    // Whatever it would still write about the first pod comes before this one's.
    for (const name of ['second', 'third']) {
      bind(name);
      await cluster.until(() => isReady(name));
    }
    expect(writesTo('web').length).toBeLessThanOrEqual(2);
  });
});
