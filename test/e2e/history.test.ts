import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { management } from './support/api-watch.ts';
import { hasKubectl, Kubectl } from './support/kubectl.ts';
import { LocalServer } from './support/local-server.ts';

const patience = { timeout: 60_000, interval: 250 };

describe.skipIf(!hasKubectl)('the history of a cluster, with kubectl', () => {
  let server: LocalServer;
  let kubectl: Kubectl;
  let past: string;

  const api = async (method: string, path: string, body?: object) => {
    const { status, body: text } = await management(server, `/v1/clusters/default${path}`, { method, ...(body && { body }) });
    return { status, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
  };

  beforeAll(async () => {
    server = await LocalServer.start({ nodes: 2 });
    kubectl = new Kubectl(server);
    await kubectl.run(['create', 'namespace', 'shop']);
    await kubectl.run(['create', 'deployment', 'web', '--image=nginx:1', '--replicas=2', '-n', 'shop']);
    await kubectl.run(['create', 'configmap', 'settings', '--from-literal=mode=on', '-n', 'shop']);
    await kubectl.run(['create', 'secret', 'generic', 'key', '--from-literal=password=hush-hush', '-n', 'shop']);
    await kubectl.run(['rollout', 'status', 'deployment/web', '-n', 'shop', '--timeout=60s']);
    past = JSON.parse(await kubectl.run(['get', '--raw', '/api/v1/namespaces?limit=1'])).metadata.resourceVersion;
    await kubectl.run(['set', 'image', 'deployment/web', 'nginx=nginx:2', '-n', 'shop']);
    await kubectl.run(['delete', 'namespace', 'shop', '--wait']);
  }, 180_000);

  afterAll(async () => {
    await server.end();
    await server.remove();
  });

  it('shows what was', async () => {
    const path = '/apis/apps/v1/namespaces/shop/deployments';
    const deployment = JSON.parse(await kubectl.run(['get', '--raw', `${path}/web?asOf=${past}`]));
    expect(deployment.spec.template.spec.containers[0].image).toBe('nginx:1');
    expect(JSON.parse(await kubectl.run(['get', '--raw', `${path}?asOf=${new Date(Date.now() - 10).toISOString()}`])).items).toEqual([]);
    const tooOld = await kubectl.try(['get', '--raw', `${path}?asOf=2020-01-01T00:00:00Z`]);
    expect(tooOld.stderr).toContain('does not reach back');
  });

  it('tells who changed what', async () => {
    const { json } = await api('GET', '/history?kind=deployment&namespace=shop&name=web&limit=200');
    const written = json.items.find(({ fieldManager }: { fieldManager: string }) => fieldManager === 'kubectl-set');
    expect(written).toMatchObject({ operation: 'update', user: 'kubernetes-admin' });
    expect(written.changes).toEqual([{ path: 'spec.template.spec.containers[name=nginx].image', old: 'nginx:1', new: 'nginx:2' }]);
    const secrets = await api('GET', '/history?kind=secret&namespace=shop');
    expect(secrets.json.items.length).toBeGreaterThan(0);
    for (const value of ['hush-hush', btoa('hush-hush')]) expect(secrets.text).not.toContain(value);
  });

  it('brings a namespace back, over a kill of the server', async () => {
    const wish = { asOf: past, namespace: 'shop' };
    const plan = await api('POST', '/restores', { ...wish, dryRun: true });
    expect(plan.json.steps[0]).toMatchObject({ action: 'create', resource: 'namespaces', name: 'shop' });
    const begun = await api('POST', '/restores', wish);
    expect(begun.status).toBe(202);
    await server.end('SIGKILL');
    await server.start();
    await expect.poll(async () => (await api('GET', `/restores/${begun.json.id}`)).json.state, patience).toBe('succeeded');
    await expect
      .poll(async () => (await kubectl.try(['get', 'deployment', 'web', '-n', 'shop', '-o', 'jsonpath={.status.availableReplicas} {.spec.template.spec.containers[0].image}'])).stdout, patience)
      .toBe('2 nginx:1');
    expect(await kubectl.run(['get', 'configmap', 'settings', '-n', 'shop', '-o', 'jsonpath={.data.mode}'])).toBe('on');
    expect(await kubectl.run(['get', 'secret', 'key', '-n', 'shop', '-o', 'jsonpath={.data.password}'])).toBe(btoa('hush-hush'));
  }, 180_000);

  it('makes a clone that kubectl can use at once, and takes the manifests of one to another', async () => {
    const { status, json: clone } = await api('POST', '/clone', { name: 'copy', asOf: past, secrets: true });
    expect(status).toBe(201);
    const inClone = [`--server=${clone.server}`, '-n', 'shop'];
    const token = (await management(server, '/v1/clusters/copy/kubeconfig')).body.match(/token: "?([^"\n]+)/)![1]!;
    const access = [...inClone, `--token=${token}`];
    expect(await kubectl.run(['get', 'deployment', 'web', ...access, '-o', 'jsonpath={.spec.template.spec.containers[0].image}'])).toBe('nginx:1');
    expect(await kubectl.run(['get', 'secret', 'key', ...access, '-o', 'jsonpath={.data.password}'])).toBe(btoa('hush-hush'));
    expect(await kubectl.run(['get', 'nodes', ...access, '-o', 'name'])).toBe('');

    const manifests = (await api('GET', `/export?namespace=shop&asOf=${past}`)).text;
    await kubectl.run(['delete', 'namespace', 'shop', '--wait', ...access.filter((each) => each !== '-n' && each !== 'shop')]);
    const dry = await kubectl.try(['apply', '--dry-run=client', '--validate=false', '-f', '-', `--server=${clone.server}`, `--token=${token}`], manifests);
    expect(dry.stderr).toBe('');
    const report = JSON.parse((await management(server, '/v1/clusters/copy/import', { method: 'POST', body: { manifests } })).body);
    expect(report).toMatchObject({ failed: 0 });
    expect(report.items.map(({ kind, result }: { kind: string; result: string }) => `${kind} ${result}`)).toContain('Deployment created');
    expect(await kubectl.run(['get', 'configmap', 'settings', ...access, '-o', 'jsonpath={.data.mode}'])).toBe('on');
    const again = JSON.parse((await management(server, '/v1/clusters/copy/import', { method: 'POST', body: { manifests } })).body);
    expect(new Set(again.items.filter(({ kind }: { kind: string }) => kind === 'ConfigMap').map(({ result }: { result: string }) => result))).toEqual(new Set(['unchanged']));
  }, 120_000);
});
