import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { parse } from 'yaml';
import { UsageError } from './errors.ts';
import type { Surroundings } from './session.ts';

/** A file, `-` for the input. */
export async function readInput(file: string, { stdin }: Surroundings): Promise<string> {
  if (file !== '-') return readFileSync(file, 'utf8');
  let text = '';
  for await (const chunk of stdin.setEncoding('utf8')) text += chunk as string;
  return text;
}

/** What is in a file with YAML or JSON. Throws a `UsageError` if it is no object. */
export async function readObject(file: string, surroundings: Surroundings): Promise<Record<string, unknown>> {
  const text = await readInput(file, surroundings);
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) throw new UsageError(`${file} is not an object in YAML or JSON`);
  return content as Record<string, unknown>;
}

/** Asks a question, where there is somebody to answer it. */
export async function ask(question: string, { stdin, stderr }: Surroundings): Promise<string> {
  const lines = createInterface({ input: stdin, output: stderr as NodeJS.WriteStream });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
}

/** Makes sure that something is meant that cannot be undone: by `--yes`, or by its name, said again. */
export async function confirm(what: string, name: string, yes: boolean | undefined, surroundings: Surroundings): Promise<void> {
  if (yes) return;
  if (!surroundings.stdin.isTTY) throw new UsageError(`${what} needs --yes where nobody can be asked`);
  if ((await ask(`${what}? Type its name to go on: `, surroundings)) !== name) throw new UsageError('nothing was done');
}
