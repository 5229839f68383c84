import { decodeJwt } from 'jose';
import { beforeEach, expect, test } from 'vitest';
import { serviceAccountTokenController } from '../../../src/controllers/serviceaccounttoken/controller.ts';
import { LiveCluster } from '../support/live-cluster.ts';

const accounts = '/api/v1/namespaces/default/serviceaccounts';
const secrets = '/api/v1/namespaces/default/secrets';
const nameAnnotation = 'kubernetes.io/service-account.name';
const uidAnnotation = 'kubernetes.io/service-account.uid';
const decode = (text: string) => Buffer.from(text, 'base64').toString();

let cluster: LiveCluster;
let uid: string;
beforeEach(async () => {
  cluster = await LiveCluster.start(() => [serviceAccountTokenController('PEM')]);
  uid = (await cluster.request('POST', accounts, { metadata: { name: 'bot' } })).metadata.uid;
});

async function keep(name: string, annotations: object = { [nameAnnotation]: 'bot' }, more: object = {}) {
  await cluster.request('POST', secrets, {
    metadata: { name, annotations },
    type: 'kubernetes.io/service-account-token',
    ...more,
  });
  await cluster.settle();
}
const secretNames = async () =>
  (await cluster.request('GET', secrets)).items.map((item: { metadata: { name: string } }) => item.metadata.name);

test('a Secret gets a token, the certificate and the namespace', async () => {
  await keep('kept');
  const { metadata, data } = await cluster.request('GET', `${secrets}/kept`);
  expect(metadata.annotations).toEqual({ [nameAnnotation]: 'bot', [uidAnnotation]: uid });
  expect([Object.keys(data).sort(), decode(data['ca.crt']), decode(data.namespace)]).toEqual([
    ['ca.crt', 'namespace', 'token'],
    'PEM',
    'default',
  ]);
  expect(decodeJwt(decode(data.token))).toEqual({
    iss: 'kubernetes/serviceaccount',
    'kubernetes.io/serviceaccount/namespace': 'default',
    'kubernetes.io/serviceaccount/secret.name': 'kept',
    'kubernetes.io/serviceaccount/service-account.name': 'bot',
    'kubernetes.io/serviceaccount/service-account.uid': uid,
    sub: 'system:serviceaccount:default:bot',
  });
});

test('what is missing is filled in again, and nothing else touched', async () => {
  await keep('kept', undefined, { data: { extra: btoa('x') } });
  const { data } = await cluster.request('GET', `${secrets}/kept`);
  await cluster.patch(`${secrets}/kept`, { data: { 'ca.crt': btoa('forged'), namespace: null } });
  await cluster.settle();
  expect((await cluster.request('GET', `${secrets}/kept`)).data).toEqual(data);
  expect(decode(data.extra)).toBe('x');
  await cluster.patch(`${secrets}/kept`, { data: { token: null } });
  await cluster.settle();
  const again = (await cluster.request('GET', `${secrets}/kept`)).data.token;
  expect([again.length > 0, again === data.token]).toEqual([true, false]);
});

test('a Secret goes with its ServiceAccount', async () => {
  await keep('kept');
  await keep('plain', { [nameAnnotation]: 'bot' }, { type: 'Opaque' });
  await cluster.request('DELETE', `${accounts}/bot`);
  await cluster.settle();
  expect(await secretNames()).toEqual(['plain']);
});

test.each([
  ['a ServiceAccount that is not there', { [nameAnnotation]: 'nobody' }],
  ['an older ServiceAccount of that name', { [nameAnnotation]: 'bot', [uidAnnotation]: 'old' }],
])('a Secret for %s is removed', async (_, annotations) => {
  await keep('kept', annotations);
  expect(await secretNames()).toEqual([]);
});

test('a Secret that is gone is taken off the list of its ServiceAccount', async () => {
  await keep('kept');
  await cluster.patch(`${accounts}/bot`, { secrets: [{ name: 'kept' }, { name: 'other' }] });
  await cluster.request('DELETE', `${secrets}/kept`);
  await cluster.settle();
  expect((await cluster.request('GET', `${accounts}/bot`)).secrets).toEqual([{ name: 'other' }]);
});

test('a start finds Secrets that nobody has filled', async () => {
  await cluster.restart(() => []);
  await keep('kept');
  expect((await cluster.request('GET', `${secrets}/kept`)).data).toBeUndefined();
  await cluster.restart(() => [serviceAccountTokenController('PEM')]);
  expect((await cluster.request('GET', `${secrets}/kept`)).data.token).toBeDefined();
});
