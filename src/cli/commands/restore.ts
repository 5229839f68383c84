import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { PartlyFailed } from '../errors.ts';
import { confirm, readInput } from '../input.ts';
import { Session, type Surroundings } from '../session.ts';

interface Restore {
  id: string;
  state: 'running' | 'succeeded' | 'failed' | 'cancelled';
  objects: number | null;
  done: number;
  problems: { object: string; message: string }[];
}
interface Plan {
  steps: { action: string; resource: string; namespace: string; name: string }[];
  total: number;
}
interface Imported {
  items: { kind: string; namespace?: string; name: string; result: string; message?: string }[];
  failed: number;
}
interface RestoreOptions {
  to: string;
  namespace?: string;
  keepNew?: boolean;
  dryRun?: boolean;
  yes?: boolean;
}

const pollMs = 500;

export function addRestore(program: Command, surroundings: Surroundings): void {
  const session = (command: Command) => new Session(surroundings, command);
  program
    .command('restore [object]')
    .description('brings an object (KIND/NAME), a namespace or the whole cluster back to a moment')
    .requiredOption('--to <moment>', 'a revision, or a time in RFC 3339')
    .option('-n, --namespace <name>', 'the namespace')
    .option('--keep-new', 'what was made after the moment stays')
    .option('--dry-run', 'only shows what would be done')
    .option('-y, --yes', 'without a question')
    .action(async (object: string | undefined, { to, namespace, keepNew, dryRun, yes }: RestoreOptions, command: Command) => {
      const own = session(command);
      const name = await own.clusterName();
      const path = `${await own.cluster()}/restores`;
      const [kind, objectName] = object?.split('/') ?? [];
      const body = { asOf: to, kind, name: objectName, namespace, keepNew, dryRun };
      if (dryRun) return showPlan(own, await own.waitFor('reading the log', own.api.json<Plan>('POST', path, { body })));
      await confirm(`restoring ${object ?? (namespace === undefined ? name : `namespace ${namespace}`)} in ${name} to ${to}`, name, yes, surroundings);
      const begun = await own.waitFor('reading the log', own.api.json<Restore>('POST', path, { body }));
      const ended = await own.waitFor('restoring', untilDone(own, `${path}/${begun.id}`));
      own.showDone(`${ended.state}: ${ended.done} of ${ended.objects ?? 0} objects looked at`, ended);
      for (const problem of ended.problems) own.note(`${problem.object}: ${problem.message}`);
      if (ended.state !== 'succeeded' || ended.problems.length > 0) throw new PartlyFailed('not everything was restored');
    });
  program
    .command('import <file>')
    .description('applies manifests to a cluster, in an order in which they can be; - for the input')
    .option('--dry-run', 'tries everything and changes nothing')
    .option('--force', 'takes over fields that others manage')
    .action(async (file: string, { dryRun, force }: { dryRun?: boolean; force?: boolean }, command: Command) => {
      const own = session(command);
      const body = { manifests: await readInput(file, surroundings), dryRun, force };
      const { items, failed } = await own.waitFor('applying', own.api.json<Imported>('POST', `${await own.cluster()}/import`, { body }));
      own.showList(items, [
        ['KIND', ({ kind }) => kind],
        ['NAMESPACE', ({ namespace }) => namespace],
        ['NAME', ({ name }) => name],
        ['RESULT', ({ result }) => result],
        ['MESSAGE', ({ message }) => message],
      ]);
      if (failed > 0) throw new PartlyFailed(`${failed} of ${items.length} objects failed`);
    });
  program
    .command('clone <name>')
    .description('makes a new cluster of what a cluster is, or was at a moment')
    .option('--as-of <moment>', 'a revision, or a time in RFC 3339')
    .option('--secrets', 'with its Secrets')
    .action(async (name: string, { asOf, secrets }: { asOf?: string; secrets?: boolean }, command: Command) => {
      const own = session(command);
      const path = `${await own.cluster()}/clone`;
      const made = await own.waitFor('cloning', own.api.json<{ name: string; id: string }>('POST', path, { body: { name, asOf, secrets } }));
      own.showDone(`made ${made.name} (${made.id})`, made);
    });
}

async function untilDone(own: Session, path: string): Promise<Restore> {
  for (;;) {
    const restore = await own.api.json<Restore>('GET', path);
    if (restore.state !== 'running') return restore;
    await sleep(pollMs);
  }
}

function showPlan(own: Session, { steps, total }: Plan): void {
  own.showList(steps, [
    ['ACTION', ({ action }) => action],
    ['RESOURCE', ({ resource }) => resource],
    ['NAMESPACE', ({ namespace }) => namespace],
    ['NAME', ({ name }) => name],
  ]);
  if (own.options.output === 'table' && total > steps.length) own.note(`and ${total - steps.length} more`);
}
