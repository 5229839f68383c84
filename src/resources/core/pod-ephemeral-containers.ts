/** The subresource pods/ephemeralcontainers: containers that are added to a pod that runs, for a look into it. */
import type { Part } from '../../machinery/resource.ts';
import { fieldForbidden, type FieldError } from '../../machinery/status.ts';
import { changedFields } from '../shared/changed-fields.ts';
import { sameValue } from '../shared/same-value.ts';
import { isMirrorPod, validatePod } from './pod-validation.ts';
import type { Pod } from './pod.ts';

export const ephemeralContainersPart: Part<Pod> = {
  fields: { spec: { ephemeralContainers: true } },
  prepareForUpdate(pod, old) {
    const { ephemeralContainers } = pod.spec;
    pod.spec = structuredClone(old.spec);
    if (ephemeralContainers) pod.spec.ephemeralContainers = ephemeralContainers;
    else delete pod.spec.ephemeralContainers;
  },
  validateUpdate: validateEphemeralContainersUpdate,
};

/** They can be added and nothing else (`ValidatePodEphemeralContainersUpdate` upstream). */
function validateEphemeralContainersUpdate(pod: Pod, old: Pod): FieldError[] {
  if (isMirrorPod(old)) return [fieldForbidden('[]', 'static pods do not support ephemeral containers')];
  const errors = validatePod(pod);
  const path = 'spec.ephemeralContainers';
  for (const container of old.spec.ephemeralContainers ?? []) {
    const what = `existing ephemeral containers ${JSON.stringify(container.name)}`;
    const next = pod.spec.ephemeralContainers?.find(({ name }) => name === container.name);
    if (!next) errors.push(fieldForbidden(path, `${what} may not be removed\n`));
    else if (!sameValue(container, next))
      errors.push(fieldForbidden(path, `${what} may not be changed\n${changedFields(next, container, path)}`));
  }
  return errors;
}
