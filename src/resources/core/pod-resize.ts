/** The subresource pods/resize: more or less cpu and memory for a pod that runs (`ValidatePodResize` upstream). */
import type { Part } from '../../machinery/resource.ts';
import { fieldForbidden, fieldInvalid, type FieldError } from '../../machinery/status.ts';
import type { Container, ResourceRequirements } from '../shared/container.ts';
import { isRestartable, qosClass } from '../shared/pod-resources.ts';
import type { PodSpec } from '../shared/pod-spec.ts';
import { sameValue } from '../shared/same-value.ts';
import { isMirrorPod, validatePod } from './pod-validation.ts';
import type { Pod } from './pod.ts';

const ofContainers = { resources: true, resizePolicy: true } as const;

export const resizePart: Part<Pod> = {
  fields: { spec: { containers: ofContainers, initContainers: ofContainers } },
  prepareForUpdate(pod, old) {
    const { containers, initContainers = [], resources } = pod.spec;
    const before = old.spec.initContainers ?? [];
    // With other containers it is refused, by validation.
    if (containers.length !== old.spec.containers.length || initContainers.length !== before.length) return;
    pod.spec = structuredClone(old.spec);
    pod.spec.containers = withSizesOf(containers, old.spec.containers);
    if (before.length > 0) pod.spec.initContainers = withSizesOf(initContainers, before);
    if (resources) pod.spec.resources = resources;
    else delete pod.spec.resources;
  },
  validateUpdate: validateResize,
};

/** The old containers with the resources and resize policies of the new ones; the new ones if they are others. */
function withSizesOf(containers: Container[], old: readonly Container[]): Container[] {
  if (containers.some(({ name }, i) => name !== old[i]!.name)) return containers;
  return old.map((container, i) => {
    const { resources: _resources, resizePolicy: _policy, ...rest } = structuredClone(container);
    const { resources, resizePolicy } = containers[i]!;
    return { ...rest, ...(resources && { resources }), ...(resizePolicy && { resizePolicy }) };
  });
}

const onlyComputeMutable = 'only cpu and memory resources are mutable';

function validateResize(pod: Pod, old: Pod): FieldError[] {
  if (isMirrorPod(old)) return [fieldForbidden('[]', 'static pods cannot be resized')];
  if (old.spec.os?.name === 'windows') return [fieldForbidden('[]', 'windows pods cannot be resized')];
  const errors = validatePod(pod);
  if ((old.status?.qosClass || qosClass(old.spec)) !== qosClass(pod.spec))
    errors.push(fieldInvalid('spec', pod.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing'));
  if (!mayBeResized(old)) errors.push(fieldForbidden('spec', 'Pod running on node without support for resize'));
  errors.push(...validatePodLevelResize(pod.spec, old.spec));
  if (old.status?.nodeAllocatableResourceClaimStatuses?.length)
    errors.push(fieldForbidden('spec', 'pods with node allocatable resource claims cannot be resized'));
  const others = validateSameContainers(pod.spec, old.spec);
  if (others.length > 0) return [...errors, ...others];
  errors.push(...validateContainers(pod.spec, old.spec));
  if (errors.length === 0 && !sameValue(withComputeOf(pod.spec, old.spec), old.spec))
    errors.push(fieldForbidden('spec', onlyComputeMutable));
  return errors;
}

/** A kubelet that can resize reports the resources of what runs. While nothing runs, it is taken to be able to. */
function mayBeResized({ status }: Pod): boolean {
  const running = status?.containerStatuses?.find(({ state }) => state?.running);
  return running === undefined || running.resources !== undefined;
}

const isSet = (resources: ResourceRequirements | undefined): boolean =>
  Object.keys(resources?.requests ?? {}).length + Object.keys(resources?.limits ?? {}).length > 0;

function validatePodLevelResize({ resources }: PodSpec, { resources: old }: PodSpec): FieldError[] {
  if (!isSet(resources) && !isSet(old)) return [];
  const path = 'spec.resources';
  if (old && !resources) return [fieldForbidden(path, 'pod-level resources cannot be removed')];
  const errors = (['requests', 'limits'] as const)
    .filter((part) => anyRemoved(resources?.[part], old?.[part]))
    .map((part) => fieldForbidden(`${path}.${part}`, `pod-level resource ${part} cannot be removed`));
  if (!sameValue(podComputeOf(resources, old), old))
    errors.push(fieldForbidden('spec', 'only cpu and memory resources are mutable at pod-level'));
  return errors;
}

type Amounts = Readonly<Record<string, string>> | undefined;

const anyRemoved = (amounts: Amounts = {}, old: Amounts = {}): boolean => Object.keys(old).some((name) => !(name in amounts));

function validateSameContainers(spec: PodSpec, old: PodSpec): FieldError[] {
  return (['containers', 'initContainers'] as const).flatMap((part) => {
    const path = `spec.${part}`;
    const containers = spec[part] ?? [];
    const before = old[part] ?? [];
    if (containers.length !== before.length) return [fieldForbidden(path, `${part} may not be added or removed on resize`)];
    return before.flatMap(({ name }, i) =>
      containers[i]!.name === name
        ? []
        : [fieldForbidden(`${path}[${i}].name`, `${part} may not be renamed or reordered on resize`)],
    );
  });
}

function validateContainers(spec: PodSpec, old: PodSpec): FieldError[] {
  const errors: FieldError[] = [];
  for (const part of ['initContainers', 'containers'] as const)
    for (const [i, { resources }] of (old[part] ?? []).entries())
      for (const list of ['requests', 'limits'] as const)
        if (anyRemoved(spec[part]![i]!.resources?.[list], resources?.[list]))
          errors.push(fieldForbidden(`spec.${part}[${i}].resources.${list}`, `resource ${list} cannot be removed`));
  for (const [i, container] of spec.containers.entries())
    if (!differOnlyInCompute(container, old.containers[i]!)) errors.push(fieldForbidden('spec', onlyComputeMutable));
  for (const [i, container] of (spec.initContainers ?? []).entries()) {
    const before = old.initContainers![i]!;
    const path = `spec.initContainers[${i}]`;
    if (!differOnlyInCompute(container, before))
      errors.push(fieldForbidden(path, 'only cpu and memory resources for init or sidecar containers are mutable'));
    if (!sameValue(container, before) && !isRestartable(container))
      for (const { restartPolicy } of container.resizePolicy ?? [])
        if (restartPolicy === 'RestartContainer')
          errors.push(
            fieldForbidden(path, 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized'),
          );
  }
  return errors;
}

/** The spec with the cpu and memory of the old one. */
const withComputeOf = (spec: PodSpec, old: PodSpec): PodSpec => ({
  ...spec,
  containers: spec.containers.map((container, i) => containerWithComputeOf(container, old.containers[i]!)),
  initContainers: spec.initContainers?.map((container, i) => containerWithComputeOf(container, old.initContainers![i]!)),
  resources: isSet(spec.resources) || isSet(old.resources) ? podComputeOf(spec.resources, old.resources) : spec.resources,
});

const differOnlyInCompute = (container: Container, old: Container): boolean =>
  sameValue(containerWithComputeOf(container, old), { ...old, resources: old.resources ?? {} });

/** Claims are left out, so that a container with claims cannot be resized. */
const containerWithComputeOf = (container: Container, old: Container): Container => ({
  ...container,
  resources: {
    limits: computeOf(container.resources?.limits, old.resources?.limits),
    requests: computeOf(container.resources?.requests, old.resources?.requests),
  },
});

/** The pod's own resources with the old cpu and memory; none if nothing else is left where there were none. */
function podComputeOf(resources: ResourceRequirements | undefined, old: ResourceRequirements | undefined) {
  if (!resources) return undefined;
  const masked: ResourceRequirements = {
    ...resources,
    limits: computeOf(resources.limits, old?.limits),
    requests: computeOf(resources.requests, old?.requests),
  };
  return !old && !isSet(masked) && !masked.claims?.length ? undefined : masked;
}

function computeOf(amounts: Amounts, old: Amounts): Record<string, string> | undefined {
  const masked: Record<string, string> = { ...amounts };
  for (const name of ['cpu', 'memory']) {
    delete masked[name];
    if (old?.[name] !== undefined) masked[name] = old[name];
  }
  return Object.keys(masked).length === 0 ? undefined : masked;
}
