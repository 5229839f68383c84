import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCertificates } from '../../src/dev/certificates.ts';
import { management, watchLines } from './support/api-watch.ts';
import { hasKubectl, Kubectl } from './support/kubectl.ts';
import { LocalServer } from './support/local-server.ts';

interface Event {
  auditID: string;
  level: string;
  stage: string;
  verb: string;
  user: { username: string };
  impersonatedUser?: { username: string };
  userAgent?: string;
  objectRef?: { resource: string; namespace?: string; name?: string };
  responseStatus?: { code: number };
  requestObject?: { data?: object };
  annotations?: Record<string, string>;
}

/** A webhook that keeps what it gets, and takes nothing while it is `down`. */
class Sink {
  readonly events: Event[] = [];
  down = false;
  readonly server: Server;

  constructor(certificates: { key: string; certificate: string }) {
    this.server = createServer({ key: certificates.key, cert: certificates.certificate }, (request, response) => {
      let text = '';
      request
        .on('data', (chunk: Buffer) => (text += String(chunk)))
        .on('end', () => {
          if (!this.down) this.events.push(...(JSON.parse(text) as { items: Event[] }).items);
          response.writeHead(this.down ? 503 : 200).end();
        });
    });
  }
}

describe.skipIf(!hasKubectl)('audit by policy, with kubectl', () => {
  let server: LocalServer;
  let kubectl: Kubectl;
  let folder: string;
  let sink: Sink;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'audit-'));
    const certificates = await loadCertificates(folder, new Date());
    sink = new Sink(certificates);
    await new Promise<void>((resolve) => void sink.server.listen(0, '127.0.0.1', resolve));
    server = await LocalServer.start({ nodes: 1 });
    kubectl = new Kubectl(server);
    const policy = {
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      omitStages: ['RequestReceived'],
      rules: [
        { level: 'None', userGroups: ['system:nodes'] },
        { level: 'Request', resources: [{ group: '', resources: ['configmaps', 'secrets'] }] },
        { level: 'Metadata', resources: [{ group: '*' }] },
      ],
    };
    const url = `https://127.0.0.1:${(sink.server.address() as AddressInfo).port}/events`;
    const webhook = { url, caBundle: Buffer.from(certificates.authority).toString('base64') };
    const answer = await management(server, '/v1/clusters/default', { method: 'PATCH', body: { settings: { audit: { policy, webhook } } } });
    if (answer.status !== 200) throw new Error(answer.body);
  });

  afterAll(async () => {
    await server.remove();
    sink.server.closeAllConnections();
    sink.server.close();
    await rm(folder, { recursive: true });
  });

  const find = async (query: string): Promise<Event[]> =>
    (JSON.parse((await management(server, `/v1/clusters/default/audit?${query}`)).body) as { items: Event[] }).items;

  it('finds what was done, and who did it', async () => {
    await kubectl.run(['create', 'configmap', 'settings', '--from-literal=k=v']);
    await expect.poll(() => find('resource=configmaps&verb=create&name=settings')).toMatchObject([
      {
        level: 'Request',
        stage: 'ResponseComplete',
        user: { username: 'kubernetes-admin' },
        userAgent: expect.stringContaining('kubectl'),
        objectRef: { resource: 'configmaps', namespace: 'default', name: 'settings' },
        requestObject: { data: { k: 'v' } },
        responseStatus: { code: 201 },
        annotations: { 'authorization.k8s.io/decision': 'allow' },
      },
    ]);
  });

  it('finds what was refused', async () => {
    const refused = await kubectl.try(['get', 'pods', '--as=nobody']);
    expect(refused.stderr).toContain('Forbidden');
    await expect.poll(() => find('user=nobody&decision=forbid')).toMatchObject([
      { verb: 'list', user: { username: 'kubernetes-admin' }, impersonatedUser: { username: 'nobody' }, responseStatus: { code: 403 } },
    ]);
  });

  it('never writes secrets down', async () => {
    await kubectl.run(['create', 'secret', 'generic', 'password', '--from-literal=p=hunter2']);
    await expect.poll(() => find('resource=secrets&verb=create')).toMatchObject([{ level: 'Metadata', objectRef: { name: 'password' } }]);
    expect(JSON.stringify(await find('resource=secrets'))).not.toMatch(new RegExp(`hunter2|${btoa('hunter2')}`));
  });

  it('finds what controllers did, as upstream names them', async () => {
    await kubectl.run(['create', 'deployment', 'web', '--image=web']);
    const user = 'system:serviceaccount:kube-system:replicaset-controller';
    await expect.poll(async () => (await find(`resource=pods&verb=create&user=${user}`))[0]).toMatchObject({
      user: { username: user },
      objectRef: { name: expect.stringMatching(/^web-/) },
      responseStatus: { code: 201 },
    });
  });

  it('finds the event of an answer by its id, and the end of a watch', async () => {
    const watch = await watchLines(server, '/api/v1/namespaces/default/configmaps?watch=1&timeoutSeconds=2');
    const id = String(watch.headers['audit-id']);
    await expect.poll(() => find(`auditID=${id}`)).toMatchObject([{ auditID: id, verb: 'watch', stage: 'ResponseStarted' }]);
    const stages = async () => (await find(`auditID=${id}`)).map(({ stage }) => stage);
    await expect.poll(stages, { timeout: 10_000 }).toEqual(['ResponseComplete', 'ResponseStarted']);
    watch.close();
  });

  it('sends the same to the webhook, and what it missed when it is back', async () => {
    const names = () => sink.events.filter(({ verb, objectRef }) => verb === 'create' && objectRef?.resource === 'configmaps').map(({ objectRef }) => objectRef!.name);
    await expect.poll(names).toContain('settings');
    expect(JSON.stringify(sink.events)).not.toContain('hunter2');
    sink.down = true;
    await kubectl.run(['create', 'configmap', 'missed']);
    await expect.poll(async () => (await find('name=missed')).length).toBeGreaterThan(0);
    expect(names()).not.toContain('missed');
    sink.down = false;
    // The first attempt after a failure comes ten seconds later.
    await expect.poll(names, { timeout: 30_000, interval: 500 }).toContain('missed');
  });

  it('counts, and stops when the policy is taken back', async () => {
    expect(await kubectl.run(['get', '--raw', '/metrics'])).toMatch(/apiserver_audit_error_total\{plugin="buffered"\} 0/);
    const off = { method: 'PATCH', body: { settings: { audit: {} } } };
    expect((await management(server, '/v1/clusters/default', off)).status).toBe(200);
    expect(await kubectl.run(['get', '--raw', '/metrics'])).not.toContain('apiserver_audit');
  });
});
