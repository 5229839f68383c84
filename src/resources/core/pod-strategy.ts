/** What happens when a pod is written (registry/core/pod `podStrategy`). */
import { rfc3339 } from '../../lib/clock.ts';
import { copyPlain } from '../../machinery/plain.ts';
import type { StrategyContext } from '../../machinery/resource.ts';
import type { PodAffinityTerm } from '../shared/affinity.ts';
import { appArmorAnnotation, appArmorFromAnnotation } from '../shared/app-armor.ts';
import { containersOf } from '../shared/container-warnings.ts';
import type { LabelSelector } from '../shared/label-selector.ts';
import { qosClass } from '../shared/pod-resources.ts';
import type { PodStatus } from '../shared/pod-status.ts';
import { appArmorWarning } from '../shared/pod-warnings.ts';
import { sameValue } from '../shared/same-value.ts';
import { validateAppArmor } from '../shared/security-validation.ts';
import type { Pod } from './pod.ts';

export function prepareForCreate(pod: Pod, { now, warnings }: StrategyContext): void {
  pod.status = { phase: 'Pending', qosClass: qosClass(pod.spec) };
  if (pod.spec.schedulingGates?.length)
    pod.status.conditions = [
      {
        type: 'PodScheduled',
        status: 'False',
        lastTransitionTime: rfc3339(now),
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ];
  fixLabelKeys(pod);
  if (pod.spec.os?.name !== 'windows') warnings?.push(...fieldsFromAppArmorAnnotations(pod));
}

/**
 * Makes fields of annotations about AppArmor, where they say something else than the pod as a whole. Returns what is to be
 * told about them.
 */
function fieldsFromAppArmorAnnotations({ metadata, spec }: Pod): string[] {
  return containersOf(spec, 'spec').flatMap(({ container }) => {
    const name = appArmorAnnotation(container.name);
    const annotation = metadata.annotations?.[name];
    if (annotation === undefined || container.securityContext?.appArmorProfile) return [];
    const profile = appArmorFromAnnotation(annotation);
    const valid = profile && validateAppArmor(profile, '').length === 0;
    if (valid && sameValue(profile, spec.securityContext?.appArmorProfile)) return [];
    if (valid) container.securityContext = { ...container.securityContext, appArmorProfile: profile };
    return [appArmorWarning(name, 'metadata.annotations')];
  });
}

/** Writes the pod's own label values into selectors that ask for them by key, once: labels may change later. */
function fixLabelKeys({ metadata: { labels = {} }, spec }: Pod): void {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  const terms: PodAffinityTerm[] = [podAffinity, podAntiAffinity].flatMap((affinity) => [
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).flatMap((weighted) => weighted.podAffinityTerm ?? []),
  ]);
  for (const { labelSelector, matchLabelKeys, mismatchLabelKeys } of terms) {
    require(labelSelector, matchLabelKeys, 'In', labels);
    require(labelSelector, mismatchLabelKeys, 'NotIn', labels);
  }
  for (const { labelSelector, matchLabelKeys } of spec.topologySpreadConstraints ?? [])
    require(labelSelector, matchLabelKeys, 'In', labels);
}

function require(
  selector: LabelSelector | undefined,
  keys: readonly string[] | undefined,
  operator: 'In' | 'NotIn',
  labels: Readonly<Record<string, string>>,
): void {
  // Without a selector nothing is selected, whatever the keys.
  if (!selector) return;
  for (const key of keys ?? []) {
    const value = labels[key];
    if (value !== undefined) (selector.matchExpressions ??= []).push({ key, operator, values: [value] });
  }
}

/** Old kubelets leave out what they do not know; it stays as it was. */
export function prepareForStatusUpdate(pod: Pod, old: Pod): void {
  // A kubelet with an old view of the pod must not bring a lost owner back.
  if (old.metadata.ownerReferences) pod.metadata.ownerReferences = copyPlain(old.metadata.ownerReferences);
  else delete pod.metadata.ownerReferences;
  const status = (pod.status ??= {});
  alignPodIPs(status);
  if (!status.qosClass && old.status?.qosClass) status.qosClass = old.status.qosClass;
  if (!status.observedGeneration && old.status?.observedGeneration) status.observedGeneration = old.status.observedGeneration;
  for (const condition of status.conditions ?? []) {
    const before = old.status?.conditions?.find(({ type }) => type === condition.type)?.observedGeneration;
    if (!condition.observedGeneration && before) condition.observedGeneration = before;
  }
}

/** A pod that no kubelet has, or whose containers have all ended, needs no time to end. */
export function gracePeriodSeconds({ spec, status }: Pod, requested: number | undefined): number {
  const seconds = requested ?? spec.terminationGracePeriodSeconds ?? 0;
  if (!spec.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0;
  return seconds < 0 ? 1 : seconds;
}

/** `podIP` is the first of `podIPs`; who knows only the old field means both. */
function alignPodIPs(status: PodStatus): void {
  if (status.podIP && status.podIPs?.[0]?.ip !== status.podIP) status.podIPs = [{ ip: status.podIP }];
  if (status.podIPs?.[0]) status.podIP = status.podIPs[0].ip;
}
