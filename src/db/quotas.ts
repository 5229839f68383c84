import * as z from 'zod';

const amount = (max: number, description: string) => z.int().min(0).max(max).optional().meta({ description });

/** What a cluster may have at most; what is left out has the platform's own bounds only. */
export const ClusterQuotas = z.strictObject({
  objects: amount(10_000_000, 'Objects of all kinds.'),
  bytes: amount(1e12, 'Length of the objects as JSON.'),
  nodes: amount(5_000, 'Nodes.'),
  watches: amount(5_000, 'Watches that are open.'),
  requestsPerSecond: amount(10_000, 'Requests a second, lasting; for a moment twice as many.'),
});

/** What a tenant may have: clusters, and of everything else so much in each of them. */
export const TenantQuotas = z.strictObject({
  clusters: amount(100_000, 'Clusters.'),
  historyDays: amount(400, 'Whole days for which the log of its clusters is kept, besides today; default: the platform\'s.'),
  perCluster: ClusterQuotas.optional().meta({ description: 'What each of them may have, whatever its own quotas say.' }),
});

export type ClusterQuotas = z.infer<typeof ClusterQuotas>;
export type TenantQuotas = z.infer<typeof TenantQuotas>;

/** The tenant's quotas in its row. Throws if they are no quotas: somebody changed the row by hand. */
export const readTenantQuotas = (json: string): TenantQuotas => TenantQuotas.parse(JSON.parse(json));

/** What holds for a cluster: the lower of its own quota and its tenant's. */
export function effectiveQuotas(own: ClusterQuotas, tenants: ClusterQuotas = {}): ClusterQuotas {
  const names = Object.keys(ClusterQuotas.shape) as (keyof ClusterQuotas)[];
  const held = names.map((name) => [name, Math.min(own[name] ?? Infinity, tenants[name] ?? Infinity)] as const);
  return Object.fromEntries(held.filter(([, value]) => value !== Infinity));
}
