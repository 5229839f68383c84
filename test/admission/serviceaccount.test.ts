import { describe, expect, test } from 'vitest';
import { builtinPlugins } from '../../src/admission/index.ts';
import { namespaceLifecycle } from '../../src/admission/namespacelifecycle.ts';
import { serviceAccount } from '../../src/admission/serviceaccount.ts';
import { testCluster } from '../server/support/cluster.ts';
import { admissionCluster, pod, podsPath } from './support.ts';

const plugins = [namespaceLifecycle, serviceAccount];
const accounts = '/api/v1/namespaces/default/serviceaccounts';
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

describe('the account of a pod', () => {
  test('is the default one, and its token is mounted into every container', async () => {
    const { ok } = await admissionCluster(plugins);
    const own = { name: 'own', image: 'i', volumeMounts: [{ name: 'data', mountPath }] };
    const spec = {
      initContainers: [{ name: 'init', image: 'i' }],
      containers: [{ name: 'main', image: 'i' }, own],
      volumes: [{ name: 'data', emptyDir: {} }],
    };
    const created = (await ok('POST', podsPath, pod('p', { spec }))).spec;
    expect([created.serviceAccountName, created.serviceAccount]).toEqual(['default', 'default']);
    const [data, token] = created.volumes;
    expect(data.name).toBe('data');
    expect(token).toEqual({
      name: expect.stringMatching(/^kube-api-access-[a-z0-9]{5}$/),
      projected: {
        defaultMode: 420,
        sources: [
          { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
        ],
      },
    });
    const mount = { name: token.name, readOnly: true, mountPath };
    expect(created.initContainers[0].volumeMounts).toEqual([mount]);
    expect(created.containers[0].volumeMounts).toEqual([mount]);
    // Who mounts something there keeps it.
    expect(created.containers[1].volumeMounts).toEqual(own.volumeMounts);
  });

  test('a volume of that name is used as it is', async () => {
    const { ok } = await admissionCluster(plugins);
    const volumes = [{ name: 'kube-api-access-mine', emptyDir: {} }];
    const { spec } = await ok('POST', podsPath, pod('p', { spec: { volumes } }));
    expect(spec.volumes).toEqual(volumes);
    expect(spec.containers[0].volumeMounts).toEqual([{ name: 'kube-api-access-mine', readOnly: true, mountPath }]);
  });

  test.each([
    [undefined, undefined, true],
    [undefined, true, true],
    [undefined, false, false],
    [true, undefined, true],
    [true, true, true],
    [true, false, false],
    [false, undefined, false],
    [false, true, true],
    [false, false, false],
  ])('account says %s, pod says %s: mounted %s', async (account, own, mounted) => {
    const { ok } = await admissionCluster(plugins);
    await ok('POST', accounts, { metadata: { name: 'bot' }, automountServiceAccountToken: account });
    const { spec } = await ok(
      'POST',
      podsPath,
      pod('p', { spec: { serviceAccountName: 'bot', automountServiceAccountToken: own } }),
    );
    expect(spec.volumes !== undefined).toBe(mounted);
    expect(spec.containers[0].volumeMounts !== undefined).toBe(mounted);
  });

  test('its pull secrets are for pods without any', async () => {
    const { ok } = await admissionCluster(plugins);
    await ok('POST', accounts, { metadata: { name: 'bot' }, imagePullSecrets: [{ name: 'a' }, { name: 'b' }] });
    const create = (name: string, spec: object) =>
      ok('POST', podsPath, pod(name, { spec: { serviceAccountName: 'bot', ...spec } }));
    expect((await create('p', {})).spec.imagePullSecrets).toEqual([{ name: 'a' }, { name: 'b' }]);
    expect((await create('q', { imagePullSecrets: [{ name: 'c' }] })).spec.imagePullSecrets).toEqual([{ name: 'c' }]);
  });

  test('must exist', async () => {
    const { request } = await admissionCluster(plugins);
    const { body } = await request('POST', podsPath, pod('p', { spec: { serviceAccountName: 'none' } }));
    expect(body).toMatchObject({
      code: 403,
      message:
        'pods "p" is forbidden: error looking up service account default/none: serviceaccount "none" not found',
    });
    const generated = { ...pod(''), metadata: { generateName: 'web-' } };
    Object.assign(generated.spec, { serviceAccountName: 'none' });
    expect((await request('POST', podsPath, generated)).body.message).toMatch(/^pods "web-" is forbidden: error looking up/);
  });

  test('does not change any more', async () => {
    const { ok } = await admissionCluster(plugins);
    const created = await ok('POST', podsPath, pod('p'));
    await ok('DELETE', `${accounts}/default`);
    await ok('PUT', `${podsPath}/p`, { ...created, metadata: { ...created.metadata, labels: { a: 'b' } } });
  });
});

describe('a namespace that is new', () => {
  const later = async (cluster: Awaited<ReturnType<typeof testCluster>>) => {
    // Let the write find out that it has to wait.
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
    await cluster.ok('POST', accounts, { metadata: { name: 'other' } });
    await cluster.ok('POST', accounts, { metadata: { name: 'default' } });
  };

  test.each([
    ['create', 'POST', podsPath, pod('p'), 'application/json'],
    ['create with a generated name', 'POST', podsPath, { ...pod(''), metadata: { generateName: 'p-' } }, 'application/json'],
    ['apply', 'PATCH', `${podsPath}/p?fieldManager=m`, { apiVersion: 'v1', kind: 'Pod', ...pod('p') }, 'application/apply-patch+yaml'],
  ])('%s waits for the account', async (_, method, path, body, type) => {
    const cluster = await testCluster({ admission: builtinPlugins });
    const [answer] = await Promise.all([
      cluster.request(method, path, body, { headers: { 'content-type': type } }),
      later(cluster),
    ]);
    expect(answer).toMatchObject({ status: 201, body: { spec: { serviceAccountName: 'default' } } });
  });

  test('but not for ever', async () => {
    const cluster = await testCluster({ admission: plugins });
    const { body } = await cluster.request('POST', podsPath, pod('p'));
    expect(body).toMatchObject({
      code: 403,
      message: 'pods "p" is forbidden: error looking up service account default/default: serviceaccount "default" not found',
    });
  });
});

describe('secrets', () => {
  const secretEnv = [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }];

  test.each([
    ['an account', { spec: { serviceAccountName: 'default' } }, 'a mirror pod may not reference service accounts'],
    ['a secret', { container: { env: secretEnv } }, 'a mirror pod may not reference secrets'],
    [
      'a token',
      { spec: { volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }] } },
      'a mirror pod may not use ServiceAccountToken volume projections',
    ],
  ])('a mirror pod has not: %s', async (_, parts, why) => {
    const { request } = await admissionCluster(plugins);
    const metadata = { annotations: { 'kubernetes.io/config.mirror': 'x' } };
    const spec = { nodeName: 'n', ...(parts as { spec?: object }).spec };
    const { body } = await request('POST', podsPath, pod('p', { ...parts, metadata, spec }));
    expect(body.message).toBe(`pods "p" is forbidden: ${why}`);
  });

  test('a mirror pod is left as it is', async () => {
    const { ok } = await admissionCluster(plugins);
    const metadata = { annotations: { 'kubernetes.io/config.mirror': 'x' } };
    const { spec } = await ok('POST', podsPath, pod('p', { metadata, spec: { nodeName: 'n' } }));
    expect(spec).not.toHaveProperty('serviceAccountName');
    expect(spec).not.toHaveProperty('volumes');
  });

  test.each([
    [
      { spec: { volumes: [{ name: 'v', secret: { secretName: 's' } }] } },
      'volume with secret.secretName="s" is not allowed because service account strict does not reference that secret',
    ],
    [
      { container: { env: secretEnv } },
      'container main with envVar KEY referencing secret.secretName="s" is not allowed because service account strict does not reference that secret',
    ],
    [
      { container: { envFrom: [{ secretRef: { name: 's' } }] } },
      'container main with envFrom referencing secret.secretName="s" is not allowed because service account strict does not reference that secret',
    ],
    [
      { spec: { initContainers: [{ name: 'init', image: 'i', env: secretEnv }] } },
      'init container init with envVar KEY referencing secret.secretName="s" is not allowed because service account strict does not reference that secret',
    ],
    [
      { spec: { imagePullSecrets: [{ name: 's' }] } },
      'imagePullSecrets[0].name="s" is not allowed because service account strict does not reference that imagePullSecret',
    ],
  ])('a strict account allows only those that it lists: %j', async (parts, why) => {
    const { request, ok } = await admissionCluster(plugins);
    const annotations = { 'kubernetes.io/enforce-mountable-secrets': 'true' };
    await ok('POST', accounts, { metadata: { name: 'strict', annotations } });
    await ok('POST', accounts, {
      metadata: { name: 'listed', annotations },
      secrets: [{ name: 's' }],
      imagePullSecrets: [{ name: 's' }],
    });
    const create = (name: string, serviceAccountName: string) =>
      request('POST', podsPath, pod(name, { ...parts, spec: { ...(parts as { spec?: object }).spec, serviceAccountName } }));
    expect((await create('p', 'strict')).body.message).toBe(`pods "p" is forbidden: ${why}`);
    expect((await create('q', 'listed')).status).toBe(201);
    expect((await create('r', 'default')).status).toBe(201);
  });
});
