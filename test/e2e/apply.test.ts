import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasKubectl, Kubectl } from './support/kubectl.ts';
import { LocalServer } from './support/local-server.ts';

interface Managed {
  metadata: {
    resourceVersion: string;
    annotations?: Record<string, string>;
    managedFields?: { manager: string; operation: string; subresource?: string; fieldsV1: unknown }[];
  };
  data?: Record<string, string>;
  spec?: { replicas?: number };
}

const configMap = (name: string, data: object, labels = {}) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data });
const deployment = (name: string, replicas: number, image = 'nginx:1', more: object = {}) =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'web', image, ports: [{ containerPort: 80 }] }] },
      },
      ...more,
    },
  });
const managersOf = ({ metadata }: Managed) =>
  (metadata.managedFields ?? []).map(({ manager, operation, subresource = '' }) =>
    `${manager} ${operation} ${subresource}`.trim(),
  );

describe.skipIf(!hasKubectl)('kubectl apply --server-side', () => {
  let server: LocalServer;
  let kubectl: Kubectl;
  const apply = (manifest: string, ...more: string[]) => kubectl.try(['apply', '--server-side', ...more, '-f', '-'], manifest);
  const get = (what: string, name: string) => kubectl.json<Managed>(['get', what, name, '--show-managed-fields']);

  beforeAll(async () => {
    server = await LocalServer.start();
    kubectl = new Kubectl(server);
  });
  afterAll(() => server?.remove());

  it('creates, changes, and leaves alone', async () => {
    expect((await apply(configMap('a', { x: '1', y: '1' }))).stdout).toBe('configmap/a serverside-applied\n');
    expect((await get('configmap', 'a')).metadata.managedFields).toMatchObject([
      { manager: 'kubectl', operation: 'Apply', fieldsV1: { 'f:data': { 'f:x': {}, 'f:y': {} } } },
    ]);
    await apply(configMap('a', { x: '2' }));
    const { data, metadata } = await get('configmap', 'a');
    expect(data).toEqual({ x: '2' });
    await apply(configMap('a', { x: '2' }));
    expect((await get('configmap', 'a')).metadata.resourceVersion).toBe(metadata.resourceVersion);
  });

  it('says what is in conflict and with whom, and is forced', async () => {
    await apply(deployment('web', 1));
    await kubectl.run(['scale', 'deployment', 'web', '--replicas', '3']);
    expect(managersOf(await get('deployment', 'web'))).toEqual(expect.arrayContaining(['kubectl Apply', 'kubectl Update scale']));
    const refused = await apply(deployment('web', 1));
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain(
      'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    );
    expect(refused.stderr).toContain('--force-conflicts');
    expect((await get('deployment', 'web')).spec?.replicas).toBe(3);
    expect((await apply(deployment('web', 1), '--force-conflicts')).code).toBe(0);
    const forced = await get('deployment', 'web');
    expect(forced.spec?.replicas).toBe(1);
    expect(managersOf(forced)).not.toContain('kubectl Update scale');
  });

  it('shares a field between managers until both let go of it', async () => {
    const labelled = (labels: object, manager: string) => apply(configMap('shared', {}, labels), '--field-manager', manager);
    await labelled({ a: '1', b: '1' }, 'one');
    await labelled({ a: '1' }, 'two');
    await labelled({}, 'one');
    const labels = () => kubectl.run(['get', 'configmap', 'shared', '-o', 'jsonpath={.metadata.labels}']);
    expect(await labels()).toBe('{"a":"1"}');
    await labelled({}, 'two');
    expect(await labels()).toBe('');
  });

  it('takes over from client-side apply without conflicts, and client-side apply can go on', async () => {
    await kubectl.run(['apply', '-f', '-'], configMap('moved', { x: '1', y: '1' }));
    const moved = await apply(configMap('moved', { x: '2' }));
    expect(moved.stderr).toBe('');
    const after = await get('configmap', 'moved');
    expect(after.data).toEqual({ x: '2' });
    expect(managersOf(after).filter((manager) => manager.includes('client-side'))).toEqual([]);
    const annotation = after.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration'];
    expect((JSON.parse(annotation!) as Managed).data).toEqual({ x: '2' });
    expect(await kubectl.run(['apply', '-f', '-'], configMap('moved', { z: '1' }))).toBe('configmap/moved configured\n');
    expect((await get('configmap', 'moved')).data).toEqual({ z: '1' });
  });

  it('tries on the server, and shows what would change', async () => {
    expect((await apply(configMap('tried', { x: '1' }), '--dry-run=server')).stdout).toBe(
      'configmap/tried serverside-applied (server dry run)\n',
    );
    expect((await kubectl.try(['get', 'configmap', 'tried'])).code).not.toBe(0);
    await apply(configMap('tried', { x: '1' }));
    for (const flags of [['--server-side'], []]) {
      const same = await kubectl.try(['diff', ...flags, '-f', '-'], configMap('tried', { x: '1' }));
      expect([flags, same.code, same.stdout]).toEqual([flags, 0, '']);
      const differs = await kubectl.try(['diff', ...flags, '-f', '-'], configMap('tried', { x: '2' }));
      expect(differs.code).toBe(1);
      const lines = differs.stdout.split('\n').filter((line) => /^[-+] /.test(line));
      expect(lines).toEqual(['-  x: "1"', '+  x: "2"']);
    }
  });

  it('refuses what the kind does not have', async () => {
    const unknown = await apply(deployment('bad', 1, 'nginx', { replikas: 1 }), '--validate=false');
    expect(unknown.stderr).toBe(
      'Error from server (BadRequest): failed to create typed patch object (default/bad; apps/v1, Kind=Deployment): .spec.replikas: field not declared in schema\n',
    );
  });

  it('works for the status and for kinds that live in no namespace', async () => {
    const namespace = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'made', labels: { a: 'b' } } });
    expect((await apply(namespace)).stdout).toBe('namespace/made serverside-applied\n');
    await apply(deployment('stated', 0));
    const status = JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'stated' },
      status: { collisionCount: 7 },
    });
    expect((await apply(status, '--subresource=status', '--field-manager=me')).stderr).toBe('');
    expect(managersOf(await get('deployment', 'stated'))).toContain('me Apply status');
  });

  it('controllers are known by the names that clients leave alone', async () => {
    await apply(deployment('owned', 0));
    await kubectl.run(['rollout', 'status', 'deployment', 'owned', '--timeout=30s']);
    expect(managersOf(await get('deployment', 'owned'))).toEqual(['kubectl Apply', 'kube-controller-manager Update status']);
    expect(managersOf(await get('service', 'kubernetes'))).toEqual(['kube-apiserver Update']);
  });

  // The kind List has no schema in any version 3 document, so kubectl asks for version 2, which it takes as protobuf only.
  it('kubectl validates the items of a List', async () => {
    const list = (data: object) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'listed' }, ...data }],
      });
    expect((await kubectl.try(['apply', '-f', '-'], list({ data: { a: 'b' } }))).stdout).toBe('configmap/listed created\n');
    const { code, stderr } = await kubectl.try(['create', '--dry-run=client', '-f', '-'], list({ date: {} }));
    expect([code, stderr]).toEqual([1, expect.stringContaining('unknown field "date"')]);
  });
});
