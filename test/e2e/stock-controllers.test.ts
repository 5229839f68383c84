import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { management } from './support/api-watch.ts';
import { hasKubectl, Kubectl } from './support/kubectl.ts';
import { LocalServer } from './support/local-server.ts';

// No distribution packages these two programs: who has built them says where they are.
const controllerManager = process.env['KUBE_CONTROLLER_MANAGER'];
const scheduler = process.env['KUBE_SCHEDULER'];
const hasPrograms = controllerManager !== undefined && scheduler !== undefined;
if (!hasPrograms)
  console.warn('skipped: the test with a stock kube-controller-manager and kube-scheduler, because KUBE_CONTROLLER_MANAGER and KUBE_SCHEDULER do not say where they are');

const manifest = (kind: string, name: string, spec: object) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'nginx' }] } },
    ...spec,
  },
});
const manifests = [
  manifest('Deployment', 'web', { replicas: 4 }),
  manifest('StatefulSet', 'db', { replicas: 2, serviceName: 'db' }),
  manifest('DaemonSet', 'agent', {}),
];

describe.runIf(hasPrograms && hasKubectl)('a stock kube-controller-manager and kube-scheduler', () => {
  let server: LocalServer;
  let kubectl: Kubectl;
  const programs: ChildProcess[] = [];

  beforeAll(async () => {
    server = await LocalServer.start({ nodes: 2 });
    kubectl = new Kubectl(server);
    const body = { settings: { controllers: [], scheduler: { enabled: false } } };
    const { status } = await management(server, '/v1/clusters/default', { method: 'PATCH', body });
    if (status !== 200) throw new Error(`the settings were refused with ${status}`);
    const key = join(server.data, 'service-account.key');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    start(controllerManager!, [
      `--service-account-private-key-file=${key}`,
      '--allocate-node-cidrs',
      // The network that the built-in controller may have given the nodes before it was switched off.
      '--cluster-cidr=10.128.0.0/9',
    ]);
    start(scheduler!, []);
  });
  afterAll(async () => {
    for (const program of programs) program.kill();
    await Promise.all(programs.map(async (program) => program.exitCode ?? once(program, 'exit')));
    await server.remove();
  });

  function start(program: string, args: string[]): void {
    const log = openSync(join(server.data, `${programs.length}.log`), 'w');
    const common = [`--kubeconfig=${server.kubeconfig}`, '--secure-port=0', `--cert-dir=${join(server.data, 'certs')}`];
    programs.push(spawn(program, [...common, ...args], { stdio: ['ignore', log, log] }));
    closeSync(log);
  }

  it('hold their Leases and do the work of the built-in ones, which are switched off', async () => {
    for (const name of ['kube-controller-manager', 'kube-scheduler'])
      await expect.poll(() => kubectl.try(['get', 'lease', '-n', 'kube-system', name]).then(({ code }) => code), { timeout: 60_000 }).toBe(0);
    await kubectl.run(['create', 'namespace', 'stock']);
    await kubectl.run(['apply', '-n', 'stock', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }));
    for (const each of ['deployment/web', 'statefulset/db', 'daemonset/agent'])
      await kubectl.run(['rollout', 'status', '-n', 'stock', each, '--timeout=90s']);
    await kubectl.run(['create', 'job', '-n', 'stock', 'once', '--image=busybox', '--', 'true']);
    await kubectl.run(['wait', '-n', 'stock', '--for=condition=complete', 'job/once', '--timeout=60s']);

    // Who wrote what: none of it was us.
    const pods = await kubectl.json<{ items: { metadata: { managedFields: { manager: string }[] } }[] }>(['get', 'pods', '-n', 'stock', '--show-managed-fields']);
    const managers = pods.items.flatMap(({ metadata }) => metadata.managedFields.map(({ manager }) => manager));
    expect([...new Set(managers)].sort()).toEqual(['kube-controller-manager', 'kubelet']);
    const { items } = await kubectl.json<{ items: { reportingComponent: string; reason: string; reportingInstance: string }[] }>(['get', 'events', '-n', 'stock']);
    const scheduled = items.filter(({ reason }) => reason === 'Scheduled');
    expect(scheduled.length).toBeGreaterThanOrEqual(9);
    expect(new Set(scheduled.map(({ reportingInstance }) => reportingInstance.startsWith('default-scheduler-')))).toEqual(new Set([true]));
  });

  it('see the nodes alive for longer than a Lease lasts', async () => {
    const leaseMs = 40_000;
    const until = Date.now() + leaseMs + 10_000;
    const ready = () => kubectl.run(['get', 'nodes', '-o', 'jsonpath={.items[*].status.conditions[?(@.type=="Ready")].status}']);
    while (Date.now() < until) {
      expect(await ready()).toBe('True True');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  });

  it('delete what nobody owns any more, and namespaces', async () => {
    await kubectl.run(['delete', 'deployment', '-n', 'stock', 'web']);
    await expect.poll(() => kubectl.run(['get', 'pods', '-n', 'stock', '-l', 'app=web', '-o', 'name']), { timeout: 60_000 }).toBe('');
    await kubectl.run(['delete', 'namespace', 'stock', '--timeout=90s']);
  });
});
