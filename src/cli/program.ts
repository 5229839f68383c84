import { Command, Option } from 'commander';
import { addClusters } from './commands/clusters.ts';
import { addHistory } from './commands/history.ts';
import { addHooks } from './commands/hooks.ts';
import { addKeys } from './commands/keys.ts';
import { addKubeconfig } from './commands/kubeconfig.ts';
import { addLogin } from './commands/login.ts';
import { addNodes } from './commands/nodes.ts';
import { addRestore } from './commands/restore.ts';
import { addSql } from './commands/sql.ts';
import { addUsage } from './commands/usage.ts';
import { addWebhooks } from './commands/webhooks.ts';
import { outputFormats } from './output.ts';
import type { Surroundings } from './session.ts';

/** All groups of commands, in the order of the help. */
const groups = [addLogin, addClusters, addKubeconfig, addNodes, addWebhooks, addHooks, addHistory, addRestore, addSql, addUsage, addKeys];

/** The whole command line. */
export function createProgram(surroundings: Surroundings): Command {
  const { stdout, stderr } = surroundings;
  const program = new Command('hib')
    .description('Clusters that sleep: the command line of the management API.')
    .option('-c, --cluster <name>', 'the cluster, by its name or id; default: HIBERNETES_CLUSTER, or the one of hib login, or the only one')
    .addOption(new Option('-o, --output <format>', 'how answers are shown').choices([...outputFormats]).default('table'))
    .option('--url <url>', 'the server; default: HIBERNETES_URL, or the one of hib login')
    .option('--token <key>', 'an API key; default: HIBERNETES_TOKEN, or the one of hib login')
    .option('--ca <file>', "PEM file of the authority behind the server's certificate; default: the one of hib login")
    .addHelpText('after', '\nExit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 the server cannot be reached.')
    .configureOutput({ writeOut: (text) => void stdout.write(text), writeErr: (text) => void stderr.write(text) })
    .showSuggestionAfterError()
    .exitOverride();
  for (const add of groups) add(program, surroundings);
  return program;
}
