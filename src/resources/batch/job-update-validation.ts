/** What of a job may change (`ValidateJobUpdate` upstream). */
import { fieldInvalid, type FieldError } from '../../machinery/status.ts';
import type { Affinity } from '../shared/affinity.ts';
import type { Container } from '../shared/container.ts';
import { validateImmutable } from '../shared/immutable.ts';
import type { PodSpec, PodTemplateSpec } from '../shared/pod-spec.ts';
import { isConditionTrue } from './job-conditions.ts';
import type { JobSpec } from './job-spec.ts';
import { isIndexed } from './job-validation.ts';
import type { Job } from './job.ts';

const immutable = ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const;

export function validateJobUpdate({ spec }: Job, old: Job): FieldError[] {
  return [
    ...validateCompletions(spec, old.spec),
    ...validateImmutable(spec.selector, old.spec.selector, 'spec.selector'),
    ...validateTemplateUpdate(spec.template, old),
    ...immutable.flatMap((name) => validateImmutable(spec[name], old.spec[name], `spec.${name}`)),
  ];
}

/** Only indexed jobs can become larger or smaller, and only those that run all their indexes at once. */
function validateCompletions(spec: JobSpec, { completions: before }: JobSpec): FieldError[] {
  const { completions, parallelism } = spec;
  const at = 'spec.completions';
  if (!isIndexed(spec)) return validateImmutable(completions, before, at);
  if (completions === before || completions === undefined || completions === parallelism) return [];
  return [fieldInvalid(at, completions, 'can only be modified in tandem with spec.parallelism')];
}

/** As long as a job is suspended and has no pods, it may be said where they run and what they need. */
function validateTemplateUpdate(template: PodTemplateSpec, old: Job): FieldError[] {
  const { spec, status = {} } = old;
  const open =
    spec.suspend === true && (status.startTime === undefined || isConditionTrue(old, 'Suspended')) && (status.active ?? 0) === 0;
  if (!open) return validateImmutable(template, spec.template, 'spec.template');
  return validateImmutable(template.spec, withChangesOf(template.spec, spec.template.spec), 'spec.template.spec');
}

/** The old spec with those parts of the new one that may change. */
function withChangesOf(spec: PodSpec, old: PodSpec): PodSpec {
  const { nodeSelector, tolerations, schedulingGates } = spec;
  return {
    ...old,
    nodeSelector,
    tolerations,
    schedulingGates,
    affinity: withNodeAffinityOf(spec.affinity, old.affinity),
    containers: withResourcesOf(spec.containers, old.containers),
    initContainers: withResourcesOf(spec.initContainers ?? [], old.initContainers ?? []),
  };
}

function withNodeAffinityOf(affinity: Affinity | undefined, old: Affinity | undefined): Affinity | undefined {
  const merged = { ...old, nodeAffinity: affinity?.nodeAffinity };
  const nothing = Object.values(merged).every((value) => value === undefined);
  return nothing && !affinity ? undefined : merged;
}

function withResourcesOf(containers: readonly Container[], old: Container[]): Container[] {
  if (containers.length !== old.length) return old;
  return old.map((container, i) => {
    const { name, resources } = containers[i]!;
    return name === container.name ? { ...container, resources } : container;
  });
}
