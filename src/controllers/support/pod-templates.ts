import { defaultPodTemplate } from '../../resources/shared/pod-defaults.ts';
import { PodTemplateSpecSchema, type PodTemplateSpec } from '../../resources/shared/pod-spec.ts';
import { semanticEqual } from './semantic-equal.ts';

const equalTemplates = (a: PodTemplateSpec, b: PodTemplateSpec): boolean => semanticEqual(PodTemplateSpecSchema, a, b);

/**
 * The first of `candidates` whose template makes the same pods as `template`. Objects stored before a default was introduced
 * lack it: such a template is still the same, and recording it over and over would not make it so. Hence the second look,
 * with defaults, where the first found none.
 */
export function findTemplate<T>(
  candidates: readonly T[],
  templateOf: (candidate: T) => PodTemplateSpec,
  template: PodTemplateSpec,
): T | undefined {
  const equal = candidates.find((candidate) => equalTemplates(templateOf(candidate), template));
  if (equal || candidates.length === 0) return equal;
  const complete = withDefaults(template);
  return candidates.find((candidate) => equalTemplates(withDefaults(templateOf(candidate)), complete));
}

function withDefaults(template: PodTemplateSpec): PodTemplateSpec {
  const copy = structuredClone(template);
  defaultPodTemplate(copy);
  return copy;
}
