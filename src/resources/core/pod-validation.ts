/** Rules of pods beyond their spec, and of changes to them (`ValidatePodCreate`, `ValidatePodUpdate` upstream). */
import { isDNS1123Subdomain } from '../../machinery/names.ts';
import { fieldForbidden, fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { changedFields } from '../shared/changed-fields.ts';
import { validateImagePadding } from '../shared/container-validation.ts';
import type { Container } from '../shared/container.ts';
import { inclusiveRange, maxInt32 } from '../shared/format-rules.ts';
import type { PodSpec } from '../shared/pod-spec.ts';
import { validatePodSpec } from '../shared/pod-validation.ts';
import { validateProfileAnnotations } from './pod-annotations.ts';
import { withAllowedChangesUndone, validateGatedChanges } from './pod-gates.ts';
import type { Pod } from './pod.ts';
import { sameValue } from '../shared/same-value.ts';

const mirrorAnnotation = 'kubernetes.io/config.mirror';
const deletionCostAnnotation = 'controller.kubernetes.io/pod-deletion-cost';

/** Whether a kubelet made the pod, to show what it runs by itself. */
export const isMirrorPod = ({ metadata }: Pod): boolean => metadata.annotations?.[mirrorAnnotation] !== undefined;

export function validatePod(pod: Pod): FieldError[] {
  const { metadata, spec } = pod;
  const annotations = metadata.annotations ?? {};
  const errors: FieldError[] = [];
  const mirror = annotations[mirrorAnnotation];
  if (mirror !== undefined && !spec.nodeName)
    errors.push(
      fieldInvalid(`metadata.annotations[${mirrorAnnotation}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set'),
    );
  const cost = annotations[deletionCostAnnotation];
  if (cost !== undefined && !isInt32(cost))
    errors.push(fieldInvalid(`metadata.annotations[${deletionCostAnnotation}]`, cost, 'must be a 32bit integer'));
  errors.push(...validateProfileAnnotations(pod), ...validatePodSpec(spec, metadata.name, 'spec'));
  for (const part of ['containers', 'initContainers'] as const)
    errors.push(...(spec[part] ?? []).flatMap((container, i) => validateImagePadding(container, `spec.${part}[${i}]`)));
  return errors;
}

/** As Go reads it: no plus sign, no leading zeros. */
const isInt32 = (text: string): boolean =>
  /^(0|-?[1-9][0-9]{0,9})$/.test(text) && Number(text) >= -maxInt32 - 1 && Number(text) <= maxInt32;

export function validatePodCreate({ spec }: Pod): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.ephemeralContainers?.length) errors.push(fieldForbidden('spec.ephemeralContainers', 'cannot be set on create'));
  if (spec.nodeName && spec.schedulingGates?.length)
    errors.push(fieldForbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  return errors;
}

const updatable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

/** Of a pod's spec little may change: containers are not restarted for it. */
export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors = validateAnnotationUpdate(pod, old);
  for (const part of ['containers', 'initContainers'] as const) {
    const containers = pod.spec[part] ?? [];
    if (containers.length !== (old.spec[part] ?? []).length)
      return [...errors, fieldForbidden(`spec.${part}`, 'pod updates may not add or remove containers')];
    errors.push(...validateImages(containers, `spec.${part}`));
  }
  const deadline = validateDeadline(pod.spec, old.spec);
  errors.push(...deadline);
  if (deadline.length > 0 && pod.spec.activeDeadlineSeconds !== undefined) return errors;
  errors.push(...validateTolerationUpdate(pod.spec, old.spec), ...validateGateRemoval(pod.spec, old.spec));
  if (sameValue(pod.spec, old.spec)) return errors;
  errors.push(...validateGatedChanges(pod.spec, old.spec));
  const rest = withAllowedChangesUndone(pod.spec, old.spec);
  if (!sameValue(rest, old.spec))
    errors.push(
      fieldForbidden(
        'spec',
        `pod updates may not change fields other than ${updatable}\n${changedFields(rest, old.spec, 'spec')}`,
      ),
    );
  return errors;
}

/** Mirror pods are marked by the kubelet that made them, for good. */
function validateAnnotationUpdate(pod: Pod, old: Pod): FieldError[] {
  const value = pod.metadata.annotations?.[mirrorAnnotation];
  const before = old.metadata.annotations?.[mirrorAnnotation];
  if (value === before) return [];
  const what = before === undefined ? 'may not add' : 'may not remove or update';
  return [fieldForbidden(`metadata.annotations[${mirrorAnnotation}]`, `${what} mirror pod annotation`)];
}

const validateImages = (containers: readonly Container[], path: string): FieldError[] =>
  containers.flatMap((container, i) => (container.image ? [] : [fieldRequired(`${path}[${i}].image`)]));

/** A deadline may be set or brought forward. */
function validateDeadline({ activeDeadlineSeconds: seconds }: PodSpec, { activeDeadlineSeconds: before }: PodSpec): FieldError[] {
  const path = 'spec.activeDeadlineSeconds';
  if (seconds === undefined)
    return before === undefined ? [] : [fieldInvalid(path, undefined, 'must not update from a positive integer to nil value')];
  if (seconds < 0 || seconds > maxInt32) return [fieldInvalid(path, seconds, inclusiveRange(0, maxInt32))];
  return before !== undefined && before < seconds
    ? [fieldInvalid(path, seconds, 'must be less than or equal to previous value')]
    : [];
}

function validateTolerationUpdate({ tolerations = [] }: PodSpec, { tolerations: before = [] }: PodSpec): FieldError[] {
  const kept = before.every(({ tolerationSeconds: _, ...toleration }) =>
    tolerations.some(({ tolerationSeconds: _seconds, ...other }) => sameValue(toleration, other)),
  );
  return kept ? [] : [fieldForbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
}

function validateGateRemoval({ schedulingGates: gates = [] }: PodSpec, { schedulingGates: before = [] }: PodSpec): FieldError[] {
  return gates.flatMap(({ name }, i) =>
    before.some((gate) => gate.name === name)
      ? []
      : [fieldForbidden(`spec.schedulingGates[${i}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`)],
  );
}

/** Checks that `nodeName` is a name that a node could have. */
export const validateNodeName = (name: string, path: string): FieldError[] =>
  isDNS1123Subdomain(name).map((message) => fieldInvalid(path, name, message));
