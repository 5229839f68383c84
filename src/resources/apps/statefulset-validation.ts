/** Rules of StatefulSets (`ValidateStatefulSet`, `…Update`, `…StatusUpdate` upstream). */
import { fieldForbidden, fieldInvalid, fieldNotSupported, type FieldError } from '../../machinery/status.ts';
import { validateLabel } from '../shared/format-rules.ts';
import type { PodTemplateSpec } from '../shared/pod-spec.ts';
import { podTemplateWarnings } from '../shared/pod-warnings.ts';
import { sameValue } from '../shared/same-value.ts';
import { validateClaimSpec } from '../shared/volume-claim-validation.ts';
import { claimSpecWarnings } from '../shared/volume-claim-warnings.ts';
import type { RollingUpdateStatefulSetStrategy, StatefulSet, StatefulSetSpec } from './statefulset.ts';
import {
  amountOf,
  validateAllNonNegative,
  validateAtMost100Percent,
  validateCountOrPercent,
  validateNonNegative,
  validateNotDecremented,
  validateTemplate,
  validateWorkloadSelector,
} from './workload.ts';

export function validateStatefulSet({ spec }: StatefulSet): FieldError[] {
  const policies = spec.persistentVolumeClaimRetentionPolicy ?? {};
  const errors: FieldError[] = [];
  if (!['OrderedReady', 'Parallel'].includes(spec.podManagementPolicy ?? ''))
    errors.push(fieldInvalid('spec.podManagementPolicy', spec.podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"));
  errors.push(...validateStrategy(spec, 'spec.updateStrategy'));
  for (const name of ['whenDeleted', 'whenScaled'] as const)
    if (!['Retain', 'Delete'].includes(policies[name] ?? ''))
      errors.push(fieldNotSupported(`spec.persistentVolumeClaimRetentionPolicy.${name}`, policies[name], ['Retain', 'Delete']));
  return [
    ...errors,
    ...validateAllNonNegative(spec, 'spec', ['replicas', 'minReadySeconds']),
    ...validateNonNegative(spec.ordinals?.start, 'spec.ordinals.start'),
    ...validateWorkloadSelector(spec.selector, 'spec.selector', 'statefulset'),
    ...validateTemplate(asInPods(spec), spec.selector, 'spec.template', 'StatefulSet'),
  ];
}

/** The template as pods will have it: the controller names the host, and mounts the claims over volumes of their names. */
function asInPods({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec {
  const { subdomain: _, hostname: __, ...spec } = template.spec;
  const names = volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? '');
  const volumes = [
    ...names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
    ...(spec.volumes ?? []).filter(({ name }) => !names.includes(name)),
  ];
  return { ...template, spec: { ...spec, volumes } };
}

function validateStrategy({ updateStrategy = {} }: StatefulSetSpec, path: string): FieldError[] {
  const { type, rollingUpdate } = updateStrategy;
  switch (type) {
    case 'OnDelete':
      return rollingUpdate
        ? [fieldInvalid(`${path}.rollingUpdate`, rollingUpdate, "only allowed for updateStrategy 'RollingUpdate'")]
        : [];
    case 'RollingUpdate':
      return rollingUpdate ? validateRollingUpdate(rollingUpdate, `${path}.rollingUpdate`) : [];
    default:
      return [fieldInvalid(path, updateStrategy, "must be 'RollingUpdate' or 'OnDelete'")];
  }
}

function validateRollingUpdate({ partition, maxUnavailable }: RollingUpdateStatefulSetStrategy, path: string): FieldError[] {
  const errors = validateNonNegative(partition, `${path}.partition`);
  if (maxUnavailable === undefined) return errors;
  const at = `${path}.maxUnavailable`;
  errors.push(...validateCountOrPercent(maxUnavailable, at));
  if (amountOf(maxUnavailable) === 0) errors.push(fieldInvalid(at, maxUnavailable, 'cannot be 0'));
  return [...errors, ...validateAtMost100Percent(maxUnavailable, at)];
}

/** What cannot be changed is only checked when it is new. */
export function validateStatefulSetCreate({ spec }: StatefulSet): FieldError[] {
  return [
    ...(spec.volumeClaimTemplates ?? []).flatMap((claim, i) =>
      validateClaimSpec(claim.spec, `spec.volumeClaimTemplates[${i}].spec`),
    ),
    ...(spec.serviceName ? validateLabel(spec.serviceName, 'spec.serviceName') : []),
  ];
}

/** In the order of upstream's message. */
const updatable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const satisfies readonly (keyof StatefulSetSpec)[];

export function validateStatefulSetUpdate({ spec }: StatefulSet, old: StatefulSet): FieldError[] {
  const rest: StatefulSetSpec = { ...spec };
  for (const name of updatable) Object.assign(rest, { [name]: old.spec[name] });
  if (sameValue(rest, old.spec)) return [];
  const quoted = updatable.map((name) => `'${name}'`);
  const names = `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
  return [fieldForbidden('spec', `updates to statefulset spec for fields other than ${names} are forbidden`)];
}

export function validateStatefulSetStatus({ status = { replicas: 0 } }: StatefulSet, old: StatefulSet): FieldError[] {
  const { replicas, readyReplicas = 0, availableReplicas = 0, collisionCount } = status;
  const errors = validateAllNonNegative(status, 'status', [
    'replicas',
    'readyReplicas',
    'currentReplicas',
    'updatedReplicas',
    'availableReplicas',
    'observedGeneration',
    'collisionCount',
  ]);
  for (const name of ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const)
    if ((status[name] ?? 0) > replicas)
      errors.push(fieldInvalid(`status.${name}`, status[name], 'cannot be greater than status.replicas'));
  if (availableReplicas > readyReplicas)
    errors.push(fieldInvalid('status.availableReplicas', availableReplicas, 'cannot be greater than status.readyReplicas'));
  return [...errors, ...validateNotDecremented(collisionCount, old.status?.collisionCount, 'status.collisionCount')];
}

export function warnings(set: StatefulSet, old: StatefulSet | undefined): string[] {
  const { spec } = set;
  // On updates upstream's path goes on where it should not.
  const below = old ? '.Spec' : '';
  const found = [
    ...podTemplateWarnings(spec.template, 'spec.template', set, old),
    ...(spec.volumeClaimTemplates ?? []).flatMap((claim, i) =>
      claimSpecWarnings(claim.spec, `spec.volumeClaimTemplates[${i}]${below}`),
    ),
  ];
  if ((spec.revisionHistoryLimit ?? 0) >= 0) return found;
  return [...found, 'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended'];
}
