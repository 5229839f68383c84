import { CommanderError } from 'commander';
import { ApiProblem, Unreachable } from './api.ts';
import { exitCodes, PartlyFailed, UsageError } from './errors.ts';
import { createProgram } from './program.ts';

createProgram({ environment: process.env, stdout: process.stdout, stderr: process.stderr, stdin: process.stdin })
  .parseAsync(process.argv)
  .catch((error: unknown) => {
    process.exitCode = report(error);
  });

/** Says what went wrong in a way that helps, and gives the exit code. */
function report(error: unknown): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.good : exitCodes.usage;
  const say = (text: string) => process.stderr.write(`hib: ${text}\n`);
  if (error instanceof ApiProblem) {
    say(`${error.message} (${error.code})`);
    for (const { pointer, parameter, detail } of error.errors) say(`  ${pointer ?? parameter ?? ''}: ${detail}`);
    if (error.code === 'unauthenticated') say('log in with: hib login URL');
    return exitCodes.refused;
  }
  if (error instanceof Unreachable || error instanceof UsageError || error instanceof PartlyFailed) say(error.message);
  else say(error instanceof Error && (error as NodeJS.ErrnoException).syscall === undefined ? (error.stack ?? error.message) : (error as Error).message);
  return error instanceof Unreachable ? exitCodes.unreachable : error instanceof UsageError ? exitCodes.usage : exitCodes.refused;
}
