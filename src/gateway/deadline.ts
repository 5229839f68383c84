import { StatusError } from '../machinery/status.ts';

/**
 * What `work` comes to, or 504 when it takes longer. The work itself goes on: a write that is on its way to the database is
 * not taken back, and the client must look whether it happened, as with upstream.
 */
export async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      // Nobody hears how it ends.
      work.catch(() => {});
      reject(
        new StatusError('Timeout', 'Timeout: request did not complete within requested timeout - context deadline exceeded', {}),
      );
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
