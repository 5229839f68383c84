import { beforeEach, describe, expect, it } from 'vitest';
import { Authenticator, type TokenRecord } from '../../src/authn/authenticator.ts';
import { createToken, hashToken, systemSecretBytes } from '../../src/authn/tokens.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
let nowMs: number;
let queries: number;
let records: Map<string, TokenRecord>;
const clock = { now: () => new Date(nowMs) };
const find = async (hash: string) => {
  queries++;
  return records.get(hash);
};
const newToken = () => createToken('api', systemSecretBytes);
const record = (expiresAt?: Date): TokenRecord => ({ identity: { tenant: 't', user: { name: 'u', groups: [] } }, expiresAt });

beforeEach(() => {
  nowMs = start;
  queries = 0;
  records = new Map();
});

describe('Authenticator', () => {
  it('asks once in 30 seconds for a known token, and sees a revocation after that', async () => {
    const token = newToken();
    const hash = await hashToken(token);
    records.set(hash, record());
    const authenticator = new Authenticator({ find, clock });
    expect((await authenticator.authenticate(token))?.user.name).toBe('u');
    records.delete(hash);
    nowMs += 29_999;
    expect(await authenticator.authenticate(token)).toBeDefined();
    expect(queries).toBe(1);
    nowMs += 1;
    expect(await authenticator.authenticate(token)).toBeUndefined();
    expect(queries).toBe(2);
  });

  it('asks once in 5 seconds for an unknown token, and sees it appear after that', async () => {
    const token = newToken();
    const authenticator = new Authenticator({ find, clock });
    await authenticator.authenticate(token);
    records.set(await hashToken(token), record());
    nowMs += 4_999;
    expect(await authenticator.authenticate(token)).toBeUndefined();
    expect(queries).toBe(1);
    nowMs += 1;
    expect(await authenticator.authenticate(token)).toBeDefined();
  });

  it('does not ask about what is no token', async () => {
    const authenticator = new Authenticator({ find, clock });
    expect(await authenticator.authenticate('guess')).toBeUndefined();
    expect(queries).toBe(0);
  });

  it('lets no token live past its expiry, cached or not', async () => {
    const token = newToken();
    records.set(await hashToken(token), record(new Date(start + 10_000)));
    const authenticator = new Authenticator({ find, clock });
    expect(await authenticator.authenticate(token)).toBeDefined();
    nowMs += 10_000;
    expect(await authenticator.authenticate(token)).toBeUndefined();
  });

  it('is bounded, forgets the least recently used, and unknown tokens push out no known one', async () => {
    const [a, b, c] = [newToken(), newToken(), newToken()];
    for (const token of [a, b, c]) records.set(await hashToken(token), record());
    const authenticator = new Authenticator({ find, clock, knownMax: 2, unknownMax: 2 });
    await authenticator.authenticate(a);
    await authenticator.authenticate(b);
    await authenticator.authenticate(a);
    for (let i = 0; i < 5; i++) await authenticator.authenticate(newToken());
    await authenticator.authenticate(c);
    queries = 0;
    await authenticator.authenticate(a);
    await authenticator.authenticate(c);
    expect(queries).toBe(0);
    await authenticator.authenticate(b);
    expect(queries).toBe(1);
  });
});
