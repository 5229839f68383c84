import { DevError } from './errors.ts';
import { startLocalServer } from './local-server.ts';
import { parseOptions, usage } from './options.ts';
import { whenLauncherEnds } from './launcher.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** An end that takes longer than this is no longer waited for: the children end with this process. */
const stopMsMax = 15_000;

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') return void process.stdout.write(usage);

  const abort = new AbortController();
  const end = () => {
    // A second signal is from somebody who will not wait.
    if (abort.signal.aborted) process.exit(1);
    setTimeout(() => process.exit(1), stopMsMax).unref();
    abort.abort();
  };
  for (const signal of signals) process.on(signal, end);
  whenLauncherEnds(end);
  const ended = new Promise<void>((resolve) => abort.signal.addEventListener('abort', () => resolve(), { once: true }));

  let last = performance.now();
  const progress = (step: string, detail: string) => {
    const now = performance.now();
    process.stderr.write(`${step.padEnd(10)} ${detail} (${((now - last) / 1000).toFixed(2)} s)\n`);
    last = now;
  };
  const server = await startLocalServer(options, progress, abort.signal).catch((error: unknown) => {
    if (abort.signal.aborted) return undefined;
    throw error;
  });
  if (!server) return;
  process.stdout.write(`ready ${server.url} kubeconfig=${server.kubeconfig}\n`);
  try {
    await Promise.race([ended, server.failed]);
  } finally {
    await server.stop();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`hibernetes: ${describe(error)}\n`);
    process.exit(1);
  },
);

/** One line for what the user can mend, the operating system's refusals among it (they name the file); a stack for the rest. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isForUser = error instanceof DevError || (error as NodeJS.ErrnoException).syscall !== undefined;
  return isForUser ? error.message : (error.stack ?? error.message);
}
