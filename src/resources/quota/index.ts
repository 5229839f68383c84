import type { KubeObject } from '../../machinery/meta.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { count, countName, type Evaluator } from './evaluator.ts';
import { persistentVolumeClaimEvaluator } from './persistentvolumeclaims.ts';
import { podEvaluator } from './pods.ts';
import { resourceClaimEvaluator } from './resourceclaims.ts';
import { serviceEvaluator } from './services.ts';

/** Kinds of which more is counted than how many there are. Each is for objects of its own kind. */
// oxlint-disable-next-line typescript/no-explicit-any
const evaluators: Readonly<Record<string, Evaluator<any>>> = {
  pods: podEvaluator,
  services: serviceEvaluator,
  persistentvolumeclaims: persistentVolumeClaimEvaluator,
  'resourceclaims.resource.k8s.io': resourceClaimEvaluator,
};

/** Kinds that quotas also count by their plain name. */
const plainNames: ReadonlySet<string> = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets']);

/** Kinds that no quota counts. */
const uncounted: ReadonlySet<string> = new Set(['events', 'events.events.k8s.io']);

const known = new Map<string, Evaluator>(Object.entries(evaluators));

/** How much objects of a kind take of quotas; undefined for kinds that take nothing. */
export function evaluatorOf({ resource, namespaced, verbs }: AnyResource): Evaluator | undefined {
  // What cannot be listed is not there: reviews are answered and forgotten.
  if (!namespaced || !verbs.includes('list') || uncounted.has(resource)) return undefined;
  return known.get(resource) ?? objectCount(resource);
}

/** Counts the objects of a kind, whatever they are. */
function objectCount(resource: string): Evaluator {
  const names = [countName(resource), ...(plainNames.has(resource) ? [resource] : [])];
  const one = new Map(names.map((name) => [name, count(1)]));
  return {
    counts: (name) => names.includes(name),
    usage: (_: KubeObject) => one,
    isInScope: () => false,
    chargesUpdate: () => false,
  };
}
