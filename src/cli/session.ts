import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { Api } from './api.ts';
import { configPath, readConfig } from './config.ts';
import { UsageError } from './errors.ts';
import { structured, tableOf, type Column, type OutputFormat } from './output.ts';

/** Where the command line runs. */
export interface Surroundings {
  environment: NodeJS.ProcessEnv;
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown; isTTY?: boolean };
  stdin: NodeJS.ReadStream;
}

/** Options that every command takes. */
export interface GlobalOptions {
  url?: string;
  token?: string;
  ca?: string;
  cluster?: string;
  output: OutputFormat;
}

const progressAfterMs = 1_000;

/** What commands work with: the API, for whom it asks, and where answers go. */
export class Session {
  readonly surroundings: Surroundings;
  readonly options: GlobalOptions;
  #api: Api | undefined;
  #clusterName: Promise<string> | undefined;

  constructor(surroundings: Surroundings, command: Command) {
    this.surroundings = surroundings;
    this.options = command.optsWithGlobals<GlobalOptions>();
  }

  /** Whom to ask: options, then the environment, then what `hib login` remembers. Throws a `UsageError` if nobody said. */
  get api(): Api {
    if (this.#api) return this.#api;
    const { environment } = this.surroundings;
    const saved = readConfig(configPath(environment));
    const url = this.options.url ?? environment['HIBERNETES_URL'] ?? saved?.url;
    if (!url) throw new UsageError('log in first: hib login URL (or set HIBERNETES_URL and HIBERNETES_TOKEN)');
    // A key goes to the server that it was given for, and to no other.
    const own = saved?.url === url ? saved : undefined;
    const token = this.options.token ?? environment['HIBERNETES_TOKEN'] ?? own?.token;
    if (!token) throw new UsageError(`there is no key for ${url}: hib login ${url} (or set HIBERNETES_TOKEN)`);
    const ca = this.options.ca === undefined ? own?.ca : readFileSync(this.options.ca, 'utf8');
    return (this.#api = new Api({ url, token, ca }));
  }

  /** The path of the cluster that a command is about: the one that is named, or remembered, or the only one. */
  async cluster(): Promise<string> {
    return `/v1/clusters/${encodeURIComponent(await this.clusterName())}`;
  }

  clusterName(): Promise<string> {
    return (this.#clusterName ??= this.#findClusterName());
  }

  async #findClusterName(): Promise<string> {
    const { environment } = this.surroundings;
    const named = this.options.cluster ?? environment['HIBERNETES_CLUSTER'] ?? readConfig(configPath(environment))?.cluster;
    if (named) return named;
    const { items } = await this.api.json<{ items: { name: string }[] }>('GET', '/v1/clusters', { query: { limit: 2 } });
    if (items.length === 1) return items[0]!.name;
    throw new UsageError(items.length === 0 ? 'there is no cluster yet: hib clusters create NAME' : 'say which cluster: -c NAME');
  }

  print(text: string): void {
    this.surroundings.stdout.write(text);
  }

  /** For people only: not part of the answer. */
  note(text: string): void {
    this.surroundings.stderr.write(`${text}\n`);
  }

  /** Shows items as a table, or all of them as they were answered. */
  showList<T>(items: readonly T[], columns: readonly Column<T>[]): void {
    const { output } = this.options;
    if (output !== 'table') this.print(structured({ items }, output));
    else if (items.length === 0) this.note('none');
    else this.print(tableOf(items, columns));
  }

  /** Shows one thing: in a table its parts below each other. */
  showOne(item: object): void {
    const { output } = this.options;
    this.print(structured(item, output === 'table' ? 'yaml' : output));
  }

  /** Says that something was done; scripts get what was answered. */
  showDone(text: string, item: object = {}): void {
    const { output } = this.options;
    this.print(output === 'table' ? `${text}\n` : structured(item, output));
  }

  /** Says what is being waited for, once that takes longer than a second. */
  async waitFor<T>(what: string, work: Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const timer = setInterval(() => {
      const seconds = Math.round((performance.now() - startedAt) / 1000);
      if (this.surroundings.stderr.isTTY) this.surroundings.stderr.write(`\r${what} (${seconds} s)`);
      else if (seconds === 1) this.note(`${what} …`);
    }, progressAfterMs);
    try {
      return await work;
    } finally {
      clearInterval(timer);
      if (this.surroundings.stderr.isTTY && performance.now() - startedAt >= progressAfterMs) this.surroundings.stderr.write('\r\u001b[K');
    }
  }
}
