import { LocalServer } from '../../e2e/support/local-server.ts';
import { quantile } from '../load.ts';
import { Api } from './api.ts';
import { asleep, waking } from './asleep.ts';
import { creation, deletion } from './lifecycle.ts';

const cases = { creation, deletion, waking, asleep };

/** Measures the life of clusters through the management API, and prints a table with the median of each figure. */
export async function benchClusters(rounds: number, only: readonly string[] | undefined): Promise<void> {
  const server = await LocalServer.start({ nodes: 0 });
  const measured = new Map<string, number[]>();
  try {
    const api = await Api.of(server);
    for (let round = 1; round <= rounds; round++) {
      for (const [name, measure] of Object.entries(cases).filter(([key]) => only?.includes(key) ?? true)) {
        process.stderr.write(`${name}, round ${round}\n`);
        for (const [figure, value] of Object.entries(await measure(api, server, round)))
          measured.set(figure, [...(measured.get(figure) ?? []), value]);
      }
    }
    api.close();
  } finally {
    await server.remove();
  }
  const median = (values: number[]) => quantile(values.sort((a, b) => a - b), 0.5);
  const rows = [...measured].map(([name, values]) => `| ${name} | ${median(values).toPrecision(3)} |`);
  process.stdout.write(`| case | median |\n| --- | --- |\n${rows.join('\n')}\n`);
}
