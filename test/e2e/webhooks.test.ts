import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/lib/random.ts';
import { startReceiver, type Reaction, type Receiver } from '../support/receiver.ts';
import { management } from './support/api-watch.ts';
import { LocalServer } from './support/local-server.ts';

const kills = 3;
const objects = 12;
const configMaps = '/api/v1/namespaces/default/configmaps';
const subscriptions = '/apis/automation.hibernetes.dev/v1/namespaces/default/webhooksubscriptions';
const secret = `whsec_${Buffer.alloc(32, 'key').toString('base64')}`;

interface Event {
  type: string;
  data: { revision: string; object: { metadata: { name: string }; data: { step: string } } };
}

describe('webhooks over the end of the server', () => {
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const random = seededRandom(seed);
  let server: LocalServer;
  let receiver: Receiver;
  beforeAll(async () => {
    [server, receiver] = await Promise.all([LocalServer.start(), startReceiver()]);
  });
  afterAll(() => Promise.all([server.remove(), receiver.close()]));

  it(`every acknowledged change arrives, signed, in order of its object, though the receiver fails, too (SEED=${seed})`, async () => {
    const created = await server.api('/api/v1/namespaces/default/secrets', { metadata: { name: 'signing' }, stringData: { secret } });
    expect(created.status).toBe(201);
    const spec = {
      url: receiver.url,
      secretRef: { name: 'signing' },
      rules: [{ apiGroups: [''], resources: ['configmaps'] }],
      selector: { matchLabels: { told: 'yes' } },
    };
    expect((await server.api(subscriptions, { metadata: { name: 'all' }, spec })).status).toBe(201);

    const reactions: Reaction[] = [204, 204, 204, 500, 'hang', { status: 200, afterMs: 300 }, 302, 429];
    const acknowledged = new Set<string>();
    let step = 0;
    for (let kill = 0; kill < kills; kill++) {
      receiver.react(() => reactions[Math.floor(random.next() * reactions.length)]!);
      let isOver = false;
      const writer = async (id: number) => {
        const name = `object-${id}`;
        while (!isOver) {
          const data = { step: String(++step) };
          const metadata = { name, labels: { told: 'yes' } };
          // Made by whoever comes first. What a crash cuts off may or may not have happened: nothing was promised.
          const put = () => server.api(`${configMaps}/${name}`, { metadata, data }, 'PUT');
          let answer = await put().catch(() => undefined);
          if (answer?.status === 404) answer = await server.api(configMaps, { metadata, data }).catch(() => undefined);
          if (answer && answer.status < 300) acknowledged.add((answer.body['metadata'] as { resourceVersion: string }).resourceVersion);
          await sleep(20);
        }
      };
      const writers = Array.from({ length: objects }, (_, id) => writer(id));
      await sleep(500 + random.next() * 1_500);
      await server.end('SIGKILL');
      isOver = true;
      await Promise.all(writers);
      await server.start();
    }
    receiver.react(() => 204);
    const arrived = () => new Set(receiver.accepted.map(({ body }) => (JSON.parse(body) as Event).data.revision));
    await expect
      .poll(() => [...acknowledged].filter((revision) => !arrived().has(revision)).length, { timeout: 150_000, interval: 500 })
      .toBe(0);
    expect(acknowledged.size).toBeGreaterThan(objects);

    // The first arrival of each message, told by its id, is in the order of the changes of its object.
    const seen = new Set<string>();
    const last = new Map<string, number>();
    const verifier = new Webhook(secret);
    for (const { id, headers, body } of receiver.accepted) {
      const event = verifier.verify(body, headers) as Event;
      if (seen.has(id)) continue;
      seen.add(id);
      const { revision, object } = event.data;
      expect(Number(revision), `${object.metadata.name} after ${last.get(object.metadata.name)}`).toBeGreaterThan(last.get(object.metadata.name) ?? 0);
      last.set(object.metadata.name, Number(revision));
    }
    expect(last.size).toBe(objects);
    const status = (await server.api(`${subscriptions}/all`)).body['status'];
    expect(status).toMatchObject({ conditions: [{ type: 'Delivering' }] });
  }, 300_000);
});

describe('webhooks through the management API', () => {
  let server: LocalServer;
  let receiver: Receiver;
  beforeAll(async () => {
    [server, receiver] = await Promise.all([LocalServer.start(), startReceiver()]);
  });
  afterAll(() => Promise.all([server.remove(), receiver.close()]));

  it('are made with a secret, tested, looked at, told again, and deleted', async () => {
    const base = '/v1/clusters/default/webhooks';
    const v1 = async (method: string, path: string, body?: object) => {
      const { status, body: text } = await management(server, path, { method, ...(body && { body }) });
      // eslint-disable-next-line @typescript-eslint/no-explicit-any
      return { status, json: (text === '' ? undefined : JSON.parse(text)) as any };
    };
    const before = (await server.api(configMaps)).body['metadata'] as { resourceVersion: string };
    const wanted = { name: 'hook', namespace: 'default', url: receiver.url, rules: [{ apiGroups: [''], resources: ['configmaps'], operations: ['CREATE'] }] };
    const created = await v1('POST', base, wanted);
    expect(created).toMatchObject({ status: 201, json: { id: 'default:hook', namespace: 'default' } });
    const verifier = new Webhook(created.json.secret as string);
    expect((await v1('POST', base, wanted)).json.code).toBe('name_taken');
    expect((await v1('POST', base, { ...wanted, name: 'other', condition: 'object.' })).json.code).toBe('invalid');

    const tested = await v1('POST', `${base}/default:hook/test`);
    expect(tested.status).toBe(202);
    await expect.poll(() => receiver.accepted.map(({ id }) => id), { timeout: 30_000 }).toEqual([tested.json.messageId]);
    const [{ body, headers }] = receiver.accepted as [(typeof receiver.accepted)[0]];
    expect(verifier.verify(body, headers)).toMatchObject({ type: 'webhook.test' });

    expect((await server.api(configMaps, { metadata: { name: 'told' } })).status).toBe(201);
    await expect.poll(() => receiver.accepted.length, { timeout: 30_000 }).toBe(2);
    const message = receiver.accepted[1]!.id;
    await expect.poll(async () => (await v1('GET', `${base}/default:hook/deliveries?state=delivered`)).json.items.length, { timeout: 30_000 }).toBe(2);
    const { items } = (await v1('GET', `${base}/default:hook/deliveries?limit=1`)).json;
    expect(items).toMatchObject([{ messageId: message, object: 'configmaps/default/told', state: 'delivered', attempts: [{ statusCode: 204 }] }]);
    const delivery = `${base}/default:hook/deliveries/${items[0].id}`;
    expect(JSON.parse((await v1('GET', delivery)).json.body)).toMatchObject({ type: 'configmaps.created' });
    expect((await v1('POST', `${delivery}/redeliver`)).status).toBe(202);
    await expect.poll(() => receiver.accepted.map(({ id }) => id).filter((id) => id === message).length, { timeout: 30_000 }).toBe(2);

    const replayed = await v1('POST', `${base}/default:hook/replay`, { afterRevision: Number(before.resourceVersion) });
    expect(replayed).toMatchObject({ status: 202, json: { messages: 1 } });
    await expect.poll(() => receiver.accepted.filter(({ id }) => id === message).length, { timeout: 30_000 }).toBe(3);
    expect((await v1('POST', `${base}/default:hook/replay`, { afterRevision: 1e9 })).json.code).toBe('invalid');

    expect((await v1('PATCH', `${base}/default:hook`, { suspend: true })).json.spec.suspend).toBe(true);
    expect((await v1('GET', base)).json.items).toMatchObject([{ id: 'default:hook', status: { conditions: [{ type: 'Delivering', status: 'True' }] } }]);
    expect((await v1('DELETE', `${base}/default:hook`)).status).toBe(204);
    expect((await v1('GET', `${base}/default:hook`)).json.code).toBe('not_found');
    await expect.poll(async () => (await server.api('/api/v1/namespaces/default/secrets/webhook-hook')).status, { timeout: 30_000 }).toBe(404);
  }, 120_000);
});
