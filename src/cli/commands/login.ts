import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { Api } from '../api.ts';
import { configPath, removeConfig, writeConfig, type Config } from '../config.ts';
import { UsageError } from '../errors.ts';
import { ask, readInput } from '../input.ts';
import { Session, type GlobalOptions, type Surroundings } from '../session.ts';

interface Whoami {
  tenant: unknown;
  name: string;
  role: string;
}

export function addLogin(program: Command, surroundings: Surroundings): void {
  const { environment } = surroundings;
  program
    .command('login [url]')
    .description('remembers a server and a key for it, in a file for you only')
    .option('--data <folder>', 'a local server: takes all of it from its data folder (.hibernetes)')
    .action(async (url: string | undefined, own: { data?: string }, command: Command) => {
      const session = new Session(surroundings, command);
      const config = own.data === undefined ? await given(url, session.options, surroundings) : ofLocalServer(own.data);
      if (session.options.cluster !== undefined) config.cluster = session.options.cluster;
      const who = await session.waitFor('asking the server', new Api(config).json<Whoami>('GET', '/v1/whoami'));
      writeConfig(configPath(environment), config);
      session.showDone(`logged in to ${config.url} as ${who.name} (${who.role})`, who);
    });
  program
    .command('logout')
    .description('forgets both')
    .action(() => removeConfig(configPath(environment)));
  program
    .command('whoami')
    .description('says who the key is, and what it may do')
    .action(async (_: object, command: Command) => {
      const session = new Session(surroundings, command);
      session.showOne(await session.api.json<Whoami>('GET', '/v1/whoami'));
    });
}

/** The key from the option, the environment, the input, or a question. */
async function given(url: string | undefined, options: GlobalOptions, surroundings: Surroundings): Promise<Config> {
  const { environment, stdin } = surroundings;
  const server = url ?? options.url ?? environment['HIBERNETES_URL'];
  if (!server || !/^https?:\/\/[^/]/.test(server)) throw new UsageError('say where: hib login https://HOST');
  const known = options.token ?? environment['HIBERNETES_TOKEN'];
  const token = known ?? (stdin.isTTY ? await ask('API key: ', surroundings) : (await readInput('-', surroundings)).trim());
  if (token === '') throw new UsageError('there is no key');
  const ca = options.ca === undefined ? undefined : readFileSync(options.ca, 'utf8');
  return { url: server.replace(/\/+$/, ''), token, ca };
}

function ofLocalServer(folder: string): Config {
  const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');
  const { clusters } = parse(read('kubeconfig')) as { clusters: { cluster: { server: string } }[] };
  return { url: new URL(clusters[0]!.cluster.server).origin, token: read('admin-token').trim(), ca: read('tls', 'ca.crt') };
}
