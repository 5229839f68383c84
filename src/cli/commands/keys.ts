import { Option, type Command } from 'commander';
import { names, seconds } from '../durations.ts';
import { ageOf } from '../output.ts';
import { Session, type Surroundings } from '../session.ts';

interface Key {
  id: string;
  name: string;
  role: string;
  clusters: string[] | null;
  actions: string[] | null;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}
type NewKey = Key & { token: string };

const pathOf = (id: string) => `/v1/api-keys/${encodeURIComponent(id)}`;

export function addKeys(program: Command, surroundings: Surroundings): void {
  const group = program.command('keys').alias('key').description('makes and revokes API keys');
  const session = (command: Command) => new Session(surroundings, command);
  const shown = (own: Session, key: NewKey) => {
    own.showDone(key.token, key);
    if (own.options.output === 'table') own.note(`${key.name} (${key.id}); the key is shown this once`);
  };

  group
    .command('list')
    .alias('ls')
    .description('lists keys, without their secrets')
    .action(async (_: object, command: Command) => {
      const own = session(command);
      const now = new Date();
      own.showList(await own.api.list<Key>('/v1/api-keys'), [
        ['ID', ({ id }) => id],
        ['NAME', ({ name }) => name],
        ['ROLE', ({ role }) => role],
        ['CLUSTERS', ({ clusters }) => clusters ?? 'all'],
        ['ACTIONS', ({ actions }) => actions ?? 'all'],
        ['AGE', ({ createdAt }) => ageOf(createdAt, now)],
        ['LAST USED', ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : `${ageOf(lastUsedAt, now)} ago`)],
        ['EXPIRES', ({ expiresAt }) => expiresAt ?? 'never'],
      ]);
    });
  group
    .command('create <name>')
    .description('makes a key; it is shown this once')
    .addOption(new Option('--role <role>', 'what it can do at most; default: your own').choices(['viewer', 'member', 'admin', 'owner']))
    .option('--clusters <names>', 'the only clusters that it is for', names)
    .option('--actions <names>', 'the only actions, as clusters.read,tokens.*', names)
    .option('--ttl <duration>', 'how long it is good, as 90d', seconds)
    .action(async (name: string, { ttl, ...rest }: { role?: string; clusters?: string[]; actions?: string[]; ttl?: number }, command: Command) => {
      const own = session(command);
      shown(own, await own.api.json<NewKey>('POST', '/v1/api-keys', { body: { name, ...rest, ttlSeconds: ttl } }));
    });
  group
    .command('rotate <id>')
    .description('gives a key a new secret; the one before is good for an hour')
    .action(async (id: string, _: object, command: Command) => {
      const own = session(command);
      shown(own, await own.api.json<NewKey>('POST', `${pathOf(id)}/rotate`));
    });
  group
    .command('delete <id>')
    .description('revokes a key')
    .action(async (id: string, _: object, command: Command) => {
      const own = session(command);
      await own.api.json('DELETE', pathOf(id));
      own.showDone(`revoked ${id}`);
    });
}
