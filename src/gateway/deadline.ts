import { requestTimedOut } from '../cluster/deadlines.ts';

/** What `work` comes to, or 504 when it takes longer. The work itself goes on, as in the object (`cluster/deadlines.ts`). */
export async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      // Nobody hears how it ends.
      work.catch(() => {});
      reject(requestTimedOut());
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
