import { createHmac } from 'node:crypto';
import { request } from 'node:https';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callHttps } from '../../src/dev/https.ts';
import { LocalServer } from './support/local-server.ts';

// Hooks against the real server: what they do in a cluster, and what they may not.

let server: LocalServer;
let authority: string;
let admin: string;

beforeAll(async () => {
  server = await LocalServer.start();
  authority = await readFile(join(server.data, 'tls', 'ca.crt'), 'utf8');
  admin = (await readFile(join(server.data, 'admin-token'), 'utf8')).trim();
  const container = { name: 'web', image: 'ghcr.io/acme/web:v1' };
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } };
  await made('/apis/apps/v1/namespaces/default/deployments', { metadata: { name: 'web' }, spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template } });
  const job = { spec: { template: { spec: { restartPolicy: 'Never', containers: [container] } } } };
  await made('/apis/batch/v1/namespaces/default/cronjobs', { metadata: { name: 'migrate' }, spec: { schedule: '0 0 1 1 *', suspend: true, jobTemplate: job } });
});
afterAll(() => server.remove());

async function made(path: string, object: object) {
  const answer = await server.api(path, object);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
}
async function manage(method: string, path: string, body?: object) {
  const { status, body: text } = await callHttps(`${server.url}/v1/clusters/default/hooks${path}`, { method, authority, token: admin, body });
  return { status, json: text === '' ? {} : JSON.parse(text) };
}
async function hook(name: string, rest: object) {
  const { status, json } = await manage('POST', '', { name, namespace: 'default', format: 'generic', verification: { type: 'token' }, ...rest });
  expect(status, JSON.stringify(json)).toBe(201);
  return json as { id: string; url: string; secret: string };
}
function post(url: string, body = '', headers: Record<string, string> = {}, method = 'POST') {
  return new Promise<{ status: number; text: string; retryAfter: string | undefined }>((resolve, reject) => {
    const call = request(url.replace(/^https:\/\/[^/]+/, server.url), { method, ca: authority, agent: false, headers: { 'content-length': Buffer.byteLength(body), ...headers } }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, text, retryAfter: response.headers['retry-after'] }));
    });
    call.on('error', reject);
    call.end(body);
  });
}
const deployment = async () => (await server.api('/apis/apps/v1/namespaces/default/deployments/web')).body as any;

test('GitHub says that an image was published: it is set where the repository is the same', async () => {
  const { id, url, secret } = await hook('image', { format: 'github', verification: undefined, filter: "event.tag.startsWith('v')", actions: [{ type: 'setImage', kind: 'Deployment', name: 'web' }] });
  const registry_package = { ecosystem: 'CONTAINER', namespace: 'acme', name: 'web', package_version: { container_metadata: { tag: { name: 'v2' } } } };
  const body = JSON.stringify({ action: 'published', registry_package });
  const headers = (key: string) => ({ 'x-github-event': 'registry_package', 'x-github-delivery': 'g-1', 'x-hub-signature-256': `sha256=${createHmac('sha256', key).update(body).digest('hex')}` });
  const answer = await post(url, body, headers(secret));
  expect(answer).toMatchObject({ status: 200 });
  expect(JSON.parse(answer.text)).toMatchObject({ deliveries: [{ state: 'done' }] });
  const { spec, metadata } = await deployment();
  expect(spec.template.spec.containers[0].image).toBe('ghcr.io/acme/web:v2');
  expect(metadata.managedFields.map(({ manager }: { manager: string }) => manager)).toContain('hook-image');
  expect(JSON.parse((await post(url, body, headers(secret))).text)).toEqual({ deliveries: [{ state: 'duplicate' }] });
  const { json } = await manage('GET', `/${id}/receipts`);
  expect(json.items).toMatchObject([{ delivery: 'g-1', event: 'registry_package.published', state: 'done', results: [{ result: 'changed', detail: 'web: ghcr.io/acme/web:v2' }] }]);

  // One answer for all who cannot prove themselves.
  const nobody = [await post(url, body, headers('wrong')), await post(url.replace(id, 'h-0000000000'), body, headers(secret)), await post(url, '', {}, 'GET'), await post(`${url}/${secret}/x`, body, headers(secret))];
  expect(new Set(nobody.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(nobody[0]!.status).toBe(404);
});

test('restarts, scales and runs a Job', async () => {
  const actions = [
    { type: 'restart', kind: 'Deployment', name: 'web' },
    { type: 'scale', kind: 'Deployment', name: 'web', replicas: '${payload.replicas}' },
    { type: 'runJob', cronJob: 'migrate' },
  ];
  const { url, secret } = await hook('all', { actions });
  expect((await post(`${url}/${secret}`, '{"replicas":3}', { 'webhook-id': 'one' })).status).toBe(200);
  const { spec } = await deployment();
  expect(spec.replicas).toBe(3);
  expect(spec.template.metadata.annotations['kubectl.kubernetes.io/restartedAt']).toMatch(/^20/);
  const jobs = (await server.api('/apis/batch/v1/namespaces/default/jobs')).body['items'] as any[];
  expect(jobs).toHaveLength(1);
  expect(jobs[0].metadata.annotations).toEqual({ 'cronjob.kubernetes.io/instantiate': 'manual' });
  expect(jobs[0].metadata.ownerReferences[0]).toMatchObject({ kind: 'CronJob', name: 'migrate' });
});

describe('templates', () => {
  test('are applied, server-side, with values as they are', async () => {
    const template = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'preview-${payload.number}' }, data: { title: '${payload.title}' } };
    const { url, secret } = await hook('template', { actions: [{ type: 'apply', template }] });
    const title = '"}, "kind": "Role", ${payload}';
    expect((await post(`${url}/${secret}`, JSON.stringify({ number: 7, title }))).status).toBe(200);
    const { body } = await server.api('/api/v1/namespaces/default/configmaps/preview-7');
    expect(body['data']).toEqual({ title });
    expect((await post(`${url}/${secret}`, JSON.stringify({ number: '../secrets/x', title }))).status).toBe(422);
  });

  test('give nobody rights that the hook has not, and touch nothing outside of its namespace', async () => {
    const failing = async (name: string, template: object, error: string) => {
      const { id, url, secret } = await hook(name, { actions: [{ type: 'apply', template }] });
      expect((await post(`${url}/${secret}`)).status).toBe(422);
      expect((await manage('GET', `/${id}/receipts`)).json.items[0].error).toContain(error);
    };
    const rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['*'] }];
    await failing('role', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'r' }, rules }, 'is attempting to grant RBAC permissions not currently held');
    await failing('cluster', { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'r' } }, 'is not in namespaces');
    await failing('typo', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, dta: {} }, 'dta');
    const refused = await manage('POST', '', { name: 'away', namespace: 'default', format: 'github', actions: [{ type: 'apply', template: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'kube-system' } } }] });
    expect(refused.json).toMatchObject({ code: 'invalid', errors: [{ pointer: '/actions/0/template/metadata/namespace' }] });
  });
});

test('a try changes nothing; too many are told when to come again', async () => {
  const { id, url, secret } = await hook('busy', { perMinute: 1, actions: [{ type: 'scale', kind: 'Deployment', name: 'web', replicas: 9 }] });
  const { json } = await manage('POST', `/${id}/test`, {});
  expect(json.deliveries).toMatchObject([{ state: 'done', results: [{ detail: '3 → 9 replicas' }] }]);
  expect((await deployment()).spec.replicas).toBe(3);
  expect((await post(`${url}/${secret}`)).status).toBe(200);
  const limited = await post(`${url}/${secret}`);
  expect([limited.status, limited.retryAfter]).toEqual([429, '60']);
  expect(await manage('DELETE', `/${id}`)).toMatchObject({ status: 204 });
  expect((await post(`${url}/${secret}`)).status).toBe(404);
});
