import type { Command } from 'commander';
import { confirm, readObject } from '../input.ts';
import { ageOf } from '../output.ts';
import { Session, type Surroundings } from '../session.ts';

interface Cluster {
  id: string;
  name: string;
  server: string;
  createdAt: string;
  suspendedAt: string | null;
  settings: object;
}

const pathOf = (name: string) => `/v1/clusters/${encodeURIComponent(name)}`;

export function addClusters(program: Command, surroundings: Surroundings): void {
  const group = program.command('clusters').alias('cluster').description('makes, shows and deletes clusters');
  const session = (command: Command) => new Session(surroundings, command);

  group
    .command('list')
    .alias('ls')
    .description('lists clusters by name')
    .action(async (_: object, command: Command) => {
      const own = session(command);
      const now = new Date();
      own.showList(await own.api.list<Cluster>('/v1/clusters'), [
        ['NAME', ({ name }) => name],
        ['ID', ({ id }) => id],
        ['STATE', ({ suspendedAt }) => (suspendedAt === null ? 'ready' : 'suspended')],
        ['AGE', ({ createdAt }) => ageOf(createdAt, now)],
        ['SERVER', ({ server }) => server],
      ]);
    });
  group
    .command('create <name>')
    .description('makes a cluster; kubectl can use it at once')
    .option('-f, --settings <file>', 'its settings, in YAML or JSON; - for the input')
    .action(async (name: string, { settings: file }: { settings?: string }, command: Command) => {
      const own = session(command);
      const settings = file === undefined ? undefined : await readObject(file, surroundings);
      const made = await own.waitFor(`making ${name}`, own.api.json<Cluster>('POST', '/v1/clusters', { body: { name, settings } }));
      own.showDone(`made ${made.name} (${made.id}) at ${made.server}`, made);
      if (own.options.output === 'table') own.note(`next: hib kubeconfig -c ${made.name}`);
    });
  group
    .command('get <name>')
    .description('shows a cluster with its settings')
    .action(async (name: string, _: object, command: Command) => {
      const own = session(command);
      own.showOne(await own.api.json<Cluster>('GET', pathOf(name)));
    });
  group
    .command('delete <name>')
    .description('deletes a cluster with everything in it')
    .option('-y, --yes', 'without a question')
    .action(async (name: string, { yes }: { yes?: boolean }, command: Command) => {
      const own = session(command);
      await confirm(`deleting ${name} with everything in it`, name, yes, surroundings);
      await own.waitFor(`deleting ${name}`, own.api.json('DELETE', pathOf(name)));
      own.showDone(`deleted ${name}`);
    });
  for (const [verb, done, description] of [
    ['suspend', 'suspended', 'stops a cluster: its API answers nobody, its controllers stand still'],
    ['resume', 'resumed', 'lets a suspended cluster go on'],
  ] as const)
    group
      .command(`${verb} <name>`)
      .description(description)
      .action(async (name: string, _: object, command: Command) => {
        const own = session(command);
        own.showDone(`${done} ${name}`, await own.api.json<Cluster>('POST', `${pathOf(name)}/${verb}`));
      });
  group
    .command('settings <name>')
    .description('shows the settings of a cluster, or replaces those that a file has')
    .option('-f, --file <file>', 'settings in YAML or JSON; - for the input')
    .action(async (name: string, { file }: { file?: string }, command: Command) => {
      const own = session(command);
      const body = file === undefined ? undefined : { settings: await readObject(file, surroundings) };
      const { settings } = await own.api.json<Cluster>(body ? 'PATCH' : 'GET', pathOf(name), { body });
      own.showOne(settings);
    });
}
