import type { NamespaceCondition } from '../../resources/core/namespace.ts';

/** What is left in a namespace that is being deleted. */
export interface Remaining {
  /** How many objects there are, by `plural.group`; the core group is empty, which leaves the dot. */
  byResource: ReadonlyMap<string, number>;
  /** How many objects wait for a finalizer, by the finalizer. */
  byFinalizer: ReadonlyMap<string, number>;
  /** What went wrong with deletions. */
  failures: readonly string[];
}

/** The conditions of a namespace that is being deleted, in upstream's order and words, as they are when nothing is wrong. */
const okConditions = [
  ['NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'],
  ['NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
  ['NamespaceDeletionContentFailure', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  ['NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
] as const;

/** The conditions that say what is remaining, or `undefined` if they say it already. `now` is a `metav1.Time`. */
export function namespaceConditions(
  current: readonly NamespaceCondition[],
  remaining: Remaining,
  now: string,
): NamespaceCondition[] | undefined {
  const problems = problemsOf(remaining);
  const next = [...current];
  let changed = false;
  for (const [type, okReason, okMessage] of okConditions) {
    const problem = problems.get(type);
    const [status, reason, message] = problem ? ['True', ...problem] : ['False', okReason, okMessage];
    const at = next.findIndex((condition) => condition.type === type);
    const old = next[at];
    if (old?.status === status && old.reason === reason && old.message === message) continue;
    const lastTransitionTime = old?.status === status ? old?.lastTransitionTime : now;
    next.splice(at < 0 ? next.length : at, at < 0 ? 0 : 1, { type, status, reason, message, lastTransitionTime });
    changed = true;
  }
  return changed ? next : undefined;
}

function problemsOf({ byResource, byFinalizer, failures }: Remaining): Map<string, [reason: string, message: string]> {
  const problems = new Map<string, [string, string]>();
  if (failures.length > 0)
    problems.set('NamespaceDeletionContentFailure', [
      'ContentDeletionFailed',
      `Failed to delete all resource types, ${failures.length} remaining: ${[...failures].sort().join(', ')}`,
    ]);
  if (byResource.size > 0)
    problems.set('NamespaceContentRemaining', [
      'SomeResourcesRemain',
      `Some resources are remaining: ${listed(byResource, (name, count) => `${name} has ${count} resource instances`)}`,
    ]);
  if (byFinalizer.size > 0)
    problems.set('NamespaceFinalizersRemaining', [
      'SomeFinalizersRemain',
      `Some content in the namespace has finalizers remaining: ${listed(byFinalizer, (name, count) => `${name} in ${count} resource instances`)}`,
    ]);
  return problems;
}

const listed = (counts: ReadonlyMap<string, number>, say: (name: string, count: number) => string): string =>
  [...counts]
    .map(([name, count]) => say(name, count))
    .sort()
    .join(', ');
