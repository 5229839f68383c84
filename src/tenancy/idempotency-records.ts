import { and, eq, isNull, lt, or } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { idempotencyKeys } from '../db/schema.ts';

type Orm = Database['orm'];

/** One use of an idempotency key. `scope` is whose it is. */
export interface IdempotencyKey {
  scope: string;
  key: string;
}

/** What is known of the first use. Without a status it is under way, or its server died. */
export interface FirstUse {
  requestHash: string;
  status: number | null;
  answer: string | null;
}

/** For how long an answer is given again. */
export const answersKeptMs = 24 * 3_600_000;
/** A request that has not been answered after this long never will be: its server died. */
const abandonedAfterMs = 120_000;

const ofKey = ({ scope, key }: IdempotencyKey) => and(eq(idempotencyKeys.scope, scope), eq(idempotencyKeys.key, key));

/** Takes the key for a request; gives its first use if it is taken. */
export async function takeKey(orm: Orm, key: IdempotencyKey, requestHash: string, now: Date): Promise<FirstUse | undefined> {
  const before = (ms: number) => new Date(now.getTime() - ms);
  const [taken] = await orm
    .insert(idempotencyKeys)
    .values({ ...key, requestHash, createdAt: now })
    .onConflictDoUpdate({
      target: [idempotencyKeys.scope, idempotencyKeys.key],
      set: { requestHash, status: null, answer: null, createdAt: now },
      setWhere: or(
        lt(idempotencyKeys.createdAt, before(answersKeptMs)),
        and(isNull(idempotencyKeys.status), lt(idempotencyKeys.createdAt, before(abandonedAfterMs))),
      ),
    })
    .returning({ key: idempotencyKeys.key });
  if (taken) return undefined;
  const [first] = await orm
    .select({ requestHash: idempotencyKeys.requestHash, status: idempotencyKeys.status, answer: idempotencyKeys.answer })
    .from(idempotencyKeys)
    .where(ofKey(key))
    .limit(1);
  // It was given back in between: as if it were still under way, so that the client tries again.
  return first ?? { requestHash, status: null, answer: null };
}

/** Keeps the answer to a request that has the key. */
export async function keepAnswer(orm: Orm, key: IdempotencyKey, status: number, answer: string): Promise<void> {
  await orm.update(idempotencyKeys).set({ status, answer }).where(ofKey(key));
}

/** Gives the key back: its request changed nothing. */
export async function giveKeyBack(orm: Orm, key: IdempotencyKey): Promise<void> {
  await orm.delete(idempotencyKeys).where(and(ofKey(key), isNull(idempotencyKeys.status)));
}

/** Forgets answers that are not given any more. For the scheduled clean-up. */
export async function deleteOldKeys(orm: Orm, now: Date): Promise<void> {
  await orm.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, new Date(now.getTime() - answersKeptMs)));
}
