import { parseArgs } from 'node:util';
import { DevError } from './errors.ts';

/** What `npm start` was asked for. */
export interface Options {
  /** The port of the server on 127.0.0.1; 0 for any free one. */
  port: number;
  /** The data folder, as it was given. */
  data: string;
  /** How many simulated nodes join the cluster. */
  nodes: number;
}

export const usage = `Usage: npm start -- [options]

Runs Hibernetes on this machine: https://127.0.0.1:PORT, with a cluster named "default".

  --port PORT    port to listen on, 0 for any free one (default 8443)
  --data FOLDER  where everything is kept, made when missing (default .hibernetes)
  --nodes N      simulated nodes of the cluster, 0 for none (default 3)
  --help         this text

Environment:
  DATABASE_URL   a Postgres to use instead of the embedded one, as postgres://USER:PASSWORD@HOST/DATABASE
`;

const nodesMax = 1_000;

/** Reads the command line; 'help' when that was asked for. Throws `DevError`. */
export function parseOptions(args: readonly string[]): Options | 'help' {
  let values: { port: string; data: string; nodes: string; help: boolean };
  try {
    const string = (value: string) => ({ type: 'string', default: value }) as const;
    ({ values } = parseArgs({
      args: [...args],
      options: {
        port: string('8443'),
        data: string('.hibernetes'),
        nodes: string('3'),
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split('. ');
    throw new DevError(`${sentence.charAt(0).toLowerCase()}${sentence.slice(1)} (see --help)`);
  }
  if (values.help) return 'help';
  if (values.data.trim() === '') throw new DevError('--data takes the name of a folder');
  return {
    port: wholeNumber('--port', values.port, 65_535),
    data: values.data,
    nodes: wholeNumber('--nodes', values.nodes, nodesMax),
  };
}

function wholeNumber(option: string, text: string, max: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= max)) throw new DevError(`${option} takes a whole number from 0 to ${max}, not "${text}"`);
  return value;
}
