/** What a client should know about a valid pod, or the template of pods (pkg/api/pod/warnings.go). */
import type { KubeObject, ObjectMeta } from '../../machinery/meta.ts';
import { isLabelValue } from '../../machinery/names.ts';
import { ipWarnings } from './addresses.ts';
import type { NodeSelectorTerm, PodAffinityTerm } from './affinity.ts';
import { appArmorAnnotation, appArmorFromAnnotation } from './app-armor.ts';
import { containersOf, containerWarnings, portWarnings, type ContainerAt } from './container-warnings.ts';
import { deprecatedNodeLabel } from './deprecated-labels.ts';
import { nameWarnings } from './name-warnings.ts';
import type { PodSpec, PodTemplateSpec } from './pod-spec.ts';
import { sameValue } from './same-value.ts';
import { fractionalWarnings } from './volume-claim-warnings.ts';
import { volumeWarnings } from './volume-warnings.ts';

type Metadata = Partial<ObjectMeta> | undefined;

/** Warnings about the template in a workload, whose path is for example `spec.template`. Nothing if the workload is as before. */
export function podTemplateWarnings(
  template: PodTemplateSpec | undefined,
  path: string,
  { metadata }: KubeObject,
  old: KubeObject | undefined,
): string[] {
  if (!template || (old && old.metadata.generation === metadata.generation)) return [];
  const appArmor = containersOf(template.spec, `${path}.spec`).flatMap((each) =>
    templateAppArmorWarnings(each, template, `${path}.metadata.annotations`),
  );
  return [...podWarnings(template.metadata, template.spec, `${path}.`), ...appArmor];
}

/** Warnings about a workload whose pods are named after it. */
export const workloadWarnings = (
  object: KubeObject,
  old: KubeObject | undefined,
  template: PodTemplateSpec | undefined,
): string[] => [...nameWarnings(object, old), ...podTemplateWarnings(template, 'spec.template', object, old)];

/** Warnings about a pod's metadata and spec; `prefix` goes before every path. */
export function podWarnings(metadata: Metadata, spec: PodSpec, prefix = ''): string[] {
  const at = `${prefix}spec`;
  const annotations = metadata?.annotations ?? {};
  const containers = containersOf(spec, at);
  return [
    ...nodeLabelWarnings(spec, at),
    ...spreadWarnings(spec, `${at}.topologySpreadConstraints`),
    ...annotationWarnings(annotations, spec, containers, `${prefix}metadata.annotations`),
    ...volumeWarnings(spec.volumes ?? [], `${at}.volumes`),
    ...duplicates(
      spec.hostAliases?.map(({ ip }) => ip),
      'ip',
      `${at}.hostAliases`,
    ),
    ...duplicates(
      spec.imagePullSecrets?.map(({ name }) => name ?? ''),
      'name',
      `${at}.imagePullSecrets`,
    ),
    ...(spec.imagePullSecrets ?? []).flatMap(({ name }, i) =>
      name ? [] : [`${at}.imagePullSecrets[${i}].name: invalid empty name ""`],
    ),
    ...['memory', 'ephemeral-storage'].flatMap((name) => fractionalWarnings(spec.overhead, name, `${at}.overhead`)),
    ...containers.flatMap(containerWarnings),
    ...portWarnings(containers),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [`${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`]
      : []),
    ...podAffinityWarnings(spec, `${at}.affinity`),
    ...(spec.dnsConfig?.nameservers ?? []).flatMap((ip, i) => ipWarnings(ip, `${at}.dnsConfig.nameservers[${i}]`)),
    ...(spec.hostAliases ?? []).flatMap(({ ip }, i) => ipWarnings(ip, `${at}.hostAliases[${i}].ip`)),
  ];
}

function nodeLabelWarnings({ nodeSelector, affinity }: PodSpec, path: string): string[] {
  const labels = Object.keys(nodeSelector ?? {}).flatMap((key) => {
    const message = deprecatedNodeLabel(key);
    return message ? [`${path}.nodeSelector[${key}]: ${message}`] : [];
  });
  const at = `${path}.affinity.nodeAffinity`;
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const preferred = affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return [
    ...labels,
    ...required.flatMap((term, i) =>
      nodeTermWarnings(term, false, `${at}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`),
    ),
    ...preferred.flatMap(({ preference }, i) =>
      nodeTermWarnings(preference, true, `${at}.preferredDuringSchedulingIgnoredDuringExecution[${i}].preference`),
    ),
  ];
}

/** Values of preferences were never validated, so that wrong ones are only warned about. */
const nodeTermWarnings = ({ matchExpressions = [] }: NodeSelectorTerm, checkValues: boolean, path: string): string[] =>
  matchExpressions.flatMap(({ key, values = [] }, i) => {
    const at = `${path}.matchExpressions[${i}]`;
    const message = deprecatedNodeLabel(key);
    const wrong = checkValues ? values : [];
    return [
      ...(message ? [`${at}.key: ${key} is ${message}`] : []),
      ...wrong.flatMap((value, j) => isLabelValue(value).map((why) => `${at}.values[${j}]: ${value} is invalid, ${why}`)),
    ];
  });

const matchesNothing = 'a null labelSelector results in matching no pod';

const spreadWarnings = ({ topologySpreadConstraints = [] }: PodSpec, path: string): string[] =>
  topologySpreadConstraints.flatMap(({ topologyKey, labelSelector }, i) => {
    const message = deprecatedNodeLabel(topologyKey);
    return [
      ...(message ? [`${path}[${i}].topologyKey: ${topologyKey} is ${message}`] : []),
      ...(labelSelector ? [] : [`${path}[${i}].labelSelector: ${matchesNothing}`]),
    ];
  });

function podAffinityWarnings({ affinity }: PodSpec, path: string): string[] {
  const check = ({ labelSelector }: PodAffinityTerm, at: string) =>
    labelSelector ? [] : [`${at}.labelSelector: ${matchesNothing}`];
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((part) => {
    const required = affinity?.[part]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const preferred = affinity?.[part]?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const at = `${path}.${part}`;
    return [
      ...required.flatMap((term, i) => check(term, `${at}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`)),
      ...preferred.flatMap(({ podAffinityTerm }, i) =>
        check(podAffinityTerm, `${at}.preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm`),
      ),
    ];
  });
}

const deprecatedAnnotations: Readonly<Record<string, string>> = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};
const podSeccomp = 'seccomp.security.alpha.kubernetes.io/pod';
const containerSeccomp = 'container.seccomp.security.alpha.kubernetes.io/';

function annotationWarnings(
  annotations: Readonly<Record<string, string>>,
  { securityContext }: PodSpec,
  containers: readonly ContainerAt[],
  path: string,
): string[] {
  const seccomp = [
    ...(securityContext?.seccompProfile ? [] : [podSeccomp]),
    ...containers.flatMap(({ container }) =>
      container.securityContext?.seccompProfile ? [] : [`${containerSeccomp}${container.name}`],
    ),
  ];
  const outdated = { ...deprecatedAnnotations };
  for (const name of seccomp) outdated[name] = 'non-functional in v1.27+; use the "seccompProfile" field instead';
  return Object.entries(outdated)
    .filter(([name]) => annotations[name] !== undefined)
    .map(([name, message]) => `${path}[${name}]: ${message}`);
}

/** In pods the annotation becomes the field, which is where they are warned about. */
function templateAppArmorWarnings({ container }: ContainerAt, { metadata, spec }: PodTemplateSpec, path: string): string[] {
  const name = appArmorAnnotation(container.name);
  const annotation = metadata?.annotations?.[name];
  if (annotation === undefined || container.securityContext?.appArmorProfile) return [];
  const ofPod = spec.securityContext?.appArmorProfile;
  if (ofPod && sameValue(ofPod, appArmorFromAnnotation(annotation))) return [];
  return [appArmorWarning(name, path)];
}

/** The sentence about an annotation that has become a field; `path` is that of the annotations. */
export const appArmorWarning = (name: string, path: string): string =>
  `${path}[${name}]: deprecated since v1.30; use the "appArmorProfile" field instead`;

function duplicates(values: readonly string[] | undefined, field: string, path: string): string[] {
  const seen = new Set<string>();
  return (values ?? []).flatMap((value, i) => {
    if (seen.has(value)) return [`${path}[${i}].${field}: duplicate ${field} ${JSON.stringify(value)}`];
    seen.add(value);
    return [];
  });
}
