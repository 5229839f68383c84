import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { deploymentYaml, serviceYaml } from './support/deployment.ts';
import { hasKubectl, Kubectl } from './support/kubectl.ts';
import { LocalServer } from './support/local-server.ts';
import { manifestPath } from './support/manifests.ts';

interface Pod {
  metadata: { name: string };
  spec: { nodeName?: string; containers: { image: string }[] };
  status: { podIP?: string };
}

/** The life of an application, step by step, with the commands of its users. Each step builds on those before it. */
describe.skipIf(!hasKubectl)('an application, with kubectl', () => {
  let server: LocalServer;
  let kubectl: Kubectl;
  beforeAll(async () => {
    server = await LocalServer.start({ nodes: 3 });
    kubectl = new Kubectl(server);
  });
  afterAll(() => server.remove());

  const rolledOut = () => kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=60s']);
  const pods = async () => (await kubectl.json<{ items: Pod[] }>(['get', 'pods', '-l', 'app=web'])).items;
  const images = async () => new Set((await pods()).map((pod) => pod.spec.containers[0]!.image));
  const addresses = async () => {
    const slices = await kubectl.run([
      'get',
      'endpointslices',
      '-l',
      'kubernetes.io/service-name=web',
      '-o',
      'jsonpath={.items[*].endpoints[*].addresses[0]}',
    ]);
    return slices.split(' ').sort();
  };

  it('sees the cluster', async () => {
    expect(await kubectl.run(['cluster-info'])).toContain('Kubernetes control plane');
    expect(await kubectl.run(['get', 'namespaces', '-o', 'name'])).toBe(
      'namespace/default\nnamespace/kube-node-lease\nnamespace/kube-public\nnamespace/kube-system\n',
    );
    expect(await kubectl.run(['wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=30s'])).toBe(
      'node/node-1 condition met\nnode/node-2 condition met\nnode/node-3 condition met\n',
    );
  });

  it('applies a Deployment and a Service, and waits for the rollout', async () => {
    const input = `${deploymentYaml('web', 'web:v1', 3)}---\n${serviceYaml('web')}`;
    expect(await kubectl.run(['apply', '-f', '-'], input)).toBe('deployment.apps/web created\nservice/web created\n');
    expect(await rolledOut()).toContain('successfully rolled out');
    expect(await kubectl.run(['apply', '-f', '-'], input)).toBe('deployment.apps/web unchanged\nservice/web unchanged\n');
    const placed = await pods();
    expect(new Set(placed.map((pod) => pod.spec.nodeName))).toEqual(new Set(['node-1', 'node-2', 'node-3']));
    await expect.poll(addresses).toEqual(placed.map((pod) => pod.status.podIP).sort());
  });

  it('prints the tables its users know', async () => {
    const table = await kubectl.run(['get', 'deploy,rs,pods,svc,endpointslices,nodes', '-o', 'wide']);
    const headings = table
      .split('\n')
      .filter((line) => line.startsWith('NAME'))
      .map((line) => line.split(/\s{2,}/).join('|'));
    expect(headings).toEqual([
      'NAME|READY|UP-TO-DATE|AVAILABLE|AGE|CONTAINERS|IMAGES|SELECTOR',
      'NAME|DESIRED|CURRENT|READY|AGE|CONTAINERS|IMAGES|SELECTOR',
      'NAME|READY|STATUS|RESTARTS|AGE|IP|NODE|NOMINATED NODE|READINESS GATES',
      'NAME|TYPE|CLUSTER-IP|EXTERNAL-IP|PORT(S)|AGE|SELECTOR',
      'NAME|ADDRESSTYPE|PORTS|ENDPOINTS|AGE',
      'NAME|STATUS|ROLES|AGE|VERSION|INTERNAL-IP|EXTERNAL-IP|OS-IMAGE|KERNEL-VERSION|CONTAINER-RUNTIME',
    ]);
    expect(table).toMatch(/^deployment\.apps\/web +3\/3 +3 +3 /m);
  });

  it('replaces a pod that is deleted, while a watch follows', async () => {
    const watch = kubectl.start(['get', 'pods', '-w', '--no-headers']);
    try {
      const before = (await pods()).map((pod) => pod.metadata.name);
      await expect.poll(watch.output, { timeout: 10_000 }).toContain(before[2]);
      await kubectl.run(['delete', 'pod', before[0]!]);
      const replaced = async () =>
        (await pods()).filter((pod) => !before.includes(pod.metadata.name)).map((pod) => pod.metadata.name);
      await expect.poll(replaced, { timeout: 10_000 }).toHaveLength(1);
      const [fresh] = await replaced();
      await kubectl.run(['wait', '--for=condition=Ready', `pod/${fresh}`, '--timeout=30s']);
      await expect.poll(watch.output, { timeout: 10_000 }).toMatch(new RegExp(`^${fresh} +1/1 +Running`, 'm'));
      expect(watch.output()).toMatch(new RegExp(`^${before[0]} +1/1 +Terminating`, 'm'));
      await expect.poll(addresses).toEqual((await pods()).map((pod) => pod.status.podIP).sort());
    } finally {
      watch.process.kill();
    }
  });

  it('scales, sets an image, goes back and restarts', async () => {
    await kubectl.run(['scale', 'deployment/web', '--replicas=5']);
    await rolledOut();
    expect(await pods()).toHaveLength(5);
    await kubectl.run(['set', 'image', 'deployment/web', 'main=web:v2']);
    await rolledOut();
    await expect.poll(images).toEqual(new Set(['web:v2']));
    expect((await kubectl.run(['rollout', 'history', 'deployment/web'])).trim().split('\n').slice(2)).toEqual([
      '1         <none>',
      '2         <none>',
    ]);
    await kubectl.run(['rollout', 'undo', 'deployment/web']);
    await rolledOut();
    await expect.poll(images).toEqual(new Set(['web:v1']));
    await kubectl.run(['rollout', 'restart', 'deployment/web']);
    await rolledOut();
    expect((await kubectl.run(['rollout', 'history', 'deployment/web'])).match(/^\d+/gm)).toEqual(['2', '3', '4']);
  });

  it('holds a rollout that is paused', async () => {
    await kubectl.run(['rollout', 'pause', 'deployment/web']);
    await kubectl.run(['set', 'image', 'deployment/web', 'main=web:v3']);
    // The controller has seen the change when it has observed its generation.
    await kubectl.run([
      'wait',
      'deployment/web',
      '--for=jsonpath={.status.observedGeneration}=' + (await generation()),
      '--timeout=30s',
    ]);
    expect(await images()).toEqual(new Set(['web:v1']));
    await kubectl.run(['rollout', 'resume', 'deployment/web']);
    await rolledOut();
    await expect.poll(images).toEqual(new Set(['web:v3']));
  });
  const generation = () => kubectl.run(['get', 'deployment', 'web', '-o', 'jsonpath={.metadata.generation}']);

  it('describes, explains and tells events', async () => {
    const described = await kubectl.run(['describe', 'deployment', 'web']);
    expect(described).toMatch(/^Replicas: +5 desired \| 5 updated \| 5 total \| 5 available \| 0 unavailable$/m);
    expect(described).toMatch(/ScalingReplicaSet .* Scaled up replica set web-/);
    expect(await kubectl.run(['describe', 'nodes'])).toMatch(/^Non-terminated Pods:/m);
    expect(await kubectl.run(['explain', 'deployment.spec.strategy'])).toContain('rollingUpdate\t<RollingUpdateDeployment>');
    expect(await kubectl.run(['events', '--for', 'deployment/web'])).toContain('ScalingReplicaSet');
    expect(await kubectl.run(['wait', '--for=condition=Available', 'deployment/web', '--timeout=30s'])).toBe(
      'deployment.apps/web condition met\n',
    );
  });

  it('hears of every mistake', async () => {
    const typo = deploymentYaml('typo', 'web:v1', 1).replace('replicas:', 'replica:');
    expect((await kubectl.try(['apply', '-f', '-'], typo)).stderr).toContain('unknown field "spec.replica"');
    const wrong = deploymentYaml('Wrong_Name', 'web:v1', -1);
    const { code, stderr } = await kubectl.try(['create', '-f', '-'], wrong);
    expect(code).toBe(1);
    expect(stderr).toContain('metadata.name: Invalid value: "Wrong_Name"');
    expect(stderr).toContain('spec.replicas: Invalid value: -1');
    expect((await kubectl.try(['get', 'pod', 'nobody'])).stderr).toBe('Error from server (NotFound): pods "nobody" not found\n');
    expect((await kubectl.try(['get', 'gadgets'])).stderr).toBe('error: the server doesn\'t have a resource type "gadgets"\n');
    expect((await kubectl.try(['--token', 'hib_api_wrong', 'get', 'pods'])).stderr).toMatch(/Unauthorized|logged in/);
  });

  it('deletes everything it made', async () => {
    const said = await kubectl.run(['delete', 'deployment/web', 'service/web']);
    expect(said.match(/^\S+ "web" deleted/gm)).toEqual(['deployment.apps "web" deleted', 'service "web" deleted']);
    const left = () => kubectl.run(['get', 'deploy,rs,pods,svc,endpointslices', '-o', 'name']);
    await expect.poll(left, { timeout: 30_000 }).toBe('service/kubernetes\nendpointslice.discovery.k8s.io/kubernetes\n');
  });

  it('runs manifests from files, and takes them away again', async () => {
    const files = ['-f', manifestPath('deployment.yaml'), '-f', manifestPath('service.yaml')];
    await kubectl.run(['apply', ...files]);
    expect(await kubectl.run(['rollout', 'status', 'deployment/spring-deployment', '--timeout=60s'])).toContain(
      'successfully rolled out',
    );
    expect(await kubectl.run(['diff', ...files])).toBe('');
    await kubectl.run(['delete', ...files]);
    expect(await kubectl.run(['get', 'deploy,svc', '-o', 'name'])).toBe('service/kubernetes\n');
  });

  it('deletes a namespace with what is in it', async () => {
    await kubectl.run(
      ['apply', '-f', '-'],
      stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'short-lived' } }),
    );
    await kubectl.run(['apply', '-n', 'short-lived', '-f', '-'], deploymentYaml('web', 'web:v1', 2));
    await kubectl.run(['rollout', 'status', '-n', 'short-lived', 'deployment/web', '--timeout=60s']);
    await kubectl.run(['delete', 'namespace', 'short-lived', '--timeout=60s']);
    expect((await kubectl.try(['get', 'namespace', 'short-lived'])).stderr).toContain('NotFound');
  });
});
