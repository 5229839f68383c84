import { beforeEach, describe, expect, test } from 'vitest';
import { builtinPlugins } from '../../../src/admission/index.ts';
import { limits } from '../../../src/lib/limits.ts';
import { endOfWatch, type Auditor } from '../../../src/server/audit/auditor.ts';
import { eventText, type AuditEvent } from '../../../src/server/audit/event.ts';
import type { User } from '../../../src/server/api.ts';
import { startWatch } from '../../../src/server/watch/start.ts';
import { configMaps } from '../../../src/resources/core/configmap.ts';
import { protobuf } from '../../../src/server/http/protobuf.ts';
import { admin, testCluster, withStore, type TestCluster } from '../support/cluster.ts';
import { audited, configMap, earlier, everything, path } from './support.ts';

const ann: User = { name: 'ann', groups: [] };

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster({ admission: builtinPlugins, roles: true });
});

describe('what is written down of a request', () => {
  test('nothing, where the policy does not want it', async () => {
    const { send, entries, levels } = audited(cluster, { rules: [{ level: 'None' }] });
    expect((await send('GET', '/api/v1/namespaces')).status).toBe(200);
    expect(entries).toEqual([]);
    expect(levels).toEqual(['None']);
  });

  test('on the level Metadata: who, what, when and what became of it', async () => {
    const { send, events } = audited(cluster, everything('Metadata'));
    const headers = { 'audit-id': 'mine', 'user-agent': 'test/1', 'x-forwarded-for': '192.0.2.1, junk', 'cf-connecting-ip': '198.51.100.2' };
    const { status, auditId } = await send('POST', `${path}?pretty=0`, { body: configMap('a', { data: { k: 'v' } }), headers });
    expect([status, auditId]).toEqual([201, 'mine']);
    const common = {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: 'mine',
      requestURI: `${path}?pretty=0`,
      verb: 'create',
      user: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
      sourceIPs: ['192.0.2.1', '198.51.100.2'],
      userAgent: 'test/1',
      requestReceivedTimestamp: '2026-05-01T12:00:00.000000Z',
    };
    const objectRef = { resource: 'configmaps', namespace: 'default', apiVersion: 'v1' };
    expect(events()).toEqual([
      { ...common, stage: 'RequestReceived', objectRef, stageTimestamp: '2026-05-01T12:00:00.000000Z' },
      {
        ...common,
        stage: 'ResponseComplete',
        objectRef: { ...objectRef, name: 'a', uid: expect.any(String) },
        responseStatus: { metadata: {}, code: 201 },
        stageTimestamp: '2026-05-01T12:00:01.000000Z',
        annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
      },
    ]);
  });

  test('an answer without an id of its client gets one, which its events have', async () => {
    const { send, events } = audited(cluster, everything('Metadata'));
    const { auditId } = await send('POST', path, { body: configMap('a') });
    expect(auditId).toMatch(/^[0-9a-f-]{36}$/);
    expect(events().map(({ auditID }) => auditID)).toEqual([auditId, auditId]);
  });

  test('a role that allows it', async () => {
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' };
    const subjects = [{ kind: 'User', name: 'ann', apiGroup: 'rbac.authorization.k8s.io' }];
    await cluster.ok('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', { metadata: { name: 'b' }, roleRef, subjects });
    const { send, events } = audited(cluster, everything('Metadata', { omitStages: earlier }));
    await send('GET', path, { user: ann });
    expect(events()).toMatchObject([
      {
        annotations: {
          'authorization.k8s.io/decision': 'allow',
          'authorization.k8s.io/reason': 'RBAC: allowed by ClusterRoleBinding "b" of ClusterRole "cluster-admin" to User "ann"',
        },
      },
    ]);
  });

  test.each(['/api/v1/namespaces/default/pods', '/metrics'])('a refusal at %s', async (url) => {
    const { send, events } = audited(cluster, everything('RequestResponse', { omitStages: earlier }));
    expect((await send('GET', url, { user: ann })).status).toBe(403);
    const [event] = events();
    expect(event).toMatchObject({
      verb: url === '/metrics' ? 'get' : 'list',
      responseStatus: { metadata: {}, status: 'Failure', reason: 'Forbidden', code: 403, message: expect.stringContaining('User "ann" cannot') },
      annotations: { 'authorization.k8s.io/decision': 'forbid', 'authorization.k8s.io/reason': '' },
    });
    expect(event!.responseObject === undefined).toBe(url === '/metrics');
  });

  test('objects, by level', async () => {
    const asked = configMap('a', { data: { k: 'v' } });
    const request = audited(cluster, everything('Request', { omitStages: earlier }));
    await request.send('POST', path, { body: asked });
    expect(request.events()).toMatchObject([{ level: 'Request', requestObject: asked }]);
    expect(request.events()[0]).not.toHaveProperty('responseObject');
    const both = audited(cluster, everything('RequestResponse', { omitStages: earlier }));
    await both.send('PUT', `${path}/a`, { body: configMap('a', { data: { k: 'w' } }) });
    expect(both.events()).toMatchObject([
      { requestObject: { data: { k: 'w' } }, responseObject: { kind: 'ConfigMap', data: { k: 'w' }, metadata: { managedFields: [{}] } } },
    ]);
    await both.send('GET', path);
    expect(both.events()).toMatchObject([{ verb: 'list', responseObject: { kind: 'ConfigMapList', items: [{ data: { k: 'w' } }] } }]);
  });

  test('objects without managedFields', async () => {
    const { send, events } = audited(cluster, everything('RequestResponse', { omitStages: earlier, omitManagedFields: true }));
    const metadata = { name: 'a', managedFields: [{ manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: {} }] };
    await send('POST', path, { body: configMap('a', { metadata }) });
    expect(JSON.stringify(events())).not.toContain('managedFields');
    await send('GET', path);
    expect(JSON.stringify(events())).not.toContain('managedFields');
    expect(events()).toMatchObject([{ responseObject: { items: [{ metadata: { name: 'a' } }] } }]);
    await send('GET', path, { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } });
    expect(events()).toMatchObject([{ responseObject: { kind: 'Table', rows: [{ object: { metadata: { name: 'a' } } }] } }]);
    expect(JSON.stringify(events())).not.toContain('managedFields');
  });

  test.each<[string, Record<string, string>, string | Uint8Array, unknown]>([
    ['YAML', { 'content-type': 'application/yaml' }, 'kind: ConfigMap\nmetadata: {name: a}\n', { kind: 'ConfigMap', metadata: { name: 'a' } }],
    [
      'protobuf',
      { 'content-type': 'application/vnd.kubernetes.protobuf' },
      protobuf.encode(configMaps.schema, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: 'v' } } as never),
      { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' }, data: { k: 'v' } },
    ],
    ['what nobody can read', {}, '{', undefined],
  ])('bodies in %s', async (_, headers, body, expected) => {
    const { send, events } = audited(cluster, everything('Request', { omitStages: earlier }));
    await send('POST', path, { headers, body });
    if (expected === undefined) expect(events()[0]).not.toHaveProperty('requestObject');
    else expect(events()).toMatchObject([{ requestObject: expected, responseStatus: { code: 201 } }]);
  });

  test('a patch as it was sent', async () => {
    await cluster.ok('POST', path, configMap('a'));
    const { send, events } = audited(cluster, everything('Request', { omitStages: earlier }));
    await send('PATCH', `${path}/a`, { body: { data: { x: null } }, headers: { 'content-type': 'application/merge-patch+json' } });
    expect(events()).toMatchObject([{ verb: 'patch', requestObject: { data: { x: null } }, objectRef: { name: 'a' } }]);
    const apply = { headers: { 'content-type': 'application/apply-patch+yaml' }, body: 'apiVersion: v1\nkind: ConfigMap\ndata: {y: z}\n' };
    await send('PATCH', `${path}/a?fieldManager=me`, apply);
    expect(events()).toMatchObject([{ requestObject: { data: { y: 'z' } }, responseStatus: { code: 200 } }]);
  });

  test('a name that was generated, and one that was refused', async () => {
    const { send, events } = audited(cluster, everything('Metadata', { omitStages: earlier }));
    await send('POST', path, { body: configMap('', { metadata: { generateName: 'a-' } }) });
    expect(events()).toMatchObject([{ objectRef: { name: expect.stringMatching(/^a-.{5}$/) } }]);
    await send('POST', path, { body: configMap('UPPER') });
    expect(events()).toMatchObject([{ objectRef: { name: 'UPPER' }, responseStatus: { code: 422, reason: 'Invalid' } }]);
  });

  test('whom somebody asked to be taken for', async () => {
    const { send, events } = audited(cluster, { rules: [{ level: 'Metadata', users: ['admin'], omitStages: earlier }] });
    await send('GET', path, { headers: { 'impersonate-user': 'ann', 'impersonate-group': 'system:masters' } });
    expect(events()).toMatchObject([{ user: { username: 'admin' }, impersonatedUser: { username: 'ann', groups: ['system:masters', 'system:authenticated'] } }]);
    await send('GET', path, { headers: { 'impersonate-user': 'ann' } });
    expect(events()).toMatchObject([
      { impersonatedUser: { username: 'ann' }, authenticationMetadata: { impersonationConstraint: 'impersonate:user-info' } },
    ]);
    await send('GET', path);
    expect(events()[0]).not.toHaveProperty('authenticationMetadata');
    expect(events()[0]).not.toHaveProperty('impersonatedUser');
    const own = audited(cluster, everything('Metadata', { omitStages: earlier }));
    await own.send('GET', path, { user: ann, headers: { 'impersonate-user': 'admin' } });
    expect(own.events()).toMatchObject([{ user: { username: 'ann' }, responseStatus: { code: 403 } }]);
    expect(own.events()[0]).not.toHaveProperty('impersonatedUser');
    expect(own.events()[0]).not.toHaveProperty('annotations');
  });

  test('bodies that are too large are not read, and answered with 413', async () => {
    const { send, events } = audited(cluster, everything('Request', { omitStages: earlier }));
    const { status, auditId } = await send('POST', path, { body: 'x'.repeat(limits.requestBodyBytes + 1) });
    expect([status, auditId]).toEqual([413, events()[0]!.auditID]);
    expect(events()).toMatchObject([{ responseStatus: { code: 413, reason: 'RequestEntityTooLarge' } }]);
  });

  test('what nobody foresaw is a Panic, without its message', async () => {
    const { send, events } = audited(cluster, everything('Metadata'));
    const api = withStore(cluster.api, { get: () => Promise.reject(new TypeError('holds a secret')) });
    await send('GET', `${path}/a`, { api });
    expect(events()).toMatchObject([
      { stage: 'RequestReceived' },
      { stage: 'Panic', responseStatus: { code: 500, reason: 'InternalError', message: "APIServer panic'd: TypeError" } },
    ]);
    expect(JSON.stringify(events())).not.toContain('secret');
  });

  test('what stays open starts and completes', async () => {
    const { send, events } = audited(cluster, everything('Metadata'));
    await send('GET', '/api/v1/namespaces/default/pods/a/log');
    expect(events().map(({ stage }) => stage)).toEqual(['RequestReceived', 'ResponseStarted', 'ResponseComplete']);
    expect(events()[1]).toMatchObject({ objectRef: { subresource: 'log' }, responseStatus: { code: 404 } });
  });
});

describe('secrets and tokens', () => {
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { p: 'hunter2' } };
  const account = '/api/v1/namespaces/default/serviceaccounts';

  test('are never written down, whatever the policy wants', async () => {
    await cluster.ok('POST', account, { metadata: { name: 'bot' } });
    const { send, events } = audited(cluster, everything('RequestResponse'));
    const all: AuditEvent[] = [];
    const noted = async (...args: Parameters<typeof send>) => {
      const { text } = await send(...args);
      all.push(...events());
      return text;
    };
    await noted('POST', '/api/v1/namespaces/default/secrets', { body: secret });
    await noted('GET', '/api/v1/secrets');
    const token = { kind: 'TokenRequest', apiVersion: 'authentication.k8s.io/v1', spec: {} };
    const { status } = JSON.parse(await noted('POST', `${account}/bot/token`, { body: token })) as { status: { token: string } };
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token: status.token } };
    await noted('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { body: review });
    expect(all).toHaveLength(8);
    expect(new Set(all.map(({ level }) => level))).toEqual(new Set(['Metadata']));
    for (const word of ['hunter2', btoa('hunter2'), status.token, 'requestObject', 'responseObject']) expect(JSON.stringify(all)).not.toContain(word);
    expect(all[5]!.annotations).toMatchObject({ 'authentication.kubernetes.io/issued-credential-id': expect.stringMatching(/^JTI=/) });
  });

  test('are not quoted by what is wrong with them', async () => {
    const { send, events } = audited(cluster, everything('RequestResponse', { omitStages: earlier }));
    await send('POST', '/api/v1/namespaces/default/secrets', { body: { ...secret, data: { 'hunter 2': 'YQ==' } } });
    expect(events()[0]!.responseStatus).toEqual({ metadata: {}, status: 'Failure', reason: 'Invalid', code: 422 });
  });
});

describe('watches', () => {
  const watch = (auditor: Auditor, user = admin, query = 'watch=1') => {
    const request = new Request(`https://cluster${path}?${query}`, { headers: { 'audit-id': 'w' } });
    return auditor.watch(request, user, (trail) => startWatch(cluster.api, request, user, trail));
  };

  test('start, and are over when their socket is', async () => {
    const { auditor, events } = audited(cluster, everything('RequestResponse'));
    const { audited: saved } = await watch(auditor);
    expect(events()).toMatchObject([
      { stage: 'RequestReceived', auditID: 'w', verb: 'watch' },
      { stage: 'ResponseStarted', responseStatus: { code: 200 }, annotations: { 'authorization.k8s.io/decision': 'allow' } },
    ]);
    expect(endOfWatch(saved!, new Date('2026-05-01T13:00:00Z')).build()).toEqual({
      ...events()[1],
      stage: 'ResponseComplete',
      stageTimestamp: '2026-05-01T13:00:00.000000Z',
    });
  });

  test('that are refused are over at once', async () => {
    const { auditor, events } = audited(cluster, everything('Metadata'));
    await expect(watch(auditor, ann)).rejects.toThrow('cannot watch');
    expect(events().map(({ stage, responseStatus }) => [stage, responseStatus?.code])).toEqual([
      ['RequestReceived', undefined],
      ['ResponseStarted', 403],
      ['ResponseComplete', 403],
    ]);
  });

  test('whose end is not wanted or has no room keep nothing', async () => {
    expect(await watch(audited(cluster, everything('Metadata', { omitStages: ['ResponseComplete'] })).auditor)).not.toHaveProperty('audited');
    expect(await watch(audited(cluster, everything('None')).auditor)).not.toHaveProperty('audited');
    const many = { ...admin, groups: [...admin.groups, ...Array.from({ length: 400 }, (_, i) => `group-${i}`)] };
    expect(await watch(audited(cluster, everything('Metadata')).auditor, many)).not.toHaveProperty('audited');
  });
});

describe('writes of controllers', () => {
  const user: User = { name: 'system:serviceaccount:kube-system:x', groups: ['system:serviceaccounts'] };

  test('are written down as the requests that they are upstream', async () => {
    await cluster.ok('POST', path, configMap('a'));
    const entry = await cluster.api.store.get({ resource: 'configmaps', namespace: 'default', name: 'a' });
    const { auditor, events } = audited(cluster, everything('RequestResponse', { omitStages: ['RequestReceived'] }));
    const write = { verb: 'create', resource: configMaps, object: { metadata: { generateName: 'a', namespace: 'default' } } } as const;
    await auditor.write(write as never, { user, program: 'kube-controller-manager' }, async (annotations) => {
      annotations?.set('k', 'v');
      return entry;
    });
    expect(events()).toMatchObject([
      {
        stage: 'ResponseComplete',
        verb: 'create',
        requestURI: path,
        user: { username: user.name },
        userAgent: 'kube-controller-manager',
        objectRef: { name: 'a', uid: entry!.object.metadata.uid },
        requestObject: { kind: 'ConfigMap', metadata: { generateName: 'a' } },
        responseObject: { kind: 'ConfigMap', metadata: { name: 'a' } },
        responseStatus: { code: 201 },
        annotations: { k: 'v' },
      },
    ]);
  });
});

describe('an event that is too long', () => {
  const event = (more: Partial<AuditEvent>): AuditEvent => ({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: 'a',
    stage: 'ResponseComplete',
    requestURI: '/',
    verb: 'get',
    user: { username: 'ann' },
    requestReceivedTimestamp: '',
    stageTimestamp: '',
    ...more,
  });

  test('goes without its objects, then without all that is not needed', () => {
    const long = 'x'.repeat(5_000);
    expect(JSON.parse(eventText(event({ responseObject: long, annotations: { a: 'b' } }), 1_000))).toEqual(
      event({ annotations: { a: 'b', 'audit.k8s.io/truncated': 'true' } }),
    );
    const least = JSON.parse(eventText(event({ annotations: { long }, userAgent: long, requestURI: `/${long}`, responseStatus: { message: long, code: 200 } }), 3_000));
    expect(least).toMatchObject({ auditID: 'a', responseStatus: { metadata: {}, code: 200 }, annotations: { 'audit.k8s.io/truncated': 'true' } });
    expect(JSON.stringify(least).length).toBeLessThan(3_000);
  });

  test('is not made of a list that is known to be too long', async () => {
    const data = { k: 'x'.repeat(limits.auditEventBytes / 2) };
    for (const name of ['a', 'b', 'c']) await cluster.ok('POST', path, configMap(name, { data }));
    const { send, events, entries } = audited(cluster, everything('RequestResponse', { omitStages: earlier }));
    await send('GET', path);
    expect(entries[0]!.bytes).toBeLessThan(10_000);
    expect(events()[0]).toMatchObject({ annotations: { 'audit.k8s.io/truncated': 'true' } });
    expect(events()[0]).not.toHaveProperty('responseObject');
  });
});
