import { describe, expect, it } from 'vitest';
import { warningValues } from '../../src/server/http/warnings.ts';
import { testCluster } from './support/cluster.ts';

const pods = '/api/v1/namespaces/default/pods';
const apparmor = 'container.apparmor.security.beta.kubernetes.io/c';

describe('Warning headers', () => {
  it('say each sentence once, quoted', () => {
    expect(warningValues(['a "b" \\', 'é', 'a "b" \\', ''])).toEqual(['299 - "a \\"b\\" \\\\"', '299 - " "']);
  });

  it('are cut when they are too much together', () => {
    const sentences = Array.from({ length: 40 }, (_, i) => `${i}-`.repeat(200));
    const values = warningValues(sentences);
    expect(values).toHaveLength(16);
    expect(values.every((value) => value.length === '299 - ""'.length + 256)).toBe(true);
    expect(warningValues(['x'.repeat(4096)])[0]).toHaveLength('299 - ""'.length + 4096);
  });

  it('come with new pods, and with what is made of AppArmor annotations', async () => {
    const { request, ok } = await testCluster();
    const spec = {
      terminationGracePeriodSeconds: -1,
      nodeSelector: { 'beta.kubernetes.io/os': 'x' },
      containers: [{ name: 'c', image: 'i' }],
    };
    const answer = await request('POST', pods, { metadata: { name: 'p', annotations: { [apparmor]: 'unconfined' } }, spec });
    expect(answer.body.spec.containers[0].securityContext).toEqual({ appArmorProfile: { type: 'Unconfined' } });
    expect(answer.headers.get('warning')).toContain(`metadata.annotations[${apparmor}]: deprecated since v1.30`);
    expect(answer.headers.get('warning')).toContain('spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14');
    expect(answer.body.spec.terminationGracePeriodSeconds).toBe(1);
    const odd = await request('POST', pods, { metadata: { name: 'q', annotations: { [apparmor]: 'localhost/' } }, spec });
    expect(odd.body.spec.containers[0].securityContext).toBeUndefined();
    expect(odd.headers.get('warning')).toContain('deprecated since v1.30');
    const updated = await request('PUT', `${pods}/p`, { ...(await ok('GET', `${pods}/p`)) });
    expect(updated.headers.get('warning')).toBeNull();
  });

  it('tell of owners that are there twice, of which one is kept', async () => {
    const { request } = await testCluster();
    const path = '/api/v1/namespaces/default/configmaps';
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' };
    const other = { ...owner, name: 'q' };
    const body = (name: string) => ({ metadata: { name, ownerReferences: [owner, other, owner] } });
    const sent = await request('POST', path, body('a'));
    const put = await request('PUT', `${path}/a`, body('a'));
    for (const { body: answer, headers } of [sent, put]) {
      expect(answer.metadata.ownerReferences).toEqual([owner, other]);
      expect(headers.get('warning')).toMatch(/^299 - "\.metadata\.ownerReferences contains duplicate entries; .*: u"$/);
    }
    const headers = { 'content-type': 'application/json-patch+json' };
    const more = [{ op: 'add', path: '/metadata/ownerReferences/-', value: owner }];
    const patched = await request('PATCH', `${path}/a`, more, { headers });
    expect(patched.body.metadata.ownerReferences).toEqual([owner, other]);
    expect(patched.headers.get('warning')).toContain('duplicate entries after mutating admission happens; ');
  });

  it.each<[string, string, string, object, number]>([
    ['an object that is wrong', 'POST', pods, { metadata: { name: 'B_' }, foo: 1 }, 422],
    ['a namespace that is not there', 'POST', '/api/v1/namespaces/none/pods', { metadata: { name: 'p' }, foo: 1 }, 404],
    ['a review that is wrong', 'POST', '/apis/authentication.k8s.io/v1/tokenreviews', { spec: {}, foo: 1 }, 400],
    ['a deprecated kind', 'POST', '/api/v1/namespaces/default/endpoints', { metadata: { name: 'B_' }, foo: 1 }, 422],
  ])('come with errors too: %s', async (_, method, path, body, status) => {
    const answer = await (await testCluster()).request(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('warning')).toContain('299 - "unknown field \\"foo\\""');
  });
});
