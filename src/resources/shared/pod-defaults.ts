import { defaultContainer, roundToThousandths } from './container-defaults.ts';
import type { PodSpec, PodTemplateSpec } from './pod-spec.ts';
import { defaultVolume } from './volume-defaults.ts';

/**
 * Fills in what a pod spec leaves out, wherever it stands: the spec of a pod, or of a template in a workload. What only a
 * pod gets (requests from limits, host ports, service links) is in `core/pod-defaults.ts`: templates must not change when
 * such defaults do, or every workload would roll out anew.
 */
export function defaultPodSpec(spec: PodSpec): void {
  // Validation asks for at least one; nothing else has to look whether the list is there.
  spec.containers ??= [];
  spec.restartPolicy ||= 'Always';
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= 'default-scheduler';
  spec.securityContext ??= {};
  mirrorServiceAccount(spec);
  for (const list of [spec.overhead, spec.resources?.limits, spec.resources?.requests]) roundToThousandths(list);
  spec.volumes?.forEach(defaultVolume);
  for (const containers of [spec.initContainers, spec.containers, spec.ephemeralContainers])
    containers?.forEach(defaultContainer);
}

/** Defaults of the template in a workload (Deployment, ReplicaSet, …). */
export function defaultPodTemplate(template: PodTemplateSpec): void {
  // As upstream's types, which hold it by value: who writes back what was read changes nothing, in any encoding.
  template.metadata ??= {};
  template.spec ??= { containers: [] };
  defaultPodSpec(template.spec);
}

/** `serviceAccount` is the old name of `serviceAccountName`; both are always shown, and the new one wins. */
export function mirrorServiceAccount(spec: PodSpec): void {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (!name) return;
  spec.serviceAccountName = name;
  spec.serviceAccount = name;
}
