import { beforeEach, describe, expect, it } from 'vitest';
import { decodeJwt } from 'jose';
import type { TokenBinding } from '../../src/machinery/token-claims.ts';
import { legacyPayload } from '../../src/machinery/token-claims.ts';
import { admin, clusterAddress, testCluster, type TestCluster } from './support/cluster.ts';

const accounts = '/api/v1/namespaces/default/serviceaccounts';
const secrets = '/api/v1/namespaces/default/secrets';
const pods = '/api/v1/namespaces/default/pods';
const reviews = '/apis/authentication.k8s.io/v1/tokenreviews';
const groups = ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'];
const invalidated = 'service account token has been invalidated';

let cluster: TestCluster;
let uid: string;
beforeEach(async () => {
  cluster = await testCluster({ tokens: { known: { ...admin, groups: [...admin.groups, 'system:authenticated'] } } });
  uid = (await cluster.ok('POST', accounts, { metadata: { name: 'bot' } })).metadata.uid;
});

const tokenOf = async (spec: object = {}): Promise<string> =>
  (await cluster.ok('POST', `${accounts}/bot/token`, { spec })).status.token;
const review = async (token: string, audiences?: string[]) =>
  (await cluster.ok('POST', reviews, { spec: { token, audiences } })).status;
const boundTo = (kind: string, name: string) => ({ boundObjectRef: { apiVersion: 'v1', kind, name } });
const refused = (why: string) => ({ user: {}, error: `[invalid bearer token, ${why}]` });

/** What a request with the token gets, once the Worker has verified it. */
async function whoAmI(token: string) {
  const { 'kubernetes.io': claims } = decodeJwt(token) as any;
  const { serviceaccount: account, ...bound } = claims;
  return whoIs({ ...bound, account });
}
const whoIs = async (boundTo: TokenBinding) => {
  const user = { ...admin, boundTo };
  return (await cluster.request('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {}, { user })).status;
};

describe('a review of a token', () => {
  it('tells the user', async () => {
    const token = await tokenOf();
    const { jti } = decodeJwt(token);
    const extra = { 'authentication.kubernetes.io/credential-id': [`JTI=${jti}`] };
    const status = await review(token);
    const user = { username: 'system:serviceaccount:default:bot', uid, groups, extra };
    expect(status).toEqual({ authenticated: true, user, audiences: [clusterAddress] });
  });

  it.each([
    ['none', undefined, [clusterAddress]],
    ['the API', [clusterAddress, 'x'], [clusterAddress]],
    ['another address of the API', ['https://c-0123456789.example.com'], ['https://c-0123456789.example.com']],
    ['others', ['x', 'y'], undefined],
    ['another cluster', ['https://api.example.com/clusters/c-9999999999'], undefined],
  ])('asks for audiences: %s', async (_, asked, found) => {
    const error = `token audiences ["${clusterAddress}"] is invalid for the target audiences [${asked?.map((each) => `"${each}"`).join(' ')}]`;
    const status = await review(await tokenOf(), asked);
    expect(found ? status.audiences : status).toEqual(found ?? refused(error));
    // Tokens without audiences are for the API.
    expect((await review('known', asked)).audiences).toEqual(found);
  });

  it('of a token for others', async () => {
    const token = await tokenOf({ audiences: ['a', 'b'] });
    expect((await review(token, ['c', 'b', 'a'])).audiences).toEqual(['b', 'a']);
    expect(await review(token)).toEqual(refused(`token audiences ["a" "b"] is invalid for the target audiences ["${clusterAddress}"]`));
  });

  it('of any other token', async () => {
    const user = { username: 'admin', groups: ['system:masters', 'system:authenticated'] };
    expect(await review('known')).toEqual({ authenticated: true, user, audiences: [clusterAddress] });
    expect(await review('known', ['x'])).toEqual({ user: {}, error: 'invalid bearer token' });
    expect(await review('unknown')).toEqual({ user: {}, error: 'invalid bearer token' });
  });

  it('says when a token is too old', async () => {
    const token = await tokenOf({ expirationSeconds: 600 });
    cluster.clock.advance(660);
    expect((await review(token)).authenticated).toBe(true);
    cluster.clock.advance(1);
    expect(await review(token)).toEqual(refused('service account token has expired'));
  });

  it('needs a token', async () => {
    for (const body of [{}, { spec: {} }, { spec: { token: '' } }]) {
      const { status, body: answer } = await cluster.request('POST', reviews, body);
      expect([status, answer.message]).toEqual([400, 'token is required for TokenReview in authentication']);
    }
  });
});

describe('a token ends with', () => {
  const expectEnd = async (token: string, why: string) => {
    expect(await review(token)).toEqual(refused(why));
    expect(await whoAmI(token)).toBe(401);
  };

  it('its ServiceAccount', async () => {
    const token = await tokenOf();
    expect(await whoAmI(token)).toBe(201);
    await cluster.ok('DELETE', `${accounts}/bot`);
    await expectEnd(token, 'serviceaccounts "bot" not found');
    const { metadata } = await cluster.ok('POST', accounts, { metadata: { name: 'bot' } });
    await expectEnd(token, `service account UID (${metadata.uid}) does not match claim (${uid})`);
  });

  it('its Secret', async () => {
    const { metadata: old } = await cluster.ok('POST', secrets, { metadata: { name: 's' } });
    const token = await tokenOf(boundTo('Secret', 's'));
    expect(await whoAmI(token)).toBe(201);
    await cluster.ok('DELETE', `${secrets}/s`);
    await expectEnd(token, invalidated);
    const { metadata } = await cluster.ok('POST', secrets, { metadata: { name: 's' } });
    await expectEnd(token, `secret UID (${metadata.uid}) does not match service account secret ref claim (${old.uid})`);
  });

  it('its pod, a minute after the pod was to be gone', async () => {
    const spec = { serviceAccountName: 'bot', nodeName: 'n1', containers: [{ name: 'c', image: 'i' }] };
    const { metadata } = await cluster.ok('POST', pods, { metadata: { name: 'web' }, spec });
    const token = await tokenOf({ ...boundTo('Pod', 'web'), expirationSeconds: 6000 });
    expect((await review(token)).user.extra).toMatchObject({
      'authentication.kubernetes.io/node-name': ['n1'],
      'authentication.kubernetes.io/pod-name': ['web'],
      'authentication.kubernetes.io/pod-uid': [metadata.uid],
    });
    await cluster.ok('DELETE', `${pods}/web`);
    cluster.clock.advance(90);
    expect(await whoAmI(token)).toBe(201);
    cluster.clock.advance(1);
    await expectEnd(token, invalidated);
    await cluster.ok('DELETE', `${pods}/web?gracePeriodSeconds=0`);
    await expectEnd(token, invalidated);
  });

  it('its node', async () => {
    await cluster.ok('POST', '/api/v1/nodes', { metadata: { name: 'n1' } });
    const token = await tokenOf(boundTo('Node', 'n1'));
    expect(await whoAmI(token)).toBe(201);
    await cluster.ok('DELETE', '/api/v1/nodes/n1');
    await expectEnd(token, invalidated);
  });

  it('the Secret that it is kept in', async () => {
    const kept = async () => cluster.api.tokens.sign(legacyPayload('default', 's', { name: 'bot', uid }));
    const [token, other] = [await kept(), await kept()];
    const binding = (text: string): TokenBinding => ({ namespace: 'default', account: { name: 'bot', uid }, secret: { name: 's' }, signature: text.split('.')[2]! });
    expect(await review(token)).toEqual(refused('Token has been invalidated'));
    await cluster.ok('POST', secrets, {
      metadata: { name: 's', annotations: { 'kubernetes.io/service-account.name': 'bot' } },
      type: 'kubernetes.io/service-account-token',
      data: { token: btoa(token) },
    });
    expect(await review(token)).toMatchObject({ authenticated: true, user: { username: 'system:serviceaccount:default:bot', uid } });
    expect(await whoIs(binding(token))).toBe(201);
    expect(await review(other)).toEqual(refused("Token does not match server's copy"));
    expect(await whoIs(binding(other))).toBe(401);
  });
});
