import type { KubeObject } from '../../machinery/meta.ts';
import { forbidden, invalid } from '../../machinery/status.ts';
import { namespaces } from '../../resources/core/namespace.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { PodSpec } from '../../resources/shared/pod-spec.ts';
import type { AdmissionContext, AdmissionPlugin, WriteAttributes } from '../plugin.ts';
import type { Checked } from './check.ts';
import { describeInFull, violations } from './evaluate.ts';
import { namespaceWarnings } from './namespace.ts';
import { formatLevel, policyOf, prefix, type Policy } from './policy.ts';

interface PodTemplate {
  metadata?: { annotations?: Record<string, string> };
  spec?: PodSpec;
}

/** A workload, or the part of one that is like it. */
interface Templated {
  template?: PodTemplate;
  spec?: { template?: PodTemplate; jobTemplate?: Templated };
}

const inSpec = ({ spec }: Templated) => spec?.template;

/** Where the kinds that make pods have their template. */
const templates: Readonly<Record<string, (object: Templated) => PodTemplate | undefined>> = {
  podtemplates: ({ template }) => template,
  replicationcontrollers: inSpec,
  'replicasets.apps': inSpec,
  'deployments.apps': inSpec,
  'statefulsets.apps': inSpec,
  'daemonsets.apps': inSpec,
  'jobs.batch': inSpec,
  'cronjobs.batch': ({ spec }) => inSpec(spec?.jobTemplate ?? {}),
};

/** Subresources of pods that can change what its containers are allowed to do. */
const podSubresources = ['', 'ephemeralcontainers', 'resize'];

/**
 * Holds pods to the Pod Security Standard that the labels of their namespace ask for. A pod that breaks it is refused;
 * who writes one, or something that would make one, is warned, and the audit log told.
 */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',
  operations: ['CREATE', 'UPDATE'],
  resources: [namespaces.resource, 'pods', ...Object.keys(templates)],
  subresources: podSubresources,
  validate(attributes: WriteAttributes<KubeObject>, context) {
    const { resource, subresource, object } = attributes;
    if (resource.resource === namespaces.resource) {
      if (subresource === '') checkNamespace(attributes, context);
    } else if (resource.resource === 'pods') checkPod(attributes as WriteAttributes<Pod>, context);
    else if (subresource === '') warnOfTemplate(attributes, templates[resource.resource]!(object as Templated), context);
  },
};

function checkNamespace(attributes: WriteAttributes<KubeObject>, context: AdmissionContext): void {
  const { object, oldObject, resource, name } = attributes;
  const { policy, errors } = policyOf(object.metadata.labels);
  const old = policyOf(oldObject?.metadata.labels);
  // Labels that were wrong before may stay as they are.
  if (errors.length > 0 && JSON.stringify(errors) !== JSON.stringify(old.errors))
    throw invalid({ group: resource.group, kind: resource.kind, name }, errors);
  if (!oldObject) return;
  for (const warning of namespaceWarnings(name, policy.enforce, old.policy.enforce, context.pending)) context.warn(warning);
}

const policyIn = (namespace: string, { pending }: AdmissionContext): Policy =>
  policyOf(pending.get(namespaces, '', namespace)?.metadata.labels).policy;

function checkPod(attributes: WriteAttributes<Pod>, context: AdmissionContext): void {
  const { object, oldObject, resource, name, namespace } = attributes;
  const policy = policyIn(namespace, context);
  const { enforce, audit, warn } = policy;
  if (enforce.level === 'privileged' && audit.level === 'privileged' && warn.level === 'privileged') return;
  if (oldObject && !isSignificant(object, oldObject)) return;
  const pod: Checked = { annotations: object.metadata.annotations ?? {}, spec: object.spec };
  context.annotate(`${prefix}enforce-policy`, formatLevel(enforce));
  noteForAudit(policy, pod, context);
  const found = violations(enforce, pod);
  if (found.length > 0)
    throw forbidden(
      { group: resource.group, resource: resource.plural, name },
      `violates PodSecurity "${formatLevel(enforce)}": ${describeInFull(found)}`,
    );
  warnOf(policy, pod, context);
}

function warnOfTemplate({ namespace }: WriteAttributes<KubeObject>, template: PodTemplate | undefined, context: AdmissionContext): void {
  if (!template?.spec) return;
  const policy = policyIn(namespace, context);
  const pod = { annotations: template.metadata?.annotations ?? {}, spec: template.spec };
  noteForAudit(policy, pod, context);
  warnOf(policy, pod, context);
}

/** Notes what breaks the standard that the namespace wants audited. */
function noteForAudit({ audit }: Policy, pod: Checked, context: AdmissionContext): void {
  const found = violations(audit, pod);
  if (found.length > 0)
    context.annotate(`${prefix}audit-violations`, `would violate PodSecurity "${formatLevel(audit)}": ${describeInFull(found)}`);
}

function warnOf({ warn: level }: Policy, pod: Checked, context: AdmissionContext): void {
  const found = violations(level, pod);
  if (found.length > 0) context.warn(`would violate PodSecurity "${formatLevel(level)}": ${describeInFull(found)}`);
}

/** Whether an update brings in something new to run. */
function isSignificant({ spec }: Pod, { spec: old }: Pod): boolean {
  const isOther = (a: readonly { image?: string }[] = [], b: readonly { image?: string }[] = []) =>
    a.length !== b.length || a.some(({ image }, i) => image !== b[i]!.image);
  if (isOther(spec.containers, old.containers) || isOther(spec.initContainers, old.initContainers)) return true;
  return (spec.ephemeralContainers ?? []).some(
    ({ name, image }) => old.ephemeralContainers?.find((other) => other.name === name)?.image !== image,
  );
}
