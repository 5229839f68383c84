import { decodeJwt } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { admin, clusterAddress, testCluster, type RequestOptions, type TestCluster } from './support/cluster.ts';

const accounts = '/api/v1/namespaces/default/serviceaccounts';
const ask = (spec: object = {}, metadata: object = {}) => ({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata, spec });
const ref = (kind: string, name: string, more: object = {}) => ({ boundObjectRef: { apiVersion: 'v1', kind, name, ...more } });

let cluster: TestCluster;
let uid: string;
beforeEach(async () => {
  cluster = await testCluster();
  const { ok } = cluster;
  uid = (await ok('POST', accounts, { metadata: { name: 'bot' } })).metadata.uid;
  await ok('POST', accounts, { metadata: { name: 'other' } });
});

const request = (body: object, query = '', options: RequestOptions = {}) =>
  cluster.request('POST', `${accounts}/bot/token${query}`, body, options);
const claims = async (body: object) => decodeJwt((await cluster.ok('POST', `${accounts}/bot/token`, body)).status.token) as any;
const makePod = (name: string, account: string, more: object = {}) => {
  const spec = { serviceAccountName: account, containers: [{ name: 'c', image: 'i' }], ...more };
  return cluster.ok('POST', '/api/v1/namespaces/default/pods', { metadata: { name }, spec });
};

describe('a token request', () => {
  it('is answered with a token for the API that is valid for an hour', async () => {
    const { status, body } = await request({});
    expect([status, body]).toEqual([
      201,
      {
        kind: 'TokenRequest',
        apiVersion: 'authentication.k8s.io/v1',
        metadata: { name: 'bot', namespace: 'default', uid, creationTimestamp: '2026-05-01T12:00:00Z' },
        spec: { audiences: [clusterAddress], boundObjectRef: null, expirationSeconds: 3600 },
        status: { token: body.status.token, expirationTimestamp: '2026-05-01T13:00:00Z' },
      },
    ]);
    const iat = Date.parse('2026-05-01T12:00:00Z') / 1000;
    expect(decodeJwt(body.status.token)).toEqual({
      aud: [clusterAddress],
      exp: iat + 3600,
      iat,
      iss: clusterAddress,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'bot', uid } },
      nbf: iat,
      sub: 'system:serviceaccount:default:bot',
    });
  });

  it('says for whom and for how long', async () => {
    const { aud, exp, iat } = await claims(ask({ audiences: ['a', 'b'], expirationSeconds: 700 }, { uid, name: 'bot' }));
    expect([aud, exp - iat]).toEqual([['a', 'b'], 700]);
  });

  it.each([
    ['a short life', ask({ expirationSeconds: 599 }), 422, 'spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes'],
    ['none', ask({ expirationSeconds: 0 }), 422, 'spec.expirationSeconds: Invalid value: 0: may not specify a duration less than 10 minutes'],
    ['a long one', ask({ expirationSeconds: 2 ** 32 + 1 }), 422, 'spec.expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds'],
    ['another name', ask({}, { name: 'x' }), 422, 'metadata.name: Invalid value: "x": must match the service account name if specified'],
    ['another namespace', ask({}, { namespace: 'x' }), 400, 'the namespace of the provided object does not match the namespace sent on the request'],
    ['another uid', ask({}, { uid: 'x' }), 409, 'Operation cannot be fulfilled on TokenRequest.authentication.k8s.io "bot": the UID in the token request (x) does not match the UID of the service account ('],
    ['a pod that is not there', ask(ref('Pod', 'x')), 404, 'pods "x" not found'],
    ['a secret that is not there', ask(ref('Secret', 'x')), 404, 'secrets "x" not found'],
    ['a node that is not there', ask(ref('Node', 'x')), 404, 'nodes "x" not found'],
    ['a ConfigMap', ask(ref('ConfigMap', 'x')), 400, 'cannot bind token to object of type /v1, Kind=ConfigMap'],
    ['a Deployment', ask(ref('Deployment', 'x', { apiVersion: 'apps/v1' })), 400, 'cannot bind token to object of type apps/v1, Kind=Deployment'],
    ['a Pod of another group', ask(ref('Pod', 'x', { apiVersion: 'example.com/v1' })), 400, 'cannot bind token to object of type example.com/v1, Kind=Pod'],
    ['a Pod without a name', ask(ref('Pod', '')), 400, 'Name parameter required.'],
    ['no object', ask({ boundObjectRef: {} }), 400, 'cannot bind token to object of type /, Kind='],
  ])('is refused with %s', async (_, body, code, message) => {
    const answer = await request(body);
    expect([answer.status, answer.body.message]).toEqual([code, expect.stringContaining(message)]);
  });

  it('is refused for an account that is not there, and with bad options', async () => {
    const missing = await cluster.request('POST', `${accounts}/none/token`, {});
    expect([missing.status, missing.body.message]).toEqual([404, 'serviceaccounts "none" not found']);
    expect((await request({}, '?dryRun=x')).status).toBe(422);
    expect((await request({ ...ask(), x: 1 }, '?fieldValidation=Strict')).status).toBe(400);
    expect((await cluster.request('GET', `${accounts}/bot/token`)).status).toBe(405);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    expect((await request({}, '', { headers: { accept } })).status).toBe(406);
  });

  it('writes nothing', async () => {
    const { revision } = cluster.api.store;
    await request({});
    await request({}, '?dryRun=All');
    expect(cluster.api.store.revision).toBe(revision);
  });
});

describe('a bound token', () => {
  it('names the secret', async () => {
    const secret = await cluster.ok('POST', '/api/v1/namespaces/default/secrets', { metadata: { name: 's' } });
    const bound = await claims(ask(ref('Secret', 's', { uid: secret.metadata.uid })));
    expect(bound['kubernetes.io'].secret).toEqual({ name: 's', uid: secret.metadata.uid });
    const other = await request(ask(ref('Secret', 's', { uid: 'x' })));
    expect([other.status, other.body.message]).toEqual([
      409,
      'Operation cannot be fulfilled on Secret "s": the UID in the bound object reference (x) does not match the UID in record. The object might have been deleted and then recreated',
    ]);
  });

  it('names the pod and its node', async () => {
    const node = await cluster.ok('POST', '/api/v1/nodes', { metadata: { name: 'n1' } });
    const names = async (pod: string) => {
      const { namespace: _, serviceaccount: __, ...rest } = (await claims(ask(ref('Pod', pod))))['kubernetes.io'];
      return rest;
    };
    const { metadata: web } = await makePod('web', 'bot', { nodeName: 'n1' });
    expect(await names('web')).toEqual({ pod: { name: 'web', uid: web.uid }, node: { name: 'n1', uid: node.metadata.uid } });
    const { metadata: lost } = await makePod('lost', 'bot', { nodeName: 'gone' });
    expect(await names('lost')).toEqual({ pod: { name: 'lost', uid: lost.uid }, node: { name: 'gone' } });
    const { metadata: waiting } = await makePod('waiting', 'bot');
    expect(await names('waiting')).toEqual({ pod: { name: 'waiting', uid: waiting.uid } });
    await makePod('strange', 'other');
    const answer = await request(ask(ref('Pod', 'strange')));
    expect([answer.status, answer.body.message]).toEqual([
      400,
      'cannot bind token for serviceaccount "bot" to pod running with different serviceaccount name.',
    ]);
  });

  it('names the node', async () => {
    const { metadata } = await cluster.ok('POST', '/api/v1/nodes', { metadata: { name: 'n1' } });
    expect((await claims(ask(ref('Node', 'n1'))))['kubernetes.io'].node).toEqual({ name: 'n1', uid: metadata.uid });
  });

  it.each([
    ['of a pod, as kubelets ask for it, lives on as stale', { ...ref('Pod', 'web'), expirationSeconds: 3607 }, 365 * 24 * 3600, 3607],
    ['of a pod with another life does not', { ...ref('Pod', 'web'), expirationSeconds: 3608 }, 3608, undefined],
    ['of a pod for somebody else does not', { ...ref('Pod', 'web'), expirationSeconds: 3607, audiences: ['vault'] }, 3607, undefined],
    ['of no pod does not', { expirationSeconds: 3607 }, 3607, undefined],
  ])('%s', async (_, spec, lifetime, stale) => {
    await makePod('web', 'bot');
    const { exp, iat, 'kubernetes.io': kubernetes } = await claims(ask(spec));
    expect([exp - iat, kubernetes.warnafter && kubernetes.warnafter - iat]).toEqual([lifetime, stale]);
    // The answer tells what was asked for.
    expect((await request(ask(spec))).body.spec.expirationSeconds).toBe(spec.expirationSeconds);
  });
});

it('a limited token gets none', async () => {
  const user = { ...admin, namespaces: ['default'] };
  expect((await request({}, '', { user })).status).toBe(403);
});
