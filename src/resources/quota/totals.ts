import type { KubeObject } from '../../machinery/meta.ts';
import { addQuantities, compareQuantities, formatQuantity, parseQuantity, zeroQuantity } from '../../machinery/quantity.ts';
import type { Reader } from '../../machinery/reader.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { ResourceQuota } from '../core/resourcequota.ts';
import { pods } from '../core/pod.ts';
import { amountsOf, type Amounts } from '../shared/pod-resources.ts';
import { scopesOf, type Evaluator, type ScopeRequirement } from './evaluator.ts';
import { evaluatorOf } from './index.ts';
import { abandonedAt } from './pods.ts';

/** What there is of everything that a quota bounds. */
export interface Totals {
  /** For every name in the quota's `hard`. */
  readonly used: Amounts;
  /** In how many milliseconds that changes by itself, because somebody does not end a pod; if at all. */
  readonly changesInMs?: number;
}

/**
 * Counts anew what the objects of a namespace take of a quota. Costs as much as there are objects of the kinds that the
 * quota bounds.
 *
 * @param resources every kind of the cluster
 */
export function totalsOf(quota: ResourceQuota, resources: readonly AnyResource[], reader: Reader, now: Date): Totals {
  const hard = Object.keys(quota.spec.hard ?? {});
  const scopes = scopesOf(quota.spec);
  const used: Amounts = new Map(hard.map((name) => [name, zeroQuantity]));
  let changesAt = Infinity;
  for (const resource of resources) {
    const evaluator = evaluatorOf(resource);
    const names = evaluator ? hard.filter((name) => evaluator.counts(name)) : [];
    if (!evaluator || names.length === 0) continue;
    for (const object of reader.list<KubeObject>(resource, quota.metadata.namespace ?? '')) {
      if (!isInScopes(evaluator, object, scopes)) continue;
      const usage = usageOf(evaluator, object, now);
      for (const name of names) {
        const quantity = usage.get(name);
        if (quantity) used.set(name, addQuantities(used.get(name)!, quantity));
      }
      const until = resource.resource === pods.resource ? abandonedAt(object as Parameters<typeof abandonedAt>[0]) : undefined;
      if (until !== undefined && until >= now.getTime()) changesAt = Math.min(changesAt, until + 1);
    }
  }
  return { used, ...(changesAt < Infinity && { changesInMs: changesAt - now.getTime() }) };
}

/** Objects of a state never change, so what one takes is worked out once: counting again costs little more than the sum. */
const usages = new WeakMap<KubeObject, Amounts>();

function usageOf(evaluator: Evaluator, object: KubeObject, now: Date): Amounts {
  // What is being deleted stops counting by itself.
  if (object.metadata.deletionTimestamp !== undefined) return evaluator.usage(object, now);
  let usage = usages.get(object);
  if (!usage) usages.set(object, (usage = evaluator.usage(object, now)));
  return usage;
}

/** Whether a quota with these scopes counts an object. */
export const isInScopes = (evaluator: Evaluator, object: KubeObject, scopes: readonly ScopeRequirement[]): boolean =>
  scopes.every((scope) => evaluator.isInScope(object, scope));

/** The status of a quota of which so much is used. */
export const statusOf = ({ spec }: ResourceQuota, used: Amounts): NonNullable<ResourceQuota['status']> => ({
  hard: { ...spec.hard },
  used: Object.fromEntries([...used].map(([name, quantity]) => [name, formatQuantity(quantity)])),
});

/** Whether the status is about the bounds of the spec, and says of each how much is used. */
export function isCounted({ spec, status }: ResourceQuota): boolean {
  const { hard = {} } = spec;
  return sameAmounts(hard, status?.hard) && Object.keys(hard).every((name) => status?.used?.[name] !== undefined);
}

/** Whether two lists have the same amounts, however they are written. */
export function sameAmounts(a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => {
      const other = Object.hasOwn(b, name) ? b[name]! : undefined;
      if (other === undefined) return false;
      return a[name] === other || compareQuantities(parseQuantity(a[name]!), parseQuantity(other)) === 0;
    })
  );
}

/** What the status says is used. */
export const usedOf = ({ status }: ResourceQuota): Amounts => amountsOf(status?.used);
