/** The spec of a pod, by itself or in the template of a workload (`ValidatePodSpec`, `ValidatePodTemplateSpec` upstream). */
import { isDNS1123Subdomain, validateAnnotations, validateLabels } from '../../machinery/names.ts';
import {
  fieldDuplicate,
  fieldForbidden,
  fieldInvalid,
  fieldNotFound,
  fieldRequired,
  fieldTooLong,
  type FieldError,
} from '../../machinery/status.ts';
import { validateIp } from './addresses.ts';
import { validateContainers, validateEphemeralContainers, validateInitContainers } from './container-validation.ts';
import {
  inclusiveRange,
  invalidEach,
  maxInt32,
  validateChoice,
  validateLabel,
  validateOptionalChoice,
  validateQualifiedName,
  validateSubdomain,
} from './format-rules.ts';
import { validateOperatingSystem } from './os-validation.ts';
import { validateDns } from './pod-dns-validation.ts';
import { validatePodLevelResources } from './pod-resources-validation.ts';
import type { PodResourceClaim, PodSchedulingGate, PodSpec, PodTemplateSpec } from './pod-spec.ts';
import { validateAffinity, validateSpreadConstraints, validateTolerations } from './scheduling-validation.ts';
import { validatePodSecurityContext, validateUserNamespace } from './security-validation.ts';
import { validateVolumes } from './volumes-validation.ts';
import type { Volume } from './volumes.ts';

/** Everything wrong with the template in a workload; `path` is that of the template, for example `spec.template`. */
export function validatePodTemplate(template: PodTemplateSpec, path: string): FieldError[] {
  const errors = [
    ...validateLabels(template.metadata?.labels, `${path}.labels`),
    ...validateAnnotations(template.metadata?.annotations, `${path}.annotations`),
    ...validatePodSpec(template.spec, undefined, `${path}.spec`),
  ];
  if (template.spec.ephemeralContainers?.length)
    errors.push(fieldForbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'));
  return errors;
}

/** Everything wrong with a pod's spec. `podName` is the name of a real pod, undefined for a template's. */
export function validatePodSpec(spec: PodSpec, podName: string | undefined, path: string): FieldError[] {
  const volumes = validateVolumes(spec.volumes ?? [], podName, `${path}.volumes`);
  const context = { spec, volumes: volumes.byName, claimNames: new Set(spec.resourceClaims?.map((claim) => claim.name)) };
  const errors = [
    ...(spec.terminationGracePeriodSeconds === undefined ? [fieldRequired(`${path}.terminationGracePeriodSeconds`)] : []),
    ...volumes.errors,
    ...validateResourceClaims(spec.resourceClaims ?? [], `${path}.resourceClaims`),
    ...validateContainers(context, `${path}.containers`),
    ...validateInitContainers(context, `${path}.initContainers`),
    ...validateEphemeralContainers(context, `${path}.ephemeralContainers`),
    ...validatePodLevelResources(spec, context.claimNames, path),
    ...(spec.hostNetwork ? validateHostNetworkPorts(spec, podName !== undefined, path) : []),
    ...validateChoice(spec.restartPolicy, `${path}.restartPolicy`, ['Always', 'OnFailure', 'Never']),
    ...validateChoice(spec.dnsPolicy, `${path}.dnsPolicy`, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']),
    ...validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
    ...validatePodSecurityContext(spec.securityContext ?? {}, spec, `${path}.securityContext`),
    ...(spec.affinity ? validateAffinity(spec.affinity, `${path}.affinity`) : []),
    ...validateDns(spec, `${path}.dnsConfig`),
    ...(spec.readinessGates ?? []).flatMap(({ conditionType }, i) =>
      validateQualifiedName(conditionType ?? '', `${path}.readinessGates[${i}].conditionType`),
    ),
    ...validateSchedulingGates(spec.schedulingGates ?? [], `${path}.schedulingGates`),
    ...validateSpreadConstraints(spec.topologySpreadConstraints ?? [], `${path}.topologySpreadConstraints`),
    ...validateUserNamespace(spec, path),
    ...validateNames(spec, path),
    ...validateTolerations(spec.tolerations ?? [], `${path}.tolerations`),
    ...(spec.hostAliases ?? []).flatMap(({ ip, hostnames }, i) => [
      ...validateIp(ip ?? '', `${path}.hostAliases[${i}].ip`),
      ...(hostnames ?? []).flatMap((name, j) => validateSubdomain(name, `${path}.hostAliases[${i}].hostnames[${j}]`)),
    ]),
    ...validateOptionalChoice(spec.preemptionPolicy, `${path}.preemptionPolicy`, ['PreemptLowerPriority', 'Never']),
    ...validateOperatingSystem(spec, path),
    ...validateFileVolumes(spec, path),
  ];
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 1 || deadline > maxInt32))
    errors.push(fieldInvalid(`${path}.activeDeadlineSeconds`, deadline, inclusiveRange(1, maxInt32)));
  return errors;
}

function validateNames(spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ['serviceAccountName', 'nodeName', 'priorityClassName'] as const)
    if (spec[field]) errors.push(...invalidEach(`${path}.${field}`, spec[field], isDNS1123Subdomain(spec[field])));
  if (spec.runtimeClassName !== undefined) errors.push(...validateSubdomain(spec.runtimeClassName, `${path}.runtimeClassName`));
  if (spec.hostname) errors.push(...validateLabel(spec.hostname, `${path}.hostname`));
  if (spec.subdomain) errors.push(...validateLabel(spec.subdomain, `${path}.subdomain`));
  if (spec.schedulingGroup && spec.schedulingGroup.podGroupName === undefined)
    errors.push(fieldInvalid(`${path}.schedulingGroup.podGroupName`, undefined, 'must specify one of: `podGroupName`'));
  if (spec.hostnameOverride === undefined) return errors;
  const at = `${path}.hostnameOverride`;
  if (spec.setHostnameAsFQDN) errors.push(fieldForbidden(at, 'may not be specified when setHostnameAsFQDN is true'));
  if (spec.hostNetwork) errors.push(fieldForbidden(at, 'may not be specified when hostNetwork is true'));
  if (spec.hostnameOverride.length > 64) errors.push(fieldTooLong(at, 64));
  return [...errors, ...validateSubdomain(spec.hostnameOverride, at)];
}

/** A template may leave the host port out: the pod will get it. */
function validateHostNetworkPorts(spec: PodSpec, isPod: boolean, path: string): FieldError[] {
  return (spec.containers ?? []).flatMap((container, i) =>
    (container.ports ?? []).flatMap(({ hostPort = 0, containerPort }, j) =>
      (isPod || hostPort !== 0) && hostPort !== containerPort
        ? [
            fieldInvalid(
              `${path}.containers[${i}].ports[${j}].hostPort`,
              hostPort,
              'must match `containerPort` when `hostNetwork` is true',
            ),
          ]
        : [],
    ),
  );
}

function validateSchedulingGates(gates: readonly PodSchedulingGate[], path: string): FieldError[] {
  const seen = new Set<string>();
  return gates.flatMap(({ name }, i) => {
    const errors = validateQualifiedName(name ?? '', `${path}[${i}]`);
    if (seen.has(name)) errors.push(fieldDuplicate(`${path}[${i}]`, name));
    seen.add(name);
    return errors;
  });
}

function validateResourceClaims(claims: readonly PodResourceClaim[], path: string): FieldError[] {
  const seen = new Set<string>();
  return claims.flatMap(({ name, resourceClaimName, resourceClaimTemplateName }, i) => {
    const at = `${path}[${i}]`;
    const errors: FieldError[] = [];
    if (!name) errors.push(fieldRequired(`${at}.name`));
    else if (seen.has(name)) errors.push(fieldDuplicate(`${at}.name`, name));
    else errors.push(...validateLabel(name, `${at}.name`));
    seen.add(name);
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined)
      errors.push(fieldInvalid(at, { name }, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'));
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined)
      errors.push(
        fieldInvalid(at, { name }, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'),
      );
    if (resourceClaimName !== undefined) errors.push(...validateSubdomain(resourceClaimName, `${at}.resourceClaimName`));
    if (resourceClaimTemplateName !== undefined)
      errors.push(...validateSubdomain(resourceClaimTemplateName, `${at}.resourceClaimTemplateName`));
    return errors;
  });
}

/** Variables can only be read from files that the pod's own containers write. */
function validateFileVolumes(spec: PodSpec, path: string): FieldError[] {
  const volumes = new Map<string, Volume>((spec.volumes ?? []).map((volume) => [volume.name, volume]));
  const errors: FieldError[] = [];
  for (const part of ['initContainers', 'containers', 'ephemeralContainers'] as const)
    for (const [i, container] of (spec[part] ?? []).entries())
      for (const [j, { valueFrom }] of (container.env ?? []).entries()) {
        const name = valueFrom?.fileKeyRef?.volumeName;
        if (name === undefined) continue;
        const at = `${path}.${part}[${i}].env[${j}].valueFrom.fileKeyRef.volumeName`;
        if (!volumes.has(name)) errors.push(fieldNotFound(at, name));
        else if (!volumes.get(name)?.emptyDir) errors.push(fieldInvalid(at, name, 'referenced volume must be of type emptyDir'));
      }
  return errors;
}
