import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, test } from 'vitest';
import { createSender } from '../../src/automation/sender.ts';
import { createSigningSecret, importKey, signingKey } from '../../src/automation/signature.ts';
import { retryDelayMs } from '../../src/automation/retry.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { limits } from '../../src/lib/limits.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { startReceiver, type Receiver } from '../support/receiver.ts';

const bytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
let receiver: Receiver | undefined;
afterEach(() => receiver?.close());

const sender = (allowPrivate: boolean) => createSender({ fetch, clock: systemClock, allowPrivate });

describe('a message', () => {
  test('is signed as Standard Webhooks want it, with every secret there is', async () => {
    receiver = await startReceiver();
    const secrets = [createSigningSecret(bytes), createSigningSecret(bytes)];
    const keys = await Promise.all(secrets.map((secret) => importKey(signingKey(secret)!)));
    const body = JSON.stringify({ type: 'x', text: 'ü😀' });
    const sent = await sender(true)({ url: receiver.url, keys }, 'msg_1', body);
    expect(sent).toMatchObject({ ok: true, attempt: { statusCode: 204 } });
    const [{ headers, body: came }] = receiver.accepted as [(typeof receiver.accepted)[0]];
    for (const secret of secrets) expect(new Webhook(secret).verify(came, headers)).toEqual(JSON.parse(body));
    expect(() => new Webhook(createSigningSecret(bytes)).verify(came, headers)).toThrow('No matching signature found');
  });

  test('that is refused says how; redirects are not followed', async () => {
    receiver = await startReceiver();
    const to = { url: receiver.url, keys: [] };
    receiver.react(() => 500);
    expect(await sender(true)(to, 'm', '{}')).toMatchObject({ ok: false, attempt: { statusCode: 500, answer: 'no, thanks', error: 'the receiver answered 500' } });
    receiver.react(() => 302);
    expect(await sender(true)(to, 'm', '{}')).toMatchObject({ ok: false, attempt: { error: 'the receiver answered 302; redirects are not followed' } });
    expect(receiver.attempts).toHaveLength(2);
    const url = receiver.url;
    await receiver.close();
    receiver = undefined;
    expect(await sender(true)({ url, keys: [] }, 'm', '{}')).toMatchObject({ ok: false, attempt: { error: expect.any(String) } });
  });

  test('brings back no more of the answer than its beginning', async () => {
    const answer = new Response('x'.repeat(100_000), { headers: { 'retry-after': '7' } });
    const send = createSender({ fetch: async () => answer, clock: systemClock, allowPrivate: true });
    const sent = await send({ url: 'http://a.example', keys: [] }, 'm', '{}');
    expect([sent.attempt.answer!.length, sent.retryAfterSeconds]).toEqual([limits.deliveryAnswerBytes, 7]);
  });

  test.each(['https://127.0.0.1/', 'https://10.0.0.1/', 'https://[::1]/', 'https://localhost/', 'https://db/', 'http://hooks.example.com/', 'https://169.254.169.254/'])(
    'does not go to %s where many are served',
    async (url) => {
      const never: typeof fetch = () => Promise.reject(new Error('asked'));
      const send = createSender({ fetch: never, clock: systemClock, allowPrivate: false });
      const { ok, attempt } = await send({ url, keys: [] }, 'm', '{}');
      expect(ok).toBe(false);
      expect(attempt.error).toMatch(/not public|only https/);
    },
  );
});

test.each(['', 'whsec_', 'whsec_c2hvcnQ=', `whsec_${btoa('x'.repeat(65))}`, 'whsec_***', btoa('x'.repeat(32))])('%j is no secret', (text) =>
  expect(signingKey(text)).toBeUndefined(),
);

describe('retries', () => {
  const random = { ...seededRandom(1), next: () => 0.5 };
  test('wait twice as long each time, an hour at most', () => {
    const delays = [1, 2, 3, 10, 20, 40].map((attempts) => retryDelayMs({ attempts, ageMs: 0 }, random));
    expect(delays).toEqual([2_000, 4_000, 8_000, 1_024_000, 3_600_000, 3_600_000]);
  });
  test('vary by chance, by a quarter', () => {
    const at = (next: number) => retryDelayMs({ attempts: 1, ageMs: 0 }, { ...random, next: () => next });
    expect([at(0), at(1)]).toEqual([1_500, 2_500]);
  });
  test('heed the receiver, up to an hour', () => {
    expect(retryDelayMs({ attempts: 1, ageMs: 0, retryAfterSeconds: 60 }, random)).toBe(60_000);
    expect(retryDelayMs({ attempts: 1, ageMs: 0, retryAfterSeconds: 1e9 }, random)).toBe(3_600_000);
  });
  test('end after a day', () => {
    expect(retryDelayMs({ attempts: 1, ageMs: limits.deliveryPatienceMs - 1 }, random)).toBeDefined();
    expect(retryDelayMs({ attempts: 1, ageMs: limits.deliveryPatienceMs }, random)).toBeUndefined();
  });
});
