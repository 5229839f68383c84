import { compareQuantities, formatQuantity } from '../../machinery/quantity.ts';
import { fieldForbidden, fieldInvalid, type FieldError } from '../../machinery/status.ts';
import { aggregateContainers, amountsOf } from './pod-resources.ts';
import type { PodSpec } from './pod-spec.ts';
import { validateContainerResources, validatePodResources } from './resources-validation.ts';

/** Checks the resources of a pod as a whole, and that its containers fit into them; and the overhead. */
export function validatePodLevelResources(spec: PodSpec, claimNames: ReadonlySet<string>, path: string): FieldError[] {
  const overhead = spec.overhead ? validateContainerResources({ limits: spec.overhead }, claimNames, `${path}.overhead`) : [];
  if (!spec.resources) return overhead;
  const at = `${path}.resources`;
  if (spec.os?.name === 'windows') return [...overhead, fieldForbidden(at, 'may not be set for a windows pod')];
  const errors = [...overhead];
  if (spec.resources.claims) errors.push(fieldForbidden(`${at}.claims`, 'claims may not be set for Resources at pod-level'));
  const wrong = validatePodResources(spec.resources, claimNames, at);
  // Sums of amounts that cannot be read say nothing.
  return wrong.length > 0 ? [...errors, ...wrong] : [...errors, ...validateFit(spec, at)];
}

function validateFit(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const requests = amountsOf(spec.resources?.requests);
  const limits = amountsOf(spec.resources?.limits);
  for (const [name, sum] of aggregateContainers(spec, 'requests')) {
    const own = requests.get(name);
    if (own && compareQuantities(sum, own) > 0)
      errors.push(
        fieldInvalid(
          `${path}.requests[${name}]`,
          formatQuantity(own),
          `must be greater than or equal to aggregate container requests of ${formatQuantity(sum)}`,
        ),
      );
  }
  for (const [i, container] of spec.containers.entries())
    for (const [name, limit] of amountsOf(container.resources?.limits)) {
      const own = limits.get(name);
      if (own && compareQuantities(limit, own) > 0)
        errors.push(
          fieldInvalid(
            `${path}.containers[${i}][${name}].limits`,
            formatQuantity(limit),
            `must be less than or equal to pod limits of ${formatQuantity(own)}`,
          ),
        );
    }
  return errors;
}
