// The program that `fairness.ts` floods a cluster with: `KUBECONFIG create|get PATH IN_FLIGHT`, the token on stdin, which is
// closed to end it. Prints `flooding` when it has begun, and at the end how many requests were answered in a second.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Refused } from './client.ts';

const [kubeconfig = '', what = '', path = '', inFlight = ''] = process.argv.slice(2);
/** How long who is told to come back later stays away: what a client that means no harm does. */
const backOffMs = 1_000;

async function main(): Promise<void> {
  const lines = createInterface(process.stdin);
  const ended = new Promise((resolve) => lines.on('close', resolve));
  const token = await new Promise<string>((resolve) => lines.once('line', resolve));
  const client = new Client(kubeconfig, token);
  let going = true;
  let next = 0;
  let answered = 0;
  const send = () => {
    const name = `flood-${process.pid}-${next++}`;
    return what === 'get'
      ? client.call('GET', `${path}/create-alone-0`)
      : client.call('POST', path, { metadata: { name }, data: { text: 'x'.repeat(1_000) } });
  };
  const worker = async () => {
    while (going) {
      try {
        await send();
        answered++;
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 429) throw error;
        await sleep(backOffMs);
      }
    }
  };
  const start = performance.now();
  const workers = Promise.all(Array.from({ length: Number(inFlight) }, worker));
  await Promise.race([workers, sleep(500)]);
  process.stdout.write('flooding\n');
  await Promise.race([workers, ended]);
  going = false;
  const seconds = (performance.now() - start) / 1_000;
  await workers;
  process.stdout.write(`${answered / seconds}\n`);
  client.close();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
