import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtinPlugins } from '../../../src/admission/index.ts';
import { loadCertificates } from '../../../src/dev/certificates.ts';
import { startWebhookBridge, type WebhookBridge } from '../../../src/dev/webhook-bridge.ts';
import { fetchWebhooks } from '../../../src/server/webhooks/fetch-client.ts';
import { testCluster, widget, widgetPath } from '../support/cluster.ts';

// A webhook as it is in life: a server with TLS whose certificate an authority of its own has signed, reached through the
// bridge of the local server.

let folder: string;
let server: Server;
let url: string;
let bridge: WebhookBridge;
let caBundle: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webhook-'));
  const certificates = await loadCertificates(folder, new Date());
  caBundle = Buffer.from(certificates.authority).toString('base64');
  server = createServer({ key: certificates.key, cert: certificates.certificate }, (request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        if (request.url!.startsWith('/silent')) return;
        if (request.url!.startsWith('/long')) return void response.end('x'.repeat(5 * 1024 * 1024));
        const review = JSON.parse(Buffer.concat(chunks).toString());
        const { uid, object } = review.request;
        const patch = Buffer.from(JSON.stringify([{ op: 'add', path: '/metadata/annotations', value: { asked: request.url } }]));
        const answer = { uid, allowed: object.metadata.name !== 'bad', patchType: 'JSONPatch', patch: patch.toString('base64') };
        response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ ...review, request: undefined, response: answer }));
      });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  bridge = await startWebhookBridge('secret');
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await bridge.close();
  await rm(folder, { recursive: true });
});

async function clusterWith(clientConfig: object, { hasBridge = true, more = {} }: { hasBridge?: boolean; more?: object } = {}) {
  const webhooks = fetchWebhooks({ fetch, bridge: hasBridge ? bridge.endpoint : undefined });
  const cluster = await testCluster({ admission: builtinPlugins, webhooks });
  const rule = { apiGroups: ['example.dev'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['widgets'] };
  await cluster.ok('POST', '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations', {
    metadata: { name: 'w' },
    webhooks: [
      { name: 'w.example.com', clientConfig, admissionReviewVersions: ['v1'], sideEffects: 'None', rules: [rule], ...more },
    ],
  });
  return cluster;
}

test('it changes and refuses', async () => {
  const { ok, request } = await clusterWith({ url: `${url}/mutate`, caBundle });
  expect((await ok('POST', widgetPath, widget('a'))).metadata.annotations).toEqual({ asked: '/mutate?timeout=10s' });
  expect((await request('POST', widgetPath, widget('bad'))).body.message).toBe(
    'admission webhook "w.example.com" denied the request without explanation',
  );
});

test.each<[string, () => object, { hasBridge?: boolean; more?: object }, string]>([
  ['another authority', () => ({ url }), {}, 'tls: failed to verify certificate: x509: certificate signed by unknown authority'],
  ['nobody there', () => ({ url: 'https://127.0.0.1:1', caBundle }), {}, 'dial tcp 127.0.0.1:1: connect: connection refused'],
  ['no answer', () => ({ url: `${url}/silent`, caBundle }), { more: { timeoutSeconds: 1 } }, 'context deadline exceeded'],
  ['too long an answer', () => ({ url: `${url}/long`, caBundle }), {}, 'longer than 4194304 bytes'],
  ['an address of this machine, on the platform', () => ({ url, caBundle }), { hasBridge: false }, 'the address is not public'],
  [
    'a name of this network, on the platform',
    () => ({ url: 'https://db.internal/x' }),
    { hasBridge: false },
    'the name is not public',
  ],
  [
    'a Service',
    () => ({ service: { namespace: 'n', name: 's', path: '/p' } }),
    {},
    'the nodes of this cluster carry no traffic to services yet',
  ],
])('%s is an error that says so', async (_, clientConfig, options, message) => {
  const { request } = await clusterWith(clientConfig(), options);
  const { status, body } = await request('POST', widgetPath, widget('a'));
  expect([status, body.message]).toEqual([500, expect.stringContaining(message)]);
  expect(body.message).toMatch(
    /^Internal error occurred: failed calling webhook "w.example.com": failed to call webhook: Post "https:\/\//,
  );
});

test('the bridge serves who knows its secret', async () => {
  const other = bridge.endpoint.replace('secret', 'guess');
  expect((await fetch(other, { method: 'POST', body: '{}' })).status).toBe(404);
  expect((await fetch(bridge.endpoint)).status).toBe(404);
});
