import { beforeEach, describe, expect, test } from 'vitest';
import { builtinPlugins } from '../../../src/admission/index.ts';
import { clusterControllers } from '../../../src/cluster/controllers.ts';
import { ClusterSettings } from '../../../src/db/cluster-settings.ts';
import type { User } from '../../../src/server/api.ts';
import { certificateRequest, type WantedRequest } from '../../support/certificates.ts';
import { LiveCluster } from '../support/live-cluster.ts';

const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const client = 'kubernetes.io/kube-apiserver-client';
const kubelet = `${client}-kubelet`;
const settings = ClusterSettings.parse({});

let cluster: LiveCluster;
beforeEach(async () => {
  cluster = await LiveCluster.start((scheme, authorizer) => clusterControllers(scheme, { ...settings, authorizer, caCertificate: 'PEM' }));
});

interface Wanted extends WantedRequest {
  signerName?: string;
  usages?: string[];
  user?: User;
}
async function ask(name: string, { signerName = client, usages = ['client auth'], user, ...wanted }: Wanted = {}): Promise<void> {
  const { request } = await certificateRequest(wanted);
  await cluster.request('POST', requests, { metadata: { name }, spec: { request, signerName, usages } }, undefined, user);
  await cluster.settle();
}
async function decide(name: string, type: string): Promise<void> {
  const object = await cluster.request('GET', `${requests}/${name}`);
  object.status = { conditions: [{ type, status: 'True', reason: 'Because', message: 'It is.' }] };
  await cluster.request('PUT', `${requests}/${name}/approval`, object);
  await cluster.settle();
}
const stateOf = async (name: string) => {
  const { status = {} } = await cluster.request('GET', `${requests}/${name}`);
  const conditions = (status.conditions ?? []) as { type: string; message: string }[];
  return { types: conditions.map(({ type }) => type), message: conditions.at(-1)?.message, isSigned: status.certificate !== undefined };
};

describe('signing', () => {
  test('waits for the approval', async () => {
    await ask('own');
    expect(await stateOf('own')).toMatchObject({ types: [], isSigned: false });
    await decide('own', 'Approved');
    expect(await stateOf('own')).toMatchObject({ types: ['Approved'], isSigned: true });
    const { status, metadata } = await cluster.request('GET', `${requests}/own`);
    expect(atob(status.certificate)).toMatch(/^-----BEGIN CERTIFICATE-----/);
    expect(metadata.managedFields.map(({ manager }: { manager: string }) => manager)).toContain('kube-controller-manager');
    expect(cluster.errors).toEqual([]);
  });

  test('does not happen to what is denied, nor for the signers of others', async () => {
    await ask('no');
    await decide('no', 'Denied');
    await ask('other', { signerName: 'example.com/own' });
    await decide('other', 'Approved');
    expect([await stateOf('no'), await stateOf('other')]).toMatchObject([{ isSigned: false }, { types: ['Approved'], isSigned: false }]);
  });

  test('fails for what the signer does not do', async () => {
    await ask('serving', { signerName: 'kubernetes.io/kubelet-serving', usages: ['server auth', 'digital signature'] });
    await decide('serving', 'Approved');
    expect(await stateOf('serving')).toEqual({
      types: ['Approved', 'Failed'],
      message: 'subject organization is not system:nodes',
      isSigned: false,
    });
  });
});

describe('approving', () => {
  const ofNode = (node: string): Wanted => ({
    subject: `O=system:nodes,CN=system:node:${node}`,
    signerName: kubelet,
    usages: ['client auth', 'digital signature'],
  });
  const bind = async (role: string, subject: string) => {
    const group = 'rbac.authorization.k8s.io';
    const name = `system:certificates.k8s.io:certificatesigningrequests:${role}`;
    await cluster.request('POST', `/apis/${group}/v1/clusterrolebindings`, {
      metadata: { name: 'own' },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name },
      subjects: [{ kind: 'User', name: subject, apiGroup: group }],
    });
    await cluster.settle();
  };

  test('is for who may have any', async () => {
    await ask('n', ofNode('n'));
    expect(await stateOf('n')).toEqual({
      types: ['Approved'],
      message: 'Auto approving kubelet client certificate after SubjectAccessReview.',
      isSigned: true,
    });
  });

  test('is not for other signers or other requests', async () => {
    await ask('user', { subject: 'CN=system:node:n,O=system:nodes' });
    await ask('wrong', { ...ofNode('n'), subject: 'CN=jane' });
    expect([await stateOf('user'), await stateOf('wrong')]).toMatchObject([{ types: [] }, { types: [] }]);
  });

  test('comes with the right to it', async () => {
    const user = { name: 'system:node:n', groups: ['system:bootstrappers'] };
    await bindCreate();
    await ask('n', { ...ofNode('n'), user });
    expect((await stateOf('n')).types).toEqual([]);
    await bind('selfnodeclient', 'system:node:n');
    expect(await stateOf('n')).toMatchObject({
      types: ['Approved'],
      message: 'Auto approving self kubelet client certificate after SubjectAccessReview.',
      isSigned: true,
    });
  });

  /** Lets nodes that are not there yet make requests. */
  const bindCreate = () =>
    cluster.request('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: 'create' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:node-bootstrapper' },
      subjects: [{ kind: 'Group', name: 'system:bootstrappers', apiGroup: 'rbac.authorization.k8s.io' }],
    });
});

describe('the certificates of the authorities', () => {
  const path = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication';
  const read = async () => (await cluster.request('GET', path)).data;

  test('are published, and put right', async () => {
    const published = await read();
    expect(published).toEqual({ 'client-ca-file': expect.stringContaining('BEGIN CERTIFICATE') as string });
    await cluster.patch(path, { data: { 'client-ca-file': 'forged', more: 'x' } });
    await cluster.settle();
    expect(await read()).toEqual({ ...published, more: 'x' });
    await cluster.request('DELETE', path);
    await cluster.settle();
    expect(await read()).toEqual(published);
  });

  test('are not written again at a start', async () => {
    const { metadata } = await cluster.request('GET', path);
    await cluster.restart((scheme, authorizer) => clusterControllers(scheme, { ...settings, authorizer, caCertificate: 'PEM' }));
    expect((await cluster.request('GET', path)).metadata.resourceVersion).toBe(metadata.resourceVersion);
    expect(cluster.errors).toEqual([]);
  });
});

test('admission lets the controllers do it', async () => {
  cluster = await LiveCluster.start(
    (scheme, authorizer) => clusterControllers(scheme, { ...settings, authorizer, caCertificate: 'PEM' }),
    builtinPlugins,
  );
  await ask('n', { subject: 'O=system:nodes,CN=system:node:n', signerName: kubelet, usages: ['client auth', 'digital signature'] });
  expect(await stateOf('n')).toMatchObject({ types: ['Approved'], isSigned: true });
});
