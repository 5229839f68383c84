import { readFileSync } from 'node:fs';
import pg from 'pg';
import { startPostgres } from '../../../src/dev/postgres.ts';

// Run by postgres.test.ts as a process to be killed: starts a server, writes a row, says which shells guard it, and waits.
const server = await startPostgres({ dataDir: process.argv[2]! });
const client = new pg.Client({ connectionString: server.url });
await client.connect();
await client.query(`create table held as select 'kept' as text`);
const isShell = (pid: string) => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sh\n';
const childrenOf = (pid: number | string) => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
const guardian = childrenOf(process.pid).find(isShell)!;
process.stdout.write(`${[guardian, ...childrenOf(guardian).filter(isShell)].join(' ')}\n`);
setInterval(() => {}, 60_000);
