import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Option, type Command } from 'commander';
import { writePrivate } from '../config.ts';
import { names, seconds } from '../durations.ts';
import { mergeKubeconfigs } from '../kubeconfig-file.ts';
import { Session, type Surroundings } from '../session.ts';

interface Own {
  file?: string;
  stdout?: boolean;
  keepContext?: boolean;
  role?: string;
  namespace?: string[];
  ttl?: number;
}

export function addKubeconfig(program: Command, surroundings: Surroundings): void {
  program
    .command('kubeconfig')
    .description('makes a token for kubectl, and writes it into your kubeconfig beside what is there')
    .option('-f, --file <file>', 'which one; default: the first of KUBECONFIG, or ~/.kube/config')
    .option('--stdout', 'prints it instead')
    .option('--keep-context', 'does not change the current context')
    .addOption(new Option('--role <role>', 'what it may do').choices(['admin', 'edit', 'view', 'none']))
    .option('-n, --namespace <names>', 'the only namespaces that it opens, with commas in between', names)
    .option('--ttl <duration>', 'how long it is good, as 8h or 30d; default: until it is revoked', seconds)
    .action(async ({ file, stdout, keepContext, role, namespace, ttl }: Own, command: Command) => {
      const own = new Session(surroundings, command);
      const query = { role, namespaces: namespace?.join(','), ttlSeconds: ttl };
      const text = await own.waitFor('making a token', own.api.text('GET', `${await own.cluster()}/kubeconfig`, { query }));
      if (stdout) return own.print(text);
      const path = realPath(file ?? defaultFile(surroundings.environment));
      const present = existsSync(path) ? readFileSync(path, 'utf8') : '';
      writePrivate(path, mergeKubeconfigs(present, text, { select: !keepContext }));
      own.showDone(`written to ${path}`, { file: path });
    });
}

function defaultFile(environment: NodeJS.ProcessEnv): string {
  const first = (environment['KUBECONFIG'] ?? '').split(delimiter).find((path) => path !== '');
  return first ?? join(environment['HOME'] || homedir(), '.kube', 'config');
}

/** What a link stands for, so that the link stays. */
const realPath = (path: string): string => (existsSync(path) ? realpathSync(path) : path);
