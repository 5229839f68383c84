import { and, desc, eq, lt } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { deliveries } from '../db/schema.ts';

const columns = {
  revision: deliveries.revision,
  subject: deliveries.subject,
  event: deliveries.event,
  state: deliveries.state,
  attemptCount: deliveries.attemptCount,
  attempts: deliveries.attempts,
  dueAt: deliveries.dueAt,
  createdAt: deliveries.createdAt,
  doneAt: deliveries.doneAt,
};

export interface DeliveryRecord {
  revision: number;
  subject: string;
  event: string;
  state: 'pending' | 'delivered' | 'dead';
  attemptCount: number;
  /** JSON. */
  attempts: string;
  dueAt: Date;
  createdAt: Date;
  doneAt: Date | null;
}

/** The deliveries of a subscription (its uid), the newest first. */
export function listDeliveries(
  orm: Database['orm'],
  cluster: string,
  subscription: string,
  { state, limit, before }: { state?: DeliveryRecord['state']; limit: number; before?: number },
): Promise<DeliveryRecord[]> {
  const wanted = [eq(deliveries.clusterId, cluster), eq(deliveries.subscription, subscription)];
  if (state !== undefined) wanted.push(eq(deliveries.state, state));
  if (before !== undefined) wanted.push(lt(deliveries.revision, before));
  return orm.select(columns).from(deliveries).where(and(...wanted)).orderBy(desc(deliveries.revision)).limit(limit);
}

export async function findDelivery(
  orm: Database['orm'],
  cluster: string,
  subscription: string,
  revision: number,
): Promise<(DeliveryRecord & { body: string }) | undefined> {
  const own = and(eq(deliveries.clusterId, cluster), eq(deliveries.subscription, subscription), eq(deliveries.revision, revision));
  const [row] = await orm.select({ ...columns, body: deliveries.body }).from(deliveries).where(own).limit(1);
  return row;
}
