import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/lib/random.ts';
import { startReceiver, type Reaction, type Receiver } from '../support/receiver.ts';
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
