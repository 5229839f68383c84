import type { Command } from 'commander';
import { Session, type Surroundings } from '../session.ts';

interface Found {
  columns: string[];
  rows: unknown[][];
  truncated: boolean;
}

export function addSql(program: Command, surroundings: Surroundings): void {
  program
    .command('sql <query>')
    .description('asks about the objects of all clusters and the log of their changes: SELECT over the tables objects and log')
    .action(async (query: string, _: object, command: Command) => {
      const own = new Session(surroundings, command);
      const found = await own.api.json<Found>('POST', '/v1/sql', { body: { query } });
      if (own.options.output !== 'table') own.showOne(found);
      else own.showList(found.rows, found.columns.map((name, i) => [name, (row) => cellOf(row[i])] as const));
      if (found.truncated) own.note('there is more');
    });
}

const cellOf = (value: unknown): unknown => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value);
