import { parseArgs } from 'node:util';
import { LocalServer } from '../e2e/support/local-server.ts';
import { cases, type Figures } from './cases.ts';
import { Client } from './client.ts';
import { benchClusters } from './clusters/main.ts';
import { quantile } from './load.ts';
import { benchScheduler } from './scheduler/main.ts';
import { benchWebhooks } from './webhooks.ts';

const usage = `Usage: npm run bench -- [scheduler | clusters] [options]

Measures a local server of its own, with simulated nodes, in a temporary folder; client and server share the machine.
Prints a table with the median of each figure.

With "scheduler", measures that one: its engine at 5,000 nodes next to the floors of upstream's scheduler_perf, and rollouts.
With "clusters", measures that: how clusters are made and deleted through the management API, how fast they wake, and what a
thousand that sleep take; --only creation,deletion,waking,asleep (the last on its own: it looks at memory), --rounds 1.

With "webhooks", measures how fast changes are told to webhooks.

  --rounds N      how often each case runs (default 3)
  --only A,B      which cases: ${Object.keys(cases).join(', ')}, start (default all)
  --help          this text
`;
const nodes = 10;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '3' }, only: { type: 'string' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) return void process.stdout.write(usage);
  if (positionals.join(' ') === 'scheduler') return benchScheduler(Number(values.rounds));
  if (positionals.join(' ') === 'clusters') return benchClusters(Number(values.rounds), values.only?.split(','));
  if (positionals.join(' ') === 'webhooks') return benchWebhooks(Number(values.rounds));
  if (positionals.length > 0) throw new Error(usage);
  const wanted = values.only?.split(',') ?? [...Object.keys(cases), 'start'];
  const measured = new Map<string, number[]>();
  const add = (figures: Figures) => {
    for (const [name, value] of Object.entries(figures)) measured.set(name, [...(measured.get(name) ?? []), value]);
  };

  const firstStart = performance.now();
  const server = await LocalServer.start({ nodes });
  if (wanted.includes('start')) add({ 'first start: s': (performance.now() - firstStart) / 1_000 });
  try {
    for (let round = 1; round <= Number(values.rounds); round++) {
      const client = new Client(server.kubeconfig);
      for (const [name, run] of Object.entries(cases).filter(([key]) => wanted.includes(key))) {
        process.stderr.write(`${name}, round ${round}\n`);
        add(await run(client, `${name}-${round}`));
      }
      client.close();
      if (wanted.includes('start')) add(await restart(server));
    }
  } finally {
    await server.remove();
  }
  print(measured);
}

/** With everything the rounds before left in the cluster. */
async function restart(server: LocalServer): Promise<Figures> {
  await server.end('SIGKILL');
  const start = performance.now();
  await server.start();
  return { 'start after SIGKILL: s': (performance.now() - start) / 1_000 };
}

function print(measured: ReadonlyMap<string, number[]>): void {
  const rows = [...measured].map(([name, values]) => {
    const median = quantile(
      values.sort((a, b) => a - b),
      0.5,
    );
    return `| ${name} | ${median >= 100 ? Math.round(median) : median.toPrecision(3)} |`;
  });
  process.stdout.write(`| case | median |\n| --- | --- |\n${rows.join('\n')}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
