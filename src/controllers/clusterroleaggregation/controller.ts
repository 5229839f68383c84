import { samePlain } from '../../machinery/plain.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, keyOf, splitKey, type Controller } from '../../machinery/reconcile.ts';
import { selectorFromLabelSelector } from '../../machinery/selectors.ts';
import { clusterRoles, type ClusterRole } from '../../resources/rbac/clusterrole.ts';
import { Lookup } from '../support/lookup.ts';

type Rules = NonNullable<ClusterRole['rules']>;

/** The roles that are made of others, under one key: there are few. */
const aggregated = new Lookup<ClusterRole>(clusterRoles, ({ aggregationRule }) => (aggregationRule ? ['all'] : []));

/** Puts together the rules of roles that say which others they are made of. */
export const clusterRoleAggregationController: Controller = {
  name: 'clusterrole-aggregation',
  component: 'clusterrole-aggregation-controller',
  // Which roles are made of this one is not known before they are looked at.
  triggers: [{ resource: clusterRoles, keys: (_role: ClusterRole, snapshot) => aggregated.get('all', snapshot).map(keyOf) }],
  reconcile(key, snapshot) {
    const role = snapshot.get(clusterRoles, '', splitKey(key).name);
    if (!role?.aggregationRule) return emptyPlan();
    const rules = rulesFor(role, snapshot);
    if (samePlain(rules, role.rules ?? [])) return emptyPlan();
    return { ...emptyPlan(), writes: [{ verb: 'update', resource: clusterRoles, object: { ...role, rules } as ClusterRole }] };
  },
};

/** Each rule once, by the order of the selectors and then of the names of roles. */
function rulesFor({ metadata, aggregationRule }: ClusterRole, snapshot: Snapshot): Rules {
  const rules: Rules = [];
  for (const labelSelector of aggregationRule?.clusterRoleSelectors ?? []) {
    const selector = selectorFromLabelSelector(labelSelector);
    for (const other of snapshot.list(clusterRoles)) {
      if (other.metadata.name === metadata.name || !selector.matches(other.metadata.labels)) continue;
      for (const rule of other.rules ?? []) if (!rules.some((known) => samePlain(known, rule))) rules.push(rule);
    }
  }
  return rules;
}
