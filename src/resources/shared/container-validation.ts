/** Containers of every sort (`validateContainers`, `validateInitContainers`, `validateEphemeralContainers` upstream). */
import {
  fieldDuplicate,
  fieldForbidden,
  fieldInvalid,
  fieldNotFound,
  fieldNotSupported,
  fieldRequired,
  fieldTooMany,
  type FieldError,
} from '../../machinery/status.ts';
import type { Container, ContainerPort, EphemeralContainer } from './container.ts';
import { validateEnvironment, validateEnvironmentFrom } from './environment-validation.ts';
import { invalidEach, isPortName, isPortNumber, protocols, validateChoice, validateLabel } from './format-rules.ts';
import { validateMounts } from './mounts-validation.ts';
import { isRestartable } from './pod-resources.ts';
import type { PodSpec } from './pod-spec.ts';
import { validateProbesAndHooks } from './probes-validation.ts';
import { validateContainerResources } from './resources-validation.ts';
import { validateSecurityContext } from './security-validation.ts';
import type { Volume } from './volumes.ts';

/** What a container's rules need to know about the pod around it. */
export interface PodContext {
  spec: PodSpec;
  volumes: ReadonlyMap<string, Volume>;
  claimNames: ReadonlySet<string>;
}

export function validateContainers({ spec, ...rest }: PodContext, path: string): FieldError[] {
  const containers = spec.containers ?? [];
  if (containers.length === 0) return [fieldRequired(path)];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, container] of containers.entries()) {
    const at = `${path}[${i}]`;
    errors.push(...validateAny(container, { spec, ...rest }, at));
    if (names.has(container.name)) errors.push(fieldDuplicate(`${at}.name`, container.name));
    names.add(container.name);
    errors.push(...validateProbesAndHooks(container, spec.terminationGracePeriodSeconds, spec.os?.name, at));
    errors.push(...validateRestart(container, at));
  }
  return [...errors, ...validateHostPorts(containers, path)];
}

const onlyRestartable = 'may not be set for init containers without restartPolicy=Always';

export function validateInitContainers(context: PodContext, path: string): FieldError[] {
  const { spec } = context;
  const errors: FieldError[] = [];
  const names = new Set(spec.containers?.map((container) => container.name));
  for (const [i, container] of (spec.initContainers ?? []).entries()) {
    const at = `${path}[${i}]`;
    errors.push(...validateAny(container, context, at), ...validateRestart(container, at));
    if (names.has(container.name)) errors.push(fieldDuplicate(`${at}.name`, container.name));
    if (container.name) names.add(container.name);
    // They run one after the other, so that each may use a port again.
    errors.push(...validateHostPorts([container], path));
    if (isRestartable(container)) {
      errors.push(...validateProbesAndHooks(container, spec.terminationGracePeriodSeconds, spec.os?.name, at));
      continue;
    }
    for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
      if (container[field]) errors.push(fieldForbidden(`${at}.${field}`, onlyRestartable));
    for (const [j, { restartPolicy }] of (container.resizePolicy ?? []).entries())
      if (restartPolicy === 'RestartContainer')
        errors.push(
          fieldInvalid(
            `${at}.resizePolicy[${j}].restartPolicy`,
            restartPolicy,
            "must not be set to 'RestartContainer' for non-sidecar initContainers",
          ),
        );
  }
  return errors;
}

const notForEphemeral = 'cannot be set for an Ephemeral Container';
const forbiddenForEphemeral = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const satisfies readonly (keyof EphemeralContainer)[];

export function validateEphemeralContainers(context: PodContext, path: string): FieldError[] {
  const { spec } = context;
  const errors: FieldError[] = [];
  const others = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((container) => container.name));
  const names = new Set(others);
  for (const [i, container] of (spec.ephemeralContainers ?? []).entries()) {
    const at = `${path}[${i}]`;
    errors.push(...validateAny(container, context, at), ...validateImagePadding(container, at));
    if (names.has(container.name)) errors.push(fieldDuplicate(`${at}.name`, container.name));
    names.add(container.name);
    const target = container.targetContainerName;
    if (target && !others.has(target)) errors.push(fieldNotFound(`${at}.targetContainerName`, target));
    for (const field of forbiddenForEphemeral) {
      const value = container[field];
      // Resources are always there, if only empty.
      const isGiven = field === 'resources' ? Object.keys(value ?? {}).length > 0 : value !== undefined;
      if (isGiven) errors.push(fieldForbidden(`${at}.${field}`, notForEphemeral));
    }
    for (const [j, mount] of (container.volumeMounts ?? []).entries())
      for (const field of ['subPath', 'subPathExpr'] as const)
        if (mount[field]) errors.push(fieldForbidden(`${at}.volumeMounts[${j}].${field}`, notForEphemeral));
  }
  return errors;
}

/** The rules that hold for containers of every sort. */
function validateAny(
  container: Container | EphemeralContainer,
  { spec, volumes, claimNames }: PodContext,
  path: string,
): FieldError[] {
  const errors = container.name ? validateLabel(container.name, `${path}.name`) : [fieldRequired(`${path}.name`)];
  if (!container.image) errors.push(fieldRequired(`${path}.image`));
  errors.push(
    ...validateChoice(container.terminationMessagePolicy, `${path}.terminationMessagePolicy`, ['File', 'FallbackToLogsOnError']),
    ...validatePorts(container.ports ?? [], `${path}.ports`),
    ...validateEnvironment(container.env ?? [], `${path}.env`),
    ...validateEnvironmentFrom(container.envFrom ?? [], `${path}.envFrom`),
    ...validateMounts(container, volumes, path),
    ...validateChoice(container.imagePullPolicy, `${path}.imagePullPolicy`, ['Always', 'IfNotPresent', 'Never']),
    ...validateContainerResources(container.resources, claimNames, `${path}.resources`),
    ...validateResizePolicy(container, spec.restartPolicy, `${path}.resizePolicy`),
  );
  if (container.securityContext)
    errors.push(...validateSecurityContext(container.securityContext, spec.hostUsers !== false, `${path}.securityContext`));
  return errors;
}

function validatePorts(ports: readonly ContainerPort[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, { name, containerPort, hostPort, protocol }] of ports.entries()) {
    const at = `${path}[${i}]`;
    if (name) {
      const wrong = isPortName(name);
      errors.push(...invalidEach(`${at}.name`, name, wrong));
      if (wrong.length === 0 && names.has(name)) errors.push(fieldDuplicate(`${at}.name`, name));
      names.add(name);
    }
    if (!containerPort) errors.push(fieldRequired(`${at}.containerPort`));
    else errors.push(...invalidEach(`${at}.containerPort`, containerPort, isPortNumber(containerPort)));
    if (hostPort) errors.push(...invalidEach(`${at}.hostPort`, hostPort, isPortNumber(hostPort)));
    errors.push(...validateChoice(protocol, `${at}.protocol`, protocols));
  }
  return errors;
}

function validateHostPorts(containers: readonly Container[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  for (const [i, container] of containers.entries())
    for (const [j, { hostPort, hostIP = '', protocol }] of (container.ports ?? []).entries()) {
      if (!hostPort) continue;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) errors.push(fieldDuplicate(`${path}[${i}].ports[${j}].hostPort`, key));
      taken.add(key);
    }
  return errors;
}

function validateResizePolicy(
  { resizePolicy = [] }: Pick<Container, 'resizePolicy'>,
  podPolicy: string | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [i, { resourceName, restartPolicy }] of resizePolicy.entries()) {
    if (names.has(resourceName)) errors.push(fieldDuplicate(`${path}[${i}]`, resourceName));
    names.add(resourceName);
    errors.push(...validateChoice(resourceName, path, ['cpu', 'memory']));
    errors.push(...validateChoice(restartPolicy, path, ['NotRequired', 'RestartContainer']));
    if (podPolicy === 'Never' && restartPolicy !== 'NotRequired')
      errors.push(fieldInvalid(path, restartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"));
  }
  return errors;
}

/** A container's own restart policy, and the rules by exit code. */
function validateRestart({ restartPolicy, restartPolicyRules: rules = [] }: Container, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const policies = ['Always', 'Never', 'OnFailure'];
  if (restartPolicy === undefined) {
    if (rules.length > 0)
      errors.push(fieldRequired(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used'));
  } else if (!policies.includes(restartPolicy)) errors.push(fieldNotSupported(`${path}.restartPolicy`, restartPolicy, policies));
  if (rules.length > 20) errors.push(fieldTooMany(`${path}.restartPolicyRules`, rules.length, 20));
  for (const [i, { action, exitCodes }] of rules.entries()) {
    const at = `${path}.restartPolicyRules[${i}]`;
    const actions = ['Restart', 'RestartAllContainers'];
    if (!actions.includes(action)) errors.push(fieldNotSupported(`${at}.action`, action ?? '', actions));
    if (!exitCodes) {
      errors.push(fieldRequired(`${at}.exitCodes`, 'must be specified'));
      continue;
    }
    if (!['In', 'NotIn'].includes(exitCodes.operator))
      errors.push(fieldNotSupported(`${at}.exitCodes.operator`, exitCodes.operator ?? '', ['In', 'NotIn']));
    if ((exitCodes.values?.length ?? 0) > 255) errors.push(fieldTooMany(`${at}.exitCodes.values`, exitCodes.values!.length, 255));
  }
  return errors;
}

/** Only pods are so strict, not templates. */
export const validateImagePadding = ({ image = '' }: { image?: string }, path: string): FieldError[] =>
  image.trim() === image ? [] : [fieldInvalid(`${path}.image`, image, 'must not have leading or trailing whitespace')];
