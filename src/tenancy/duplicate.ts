import { databaseError } from '../db/errors.ts';

/** What the statement comes to; undefined if a unique key is taken, and nothing was written. */
export async function unlessDuplicate<T>(statement: PromiseLike<T>): Promise<T | undefined> {
  try {
    return await statement;
  } catch (error) {
    if (databaseError(error).code === 'duplicate') return undefined;
    throw error;
  }
}
