import type { Command } from 'commander';
import { seconds } from '../durations.ts';
import { ageOf } from '../output.ts';
import { Session, type Surroundings } from '../session.ts';

interface Token {
  id: string;
  role: string;
  description: string;
  createdBy: string;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

export function addNodes(program: Command, surroundings: Surroundings): void {
  const group = program.command('nodes').alias('node').description('lets machines join a cluster');
  group
    .command('tokens')
    .description('lists the join tokens of a cluster (its nodes: kubectl get nodes)')
    .action(async (_: object, command: Command) => {
      const own = new Session(surroundings, command);
      const tokens = await own.api.list<Token>(`${await own.cluster()}/tokens`);
      const now = new Date();
      own.showList(
        tokens.filter(({ role }) => role === 'node'),
        [
          ['ID', ({ id }) => id],
          ['DESCRIPTION', ({ description }) => description],
          ['BY', ({ createdBy }) => createdBy],
          ['AGE', ({ createdAt }) => ageOf(createdAt, now)],
          ['LAST USED', ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : `${ageOf(lastUsedAt, now)} ago`)],
          ['EXPIRES', ({ expiresAt }) => expiresAt ?? 'never'],
        ],
      );
    });
  group
    .command('join')
    .description('makes a join token, and says what to run on the machine')
    .option('--description <text>', 'what it is for')
    .option('--ttl <duration>', 'how long it is good, as 8h; a node shows it again whenever it connects', seconds)
    .action(async ({ description, ttl }: { description?: string; ttl?: number }, command: Command) => {
      const own = new Session(surroundings, command);
      const path = `${await own.cluster()}/node-tokens`;
      const made = await own.api.json<{ id: string; token: string; server: string }>('POST', path, { body: { description, ttlSeconds: ttl } });
      own.showDone(`npm run agent -- --server ${made.server} --token ${made.token}`, made);
    });
  group
    .command('revoke <id>')
    .description('takes a join token back')
    .action(async (id: string, _: object, command: Command) => {
      const own = new Session(surroundings, command);
      await own.api.json('DELETE', `${await own.cluster()}/tokens/${encodeURIComponent(id)}`);
      own.showDone(`revoked ${id}`);
    });
}
