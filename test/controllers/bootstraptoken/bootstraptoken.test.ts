import { flattenedVerify } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { tokenCleaner } from '../../../src/controllers/bootstraptoken/cleaner.ts';
import { detachedSignature } from '../../../src/controllers/bootstraptoken/signature.ts';
import { bootstrapSigner } from '../../../src/controllers/bootstraptoken/signer.ts';
import { configMaps } from '../../../src/resources/core/configmap.ts';
import { secrets } from '../../../src/resources/core/secret.ts';
import { TestCluster } from '../support/cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster({ controllers: [tokenCleaner, bootstrapSigner] });
});

const createToken = (id: string, more: Record<string, string> = {}) =>
  cluster.create(secrets, {
    metadata: { name: `bootstrap-token-${id}`, namespace: 'kube-system' },
    type: 'bootstrap.kubernetes.io/token',
    stringData: { 'token-id': id, 'token-secret': `0123456789${id}`, 'usage-bootstrap-signing': 'true', ...more },
  });
const createInfo = (data: Record<string, string> = { kubeconfig: 'how to get here' }) =>
  cluster.create(configMaps, { metadata: { name: 'cluster-info', namespace: 'kube-public' }, data });
const info = () => cluster.get(configMaps, 'kube-public', 'cluster-info')!.data!;

async function verify(signature: string, content: string, secret: string): Promise<object> {
  const [header = '', , text = ''] = signature.split('.');
  const { protectedHeader } = await flattenedVerify(
    { protected: header, payload: Buffer.from(content).toString('base64url'), signature: text },
    new TextEncoder().encode(secret.padEnd(32, '\0')),
  );
  return protectedHeader!;
}

describe('the kubeconfig for those who come', () => {
  test('has upstream’s signature', () => {
    // The case of cluster-bootstrap/token/jws.
    const content = 'Hello from the other side. I must have called a thousand times.';
    const signature =
      'eyJhbGciOiJIUzI1NiIsImtpZCI6Impvc2h1YSJ9..VShe2taLd-YTrmWuRkcL_8QTNDHYxQIEBsAYYiIj1_8';
    expect(detachedSignature(content, { id: 'joshua', secret: 'my voice is my passcode' })).toBe(signature);
  });

  test('is signed with every token, and again when it or they change', async () => {
    createToken('aaaaaa');
    createToken('bbbbbb', { 'usage-bootstrap-signing': 'false' });
    createInfo();
    cluster.settle();
    expect(Object.keys(info()).sort()).toEqual(['jws-kubeconfig-aaaaaa', 'kubeconfig']);
    expect(await verify(info()['jws-kubeconfig-aaaaaa']!, 'how to get here', '0123456789aaaaaa')).toEqual({ alg: 'HS256', kid: 'aaaaaa' });
    const before = info()['jws-kubeconfig-aaaaaa'];
    cluster.change(configMaps, 'kube-public', 'cluster-info', (map) => void (map.data!['kubeconfig'] = 'elsewhere'));
    createToken('cccccc');
    cluster.settle();
    expect(Object.keys(info()).sort()).toEqual(['jws-kubeconfig-aaaaaa', 'jws-kubeconfig-cccccc', 'kubeconfig']);
    expect(info()['jws-kubeconfig-aaaaaa']).not.toBe(before);
    cluster.remove(secrets, 'kube-system', 'bootstrap-token-aaaaaa');
    cluster.settle();
    expect(Object.keys(info()).sort()).toEqual(['jws-kubeconfig-cccccc', 'kubeconfig']);
  });

  test('is nobody’s to make, and what else is in there stays', () => {
    createToken('aaaaaa');
    cluster.settle();
    expect(cluster.get(configMaps, 'kube-public', 'cluster-info')).toBeUndefined();
    createInfo({ more: 'x', 'jws-kubeconfig-old': 'y' });
    cluster.settle();
    expect(info()).toEqual({ more: 'x', 'jws-kubeconfig-old': 'y' });
  });
});

describe('tokens', () => {
  const names = () => cluster.list(secrets).map(({ metadata }) => metadata.name);

  test('are deleted when their time is over, with their signatures', () => {
    createInfo();
    createToken('aaaaaa', { expiration: '2026-01-01T01:00:00Z' });
    createToken('bbbbbb');
    cluster.settle();
    expect(names()).toHaveLength(2);
    expect(cluster.nextMs).toBe(3_600_000);
    cluster.now = new Date('2026-01-01T01:00:00Z');
    cluster.settle();
    expect(names()).toEqual(['bootstrap-token-bbbbbb']);
    expect(Object.keys(info()).sort()).toEqual(['jws-kubeconfig-bbbbbb', 'kubeconfig']);
  });

  test('whose end cannot be read are deleted, and other Secrets are not looked at', () => {
    createToken('aaaaaa', { expiration: 'soon' });
    const other = { type: 'Opaque', stringData: { expiration: '2020-01-01T00:00:00Z' } };
    cluster.create(secrets, { ...other, metadata: { name: 'bootstrap-token-bbbbbb', namespace: 'kube-system' } });
    const token = { ...other, type: 'bootstrap.kubernetes.io/token' };
    cluster.create(secrets, { ...token, metadata: { name: 'bootstrap-token-cccccc', namespace: 'default' } });
    expect(cluster.due).toEqual(['tokencleaner kube-system/bootstrap-token-aaaaaa', 'bootstrapsigner cluster-info']);
    cluster.settle();
    expect(names()).toEqual(['bootstrap-token-cccccc', 'bootstrap-token-bbbbbb']);
  });
});
