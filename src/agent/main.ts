import { startNode } from './node.ts';
import { nodeOptions, usage } from './options.ts';

async function main(): Promise<void> {
  const options = nodeOptions(process.argv.slice(2), process.env);
  if (options === 'help') return void process.stdout.write(usage);
  const node = startNode(options);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void node.stop().then(() => process.exit(0)));
  await node.ready;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
