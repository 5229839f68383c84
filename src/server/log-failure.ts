import { StatusError } from '../machinery/status.ts';
import { StoreError } from '../storage/store.ts';

/**
 * Logs an error that nobody foresaw, which the client only sees as a 500: its name and where it happened. The message
 * stays out, because it may hold data of an object.
 */
export function logFailure(error: unknown): void {
  if (error instanceof StatusError || error instanceof StoreError) return;
  const { name, stack } = error instanceof Error ? error : new Error();
  const frames = (stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  console.error([`unexpected ${name}`, ...frames].join('\n'));
}
