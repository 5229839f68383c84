import { beforeEach, expect, test } from 'vitest';
import { BootstrapTokenAuthenticator } from '../../src/authn/bootstrap-tokens.ts';
import { limits } from '../../src/lib/limits.ts';

const cluster = 'c-0123456789';
const token = 'abcdef.0123456789abcdef';
const user = { name: 'system:bootstrap:abcdef', groups: ['system:bootstrappers'] };
let nowMs: number;
let queries: number;
let asked: string[];
let valid: Map<string, { user: typeof user; expiresAt?: Date }>;
let authenticator: BootstrapTokenAuthenticator;

beforeEach(() => {
  nowMs = Date.parse('2026-01-01T00:00:00Z');
  queries = 0;
  asked = [];
  valid = new Map([[token, { user }]]);
  authenticator = new BootstrapTokenAuthenticator({
    clock: { now: () => new Date(nowMs) },
    find: async (id, tokenId) => {
      queries++;
      return id === cluster && tokenId === 'abcdef' ? 't' : undefined;
    },
    ask: async (_, shown) => {
      asked.push(shown);
      return valid.get(shown);
    },
  });
});
const ask = (shown = token, id = cluster) => authenticator.authenticate(id, shown);

test('the cluster says who it is, and is believed for a short time', async () => {
  expect(await ask()).toEqual({ tenant: 't', cluster, user });
  valid.clear();
  nowMs += 9_999;
  expect(await ask()).toBeDefined();
  expect([queries, asked.length]).toEqual([1, 1]);
  nowMs += 1;
  expect(await ask()).toBeUndefined();
});

test('a token ends at its time', async () => {
  valid.set(token, { user, expiresAt: new Date(nowMs + 2_000) });
  expect(await ask()).toBeDefined();
  nowMs += 2_000;
  expect(await ask()).toBeUndefined();
});

test.each(['abcdef', 'abcdef.0123456789abcde', 'ABCDEF.0123456789abcdef', 'abcdef.0123456789abcdef\n', `x${token}`])(
  'nobody is asked about %j',
  async (text) => {
    expect(await ask(text)).toBeUndefined();
    expect([queries, asked]).toEqual([0, []]);
  },
);

test('no cluster is woken for ids that it does not have', async () => {
  expect(await ask('aaaaaa.0123456789abcdef')).toBeUndefined();
  expect(await ask('aaaaaa.0123456789abcdef')).toBeUndefined();
  expect(await ask(token, 'c-other00000')).toBeUndefined();
  expect([queries, asked]).toEqual([2, []]);
});

const guess = (i: number) => `abcdef.${String(i).padStart(16, '0')}`;

test('who guesses is told to come back later, and who knows is not', async () => {
  expect(await ask()).toBeDefined();
  for (let i = 0; i < limits.bootstrapTokenRefusals; i++) expect(await ask(guess(i))).toBeUndefined();
  await expect(ask(guess(99))).rejects.toMatchObject({ code: 429 });
  expect(asked).toHaveLength(limits.bootstrapTokenRefusals + 1);
  expect(await ask()).toBeDefined();
  nowMs += 60_000;
  expect(await ask(guess(100))).toBeUndefined();
  expect(await ask()).toBeDefined();
});

test('many guesses at once are bounded too', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 50 }, (_, i) => ask(guess(i))));
  expect(asked).toHaveLength(limits.bootstrapTokenRefusals);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(50 - limits.bootstrapTokenRefusals);
});
