import { LocalServer } from '../../e2e/support/local-server.ts';
import { rollout } from '../cases.ts';
import { Client } from '../client.ts';
import { schedulerCases } from './cases.ts';
import { rolloutBesideIdle } from './idle.ts';
import { measureLargeCluster } from './memory.ts';
import { runCase } from './run-case.ts';
import type { StoredCluster } from './stored.ts';
import { clusterOf, largeCluster, wholeMemory } from './whole.ts';

const idleCounts = [1_000, 10_000, 50_000];
/** The first rounds warm the code up. */
const throughApi = { nodes: 20, pods: 500, rounds: 6, floor: 500 };

/**
 * `npm run bench -- scheduler`: the engine alone at 5,000 nodes, case by case next to the floors of upstream's
 * scheduler_perf, and what the whole object holds then; the engine's part of that; a rollout through the API of a local server; and what a rollout costs beside idle pods.
 */
export async function benchScheduler(rounds: number): Promise<void> {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  say('| 5,000 nodes: case | pods/s | floor | whole object, MiB | its JSON, MiB |\n| --- | --- | --- | --- | --- |');
  for (const each of schedulerCases) {
    const pace = Math.round(best(rounds, () => runCase(each)));
    say(`| ${each.name} | ${pace} | ${each.floor} | ${await memory(clusterOf(each))} |`);
  }
  say(`| 50,000 pods | | | ${await memory(largeCluster)} |`);

  const { engineMiB, objectsMiB, onePodMs } = measureLargeCluster();
  say('\n| 5,000 nodes, 50,000 pods | |\n| --- | --- |');
  say(`| heap of the scheduler, MiB | ${engineMiB.toFixed(1)} |`);
  say(`| heap of the parsed objects, MiB | ${objectsMiB.toFixed(1)} |`);
  say(`| a pass for one pod, ms | ${onePodMs.toFixed(2)} |`);

  say('\n| idle pods | rollout of 100 pods beside them, ms |\n| --- | --- |');
  for (const count of idleCounts) say(`| ${count.toLocaleString('en')} | ${(await rolloutBesideIdle(count)).toFixed(1)} |`);

  const server = await LocalServer.start({ nodes: throughApi.nodes });
  try {
    const client = new Client(server.kubeconfig);
    let pace = 0;
    for (let round = 1; round <= Math.max(rounds, throughApi.rounds); round++)
      pace = Math.max(pace, (await rollout(client, `scheduler-${round}`, throughApi.pods))['pods to Running: /s']!);
    client.close();
    say(`\n| ${throughApi.pods} pods on ${throughApi.nodes} nodes through the API | pods/s | aim |\n| --- | --- | --- |`);
    say(`| to Running | ${Math.round(pace)} | ${throughApi.floor} |`);
  } finally {
    await server.remove();
  }
}

/** Of several runs, because whatever else the machine does only ever slows them down. */
const best = (rounds: number, run: () => number): number => Math.max(...Array.from({ length: rounds }, run));

async function memory(cluster: StoredCluster): Promise<string> {
  const { heldMiB, jsonMiB } = await wholeMemory(cluster);
  return `${heldMiB.toFixed(0)} | ${jsonMiB.toFixed(0)}`;
}
