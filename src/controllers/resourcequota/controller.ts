import type { KubeObject } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller, type Plan } from '../../machinery/reconcile.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import { resourceQuotas, type ResourceQuota } from '../../resources/core/resourcequota.ts';
import { evaluatorOf } from '../../resources/quota/index.ts';
import { isCounted, sameAmounts, statusOf, totalsOf } from '../../resources/quota/totals.ts';
import { mayFreeQuota, saysLess } from './freed.ts';

/**
 * Keeps the status of quotas right: copies the bounds of the spec, and counts again when objects that were charged for go
 * or take less. What objects take more is charged by admission, in their own commit; a count that such a charge overtakes
 * does not land (the quota has another resourceVersion by then) and is made again. Its keys are those of quotas.
 *
 * @param scheme every kind of the cluster
 */
export function resourceQuotaController(scheme: Pick<Scheme, 'resources'>): Controller {
  return {
    name: 'resourcequota',
    component: 'resourcequota-controller',
    triggers: [
      {
        resource: resourceQuotas,
        keys: (quota: ResourceQuota, snapshot: Snapshot) => [
          ...(isUpset(quota, snapshot) ? [keyOf(quota)] : []),
          ...keysOfNamespace(quota, resourceQuotas, snapshot),
        ],
        keysAtStart: (quota: ResourceQuota) => [keyOf(quota)],
      },
    ],
    triggerFor: (resource) =>
      evaluatorOf(resource) && {
        resource,
        keys: (object: KubeObject, snapshot: Snapshot) => keysOfNamespace(object, resource, snapshot),
        // Quotas are all counted anyway.
        keysAtStart: () => [],
      },
    reconcile(key, snapshot, { now }): Plan {
      const { namespace, name } = splitKey(key);
      const quota = snapshot.get(resourceQuotas, namespace, name);
      if (!quota || quota.metadata.deletionTimestamp) return emptyPlan();
      const { used, changesInMs } = totalsOf(quota, scheme.resources, snapshot, now);
      const object: ResourceQuota = { ...quota, status: statusOf(quota, used) };
      const plan: Plan = { ...emptyPlan(), ...(changesInMs !== undefined && { requeueAfterMs: changesInMs }) };
      if (isCounted(quota) && sameAmounts(object.status?.used, quota.status?.used)) return plan;
      plan.writes.push({ verb: 'update', resource: resourceQuotas, object, subresource: 'status' });
      return plan;
    },
  };
}

/** The quotas that may have to be counted because of a change of this object. */
function keysOfNamespace(object: KubeObject, resource: AnyResource, snapshot: Snapshot): string[] {
  const quotas = snapshot.list(resourceQuotas, object.metadata.namespace ?? '');
  return quotas.length > 0 && mayFreeQuota(object, resource, snapshot) ? quotas.map(keyOf) : [];
}

/** Whether a quota, which is given as it is or as it was, has bounds that are not counted yet, or says less than before. */
function isUpset(quota: ResourceQuota, snapshot: Snapshot): boolean {
  const current = snapshot.get(resourceQuotas, quota.metadata.namespace ?? '', quota.metadata.name);
  if (!current) return false;
  return !isCounted(current) || saysLess(current, quota);
}
