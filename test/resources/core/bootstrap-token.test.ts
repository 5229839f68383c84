import { expect, test } from 'vitest';
import type { Reader } from '../../../src/machinery/reader.ts';
import { bootstrapUser } from '../../../src/resources/core/bootstrap-token.ts';
import type { Secret } from '../../../src/resources/core/secret.ts';

const now = new Date('2026-01-01T00:00:00Z');
const good = { 'token-id': 'abcdef', 'token-secret': '0123456789abcdef', 'usage-bootstrap-authentication': 'true' };
const token = 'abcdef.0123456789abcdef';

function secretOf(data: Record<string, string>, more: { type?: string; metadata?: object } = {}): Secret {
  const encoded = Object.fromEntries(Object.entries(data).map(([key, text]) => [key, btoa(text)]));
  const metadata = { name: 'bootstrap-token-abcdef', namespace: 'kube-system', ...more.metadata };
  return { type: more.type ?? 'bootstrap.kubernetes.io/token', metadata, data: encoded } as unknown as Secret;
}
const ask = (secret: Secret, shown = token) => {
  const reader = {
    get: (_: unknown, namespace: string, name: string) =>
      namespace === secret.metadata.namespace && name === secret.metadata.name ? secret : undefined,
  } as unknown as Reader;
  return bootstrapUser(reader, shown, now);
};
const user = { name: 'system:bootstrap:abcdef', groups: ['system:bootstrappers'] };

test('a token stands for its user', () => {
  expect(ask(secretOf(good))).toEqual({ user });
  expect(ask(secretOf({ ...good, expiration: '2026-01-01T01:00:00+01:00' }))).toBeUndefined();
  expect(ask(secretOf({ ...good, expiration: '2026-01-01T01:00:01+01:00' }))).toEqual({ user, expiresAt: new Date('2026-01-01T00:00:01Z') });
  expect(ask(secretOf({ ...good, 'auth-extra-groups': 'system:bootstrappers:b,system:bootstrappers:a:1,system:bootstrappers:b' }))?.user.groups).toEqual([
    'system:bootstrappers',
    'system:bootstrappers:a:1',
    'system:bootstrappers:b',
  ]);
});

test.each<[string, Secret, string?]>([
  ['another secret is shown', secretOf(good), 'abcdef.0123456789abcdeg'],
  ['another id is shown', secretOf(good), 'abcdeg.0123456789abcdef'],
  ['something else is shown', secretOf(good), 'abcdef.0123456789abcde'],
  ['it says another id than its name', secretOf({ ...good, 'token-id': 'abcdeg' })],
  ['it has another name', secretOf(good, { metadata: { name: 'bootstrap-token-abcdefg' } })],
  ['it is in another namespace', secretOf(good, { metadata: { namespace: 'default' } })],
  ['it is of another type', secretOf(good, { type: 'Opaque' })],
  ['it is being deleted', secretOf(good, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } })],
  ['it is not for that', secretOf({ ...good, 'usage-bootstrap-authentication': 'True' })],
  ['it has no secret', secretOf({ ...good, 'token-secret': '' }), 'abcdef.'],
  ['its end cannot be read', secretOf({ ...good, expiration: 'tomorrow' })],
  ['its end is no time', secretOf({ ...good, expiration: '2027-13-01T00:00:00Z' })],
  ['a group is not for such tokens', secretOf({ ...good, 'auth-extra-groups': 'system:bootstrappers:a,system:masters' })],
  ['a group is empty', secretOf({ ...good, 'auth-extra-groups': 'system:bootstrappers:a,' })],
])('it stands for nobody if %s', (_, secret, shown = token) => {
  expect(ask(secret, shown)).toBeUndefined();
});
