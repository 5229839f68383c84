import type { KubeObject } from '../machinery/meta.ts';
import { compareQuantities, formatQuantity, parseQuantity, subtractQuantities } from '../machinery/quantity.ts';
import { resourceQuotas, type ResourceQuota } from '../resources/core/resourcequota.ts';
import { addAmounts, scopesOf, type Evaluator } from '../resources/quota/evaluator.ts';
import { evaluatorOf } from '../resources/quota/index.ts';
import { isCounted, isInScopes, statusOf, totalsOf, usedOf } from '../resources/quota/totals.ts';
import type { Amounts } from '../resources/shared/pod-resources.ts';
import { refuse, type AdmissionContext, type AdmissionPlugin, type Attributes, type WriteAttributes } from './plugin.ts';

/**
 * Refuses what would take more than the quotas of its namespace leave, and charges what it lets pass: the new `status.used`
 * goes into the commit of the object itself. Decisions are made one after the other, each on the charges of those before
 * it, so that no number of clients gets past a limit, and a commit that fails takes its charges along. A quota that has
 * not been counted yet, or whose bounds have changed, is counted here and now (upstream lets everything pass until its
 * controller has done so). What becomes free the ResourceQuota controller gives back.
 */
export const resourceQuota: AdmissionPlugin = {
  name: 'ResourceQuota',
  operations: ['CREATE', 'UPDATE'],
  subresources: ['', 'status', 'resize'],
  validate(attributes: WriteAttributes<KubeObject>, context) {
    const { resource, namespace } = attributes;
    const quotas = context.pending.list(resourceQuotas, namespace);
    if (quotas.length === 0) return;
    const evaluator = evaluatorOf(resource);
    if (!evaluator || !isCharged(evaluator, attributes)) return;
    const charges = quotas.flatMap((quota) => chargeOf(attributes, evaluator, quota, context) ?? []);
    for (const { quota, amounts } of charges) charge(attributes, quota, amounts, context);
  },
};

function isCharged(evaluator: Evaluator, { operation, subresource, object, oldObject }: WriteAttributes<KubeObject>): boolean {
  if (operation === 'CREATE') return subresource === '';
  return oldObject !== undefined && evaluator.chargesUpdate(subresource, object, oldObject);
}

interface Charge {
  readonly quota: ResourceQuota;
  /** What the object takes more than before, none of it zero. */
  readonly amounts: Amounts;
}

/** What a write takes of a quota; undefined if nothing. */
function chargeOf(
  attributes: WriteAttributes<KubeObject>,
  evaluator: Evaluator,
  quota: ResourceQuota,
  { now }: AdmissionContext,
): Charge | undefined {
  const { object, oldObject } = attributes;
  const names = Object.keys(quota.spec.hard ?? {}).filter((name) => evaluator.counts(name));
  const scopes = scopesOf(quota.spec);
  if (names.length === 0 || !isInScopes(evaluator, object, scopes)) return undefined;
  const missing = evaluator.missing?.(object, names);
  if (missing) throw refuse(attributes, `failed quota: ${quota.metadata.name}: ${missing}`);
  const usage = evaluator.usage(object, now);
  const before = oldObject && isInScopes(evaluator, oldObject, scopes) ? evaluator.usage(oldObject, now) : undefined;
  const amounts: Amounts = new Map();
  for (const name of names) {
    const quantity = usage.get(name);
    if (!quantity) continue;
    const old = before?.get(name);
    const more = old ? subtractQuantities(quantity, old) : quantity;
    if (more.nano > 0n) amounts.set(name, more);
  }
  return amounts.size > 0 ? { quota, amounts } : undefined;
}

function charge(attributes: Attributes, quota: ResourceQuota, amounts: Amounts, context: AdmissionContext): void {
  const { scheme, pending, now } = context;
  const used = isCounted(quota) ? usedOf(quota) : totalsOf(quota, scheme.resources, pending, now).used;
  const after: Amounts = new Map(used);
  addAmounts(after, amounts);
  const hard = quota.spec.hard ?? {};
  const exceeded = [...amounts.keys()]
    .filter((name) => compareQuantities(after.get(name)!, parseQuantity(hard[name]!)) > 0)
    .sort();
  // What the status of an object says has happened already.
  if (exceeded.length > 0 && attributes.subresource !== 'status') {
    const shown = (text: (name: string) => string) => exceeded.map((name) => `${name}=${text(name)}`).join(',');
    const requested = shown((name) => formatQuantity(amounts.get(name)!));
    const present = shown((name) => formatQuantity(used.get(name)!));
    const limited = shown((name) => hard[name]!);
    throw refuse(
      attributes,
      `exceeded quota: ${quota.metadata.name}, requested: ${requested}, used: ${present}, limited: ${limited}`,
    );
  }
  const charged: ResourceQuota = { ...quota, status: statusOf(quota, after) };
  context.alsoPut(resourceQuotas, charged);
}
