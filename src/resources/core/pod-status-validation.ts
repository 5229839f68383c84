/** What may be written about a pod (`ValidatePodStatusUpdate` upstream). */
import { fieldForbidden, fieldInvalid, type FieldError } from '../../machinery/status.ts';
import { isDualStack, validateIp } from '../shared/addresses.ts';
import type { ContainerStatus } from '../shared/container-status.ts';
import type { Container } from '../shared/container.ts';
import { validateQualifiedName } from '../shared/format-rules.ts';
import type { PodSpec } from '../shared/pod-spec.ts';
import type { PodStatus } from '../shared/pod-status.ts';
import { validateNodeName } from './pod-validation.ts';
import type { Pod } from './pod.ts';

const systemConditions = ['PodScheduled', 'Ready', 'Initialized'];

export function validatePodStatusUpdate({ status = {} }: Pod, { spec, status: old = {} }: Pod): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { type, observedGeneration }] of (status.conditions ?? []).entries()) {
    const at = `status.conditions[${i}]`;
    if ((observedGeneration ?? 0) < 0)
      errors.push(fieldInvalid(`${at}.observedGeneration`, observedGeneration, 'must be a non-negative integer'));
    if (!systemConditions.includes(type)) errors.push(...validateQualifiedName(type ?? '', `${at}.Type`));
  }
  errors.push(...validateNomination(status, old, spec));
  if ((status.observedGeneration ?? 0) < 0)
    errors.push(fieldInvalid('status.observedGeneration', status.observedGeneration, 'must be a non-negative integer'));
  if (status.qosClass !== old.qosClass) errors.push(fieldInvalid('status.qosClass', status.qosClass ?? '', 'field is immutable'));
  for (const part of ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const)
    errors.push(...validateTransitions(status[part] ?? [], old[part] ?? [], spec, part));
  return [...errors, ...validateAddresses(status, old)];
}

function validateNomination(
  { nominatedNodeName: name }: PodStatus,
  { nominatedNodeName: before }: PodStatus,
  spec: PodSpec,
): FieldError[] {
  if (!name || name === before) return [];
  const path = 'status.nominatedNodeName';
  const errors = validateNodeName(name, path);
  if (spec.nodeName) errors.push(fieldForbidden(path, 'may not be set on pods that are already bound to a node'));
  return errors;
}

/** A container that ended for good may not run again. */
function validateTransitions(
  statuses: readonly ContainerStatus[],
  old: readonly ContainerStatus[],
  spec: PodSpec,
  part: 'containerStatuses' | 'initContainerStatuses' | 'ephemeralContainerStatuses',
): FieldError[] {
  const all = [...spec.containers, ...(spec.initContainers ?? [])];
  const mayRestartAll = all.some((c) => c.restartPolicyRules?.some((rule) => rule.action === 'RestartAllContainers'));
  if (mayRestartAll && part !== 'ephemeralContainerStatuses') return [];
  const containers = {
    containerStatuses: spec.containers,
    initContainerStatuses: spec.initContainers,
    ephemeralContainerStatuses: [],
  }[part];
  return old.flatMap(({ name, state }, i) => {
    const now = statuses.find((status) => status.name === name);
    if (!state?.terminated || !now || now.state?.terminated) return [];
    const container = containers?.find((c) => c.name === name);
    if (container && restarts(container, spec, state.terminated.exitCode)) return [];
    return [fieldForbidden(`status.${part}[${i}].state`, 'may not be transitioned to non-terminated state')];
  });
}

/** Whether a container is started again after it ended with this code: by its rules, its policy, or the pod's. */
function restarts(container: Container, spec: PodSpec, exitCode: number): boolean {
  for (const { action, exitCodes } of container.restartPolicyRules ?? []) {
    const listed = exitCodes?.values?.includes(exitCode) ?? false;
    if (action === 'Restart' && exitCodes && (exitCodes.operator === 'In') === listed) return true;
  }
  switch (container.restartPolicy ?? spec.restartPolicy) {
    case 'Never':
      return false;
    case 'OnFailure':
      return exitCode !== 0;
    default:
      return true;
  }
}

function validateAddresses(status: PodStatus, old: PodStatus): FieldError[] {
  const errors: FieldError[] = [];
  const hostIPs = status.hostIPs ?? [];
  if (hostIPs.length > 0 && status.hostIP !== hostIPs[0]!.ip)
    errors.push(fieldInvalid('status.hostIPs[0].ip', hostIPs[0]!.ip, 'must be equal to `hostIP`'));
  for (const part of ['podIPs', 'hostIPs'] as const) {
    const addresses = (status[part] ?? []).map(({ ip }) => ip);
    const known = new Set(old[part]?.map(({ ip }) => ip));
    for (const [i, ip] of addresses.entries()) if (!known.has(ip)) errors.push(...validateIp(ip, `status.${part}[${i}]`));
    if (addresses.length > 1 && !isDualStack(addresses))
      errors.push(fieldInvalid(`status.${part}`, status[part], 'may specify no more than one IP for each IP family'));
  }
  return errors;
}
