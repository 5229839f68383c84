import type { Command } from 'commander';
import { Session, type Surroundings } from '../session.ts';

export function addUsage(program: Command, surroundings: Surroundings): void {
  program
    .command('usage')
    .description('shows what a cluster has used since its creation')
    .action(async (_: object, command: Command) => {
      const own = new Session(surroundings, command);
      own.showOne(await own.api.json<object>('GET', `${await own.cluster()}/usage`));
    });
}
