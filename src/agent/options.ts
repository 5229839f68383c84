import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { consoleLog } from './log.ts';
import type { NodeOptions } from './node.ts';

export const usage = `Joins this machine to a cluster as a node.

usage: npm run agent -- --server URL --token TOKEN [options]

  --server URL      the cluster's address, https://HOST/clusters/ID
  --token TOKEN     a join token of the cluster; default: the environment variable HIBERNETES_TOKEN
  --name NAME       the node's name; default: the host's name
  --runtime NAME    containerd (default) or simulated, which runs nothing and pretends
  --ca FILE         PEM file of the authority behind the server's certificate
`;

/** What the command line asks for. Throws with a line for the user. */
export function nodeOptions(args: string[], environment: NodeJS.ProcessEnv): NodeOptions | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      server: { type: 'string' },
      token: { type: 'string' },
      name: { type: 'string' },
      runtime: { type: 'string', default: 'containerd' },
      ca: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  const { server, runtime } = values;
  const token = values.token ?? environment.HIBERNETES_TOKEN;
  if (!server || !/^https?:\/\/[^/]/.test(server))
    throw new Error('--server must be the address of a cluster, https://HOST/clusters/ID');
  if (!token) throw new Error('--token is missing');
  if (runtime !== 'containerd' && runtime !== 'simulated') throw new Error('--runtime must be containerd or simulated');
  const name = (values.name ?? hostname()).toLowerCase();
  if (name.length > 253 || !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name))
    throw new Error(`--name must be a DNS name in lower case, not ${JSON.stringify(name)}`);
  const ca = values.ca === undefined ? undefined : readFileSync(values.ca, 'utf8');
  return { server, token, name, runtime, ca, log: consoleLog(name) };
}
