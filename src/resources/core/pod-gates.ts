/** What may change in a pod, above all while scheduling gates hold it back (`ValidatePodUpdate` upstream). */
import { fieldInvalid, type FieldError } from '../../machinery/status.ts';
import type { Affinity, NodeAffinity, NodeSelectorTerm } from '../shared/affinity.ts';
import type { Container } from '../shared/container.ts';
import type { PodSpec } from '../shared/pod-spec.ts';
import { sameValue } from '../shared/same-value.ts';

const isGated = (spec: PodSpec): boolean => (spec.schedulingGates?.length ?? 0) > 0;

/** The new spec with every change taken back that is allowed or was reported by itself; both have the same containers. */
export function withAllowedChangesUndone(spec: PodSpec, old: PodSpec): PodSpec {
  const undone: PodSpec = {
    ...spec,
    containers: withImagesOf(spec.containers, old.containers)!,
    initContainers: withImagesOf(spec.initContainers, old.initContainers),
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    tolerations: old.tolerations,
    schedulingGates: old.schedulingGates,
  };
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1)
    undone.terminationGracePeriodSeconds = old.terminationGracePeriodSeconds;
  if (isGated(old)) {
    undone.nodeSelector = old.nodeSelector;
    undone.affinity = withNodeAffinityOf(spec.affinity, old.affinity);
  }
  return undone;
}

const withImagesOf = (containers: Container[] | undefined, old: Container[] | undefined): Container[] | undefined =>
  containers?.map((container, i) => ({ ...container, image: old?.[i]?.image }));

function withNodeAffinityOf(affinity: Affinity | undefined, old: Affinity | undefined): Affinity | undefined {
  const undone = { ...affinity, nodeAffinity: old?.nodeAffinity };
  return old === undefined && Object.values(undone).every((part) => part === undefined) ? undefined : undone;
}

/** A gated pod has not been placed: its node selector and node affinity may become narrower. */
export function validateGatedChanges(spec: PodSpec, old: PodSpec): FieldError[] {
  if (!isGated(old)) return [];
  const errors: FieldError[] = [];
  const selector = spec.nodeSelector ?? {};
  if (Object.entries(old.nodeSelector ?? {}).some(([key, value]) => selector[key] !== value))
    errors.push(
      fieldInvalid('spec.nodeSelector', selector, 'only additions to spec.nodeSelector are allowed (no mutations or deletions)'),
    );
  return [...errors, ...validateNodeAffinityChange(spec.affinity?.nodeAffinity, old.affinity?.nodeAffinity)];
}

function validateNodeAffinityChange(affinity: NodeAffinity | undefined, old: NodeAffinity | undefined): FieldError[] {
  const before = old?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const terms = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const path = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  if (before.length === 0) return [];
  if (before.length !== terms.length)
    return [fieldInvalid(path, terms, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')];
  return terms.flatMap((term, i) =>
    onlyAdds(term, before[i]!)
      ? []
      : [fieldInvalid(`${path}[${i}]`, term, 'only additions are allowed (no mutations or deletions)')],
  );
}

/** An empty term matches nothing, so that adding to it would widen it. */
function onlyAdds(term: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const parts = ['matchExpressions', 'matchFields'] as const;
  if (parts.every((part) => !old[part]?.length)) return parts.every((part) => !term[part]?.length);
  return parts.every((part) => sameValue((term[part] ?? []).slice(0, old[part]?.length ?? 0), old[part] ?? []));
}
