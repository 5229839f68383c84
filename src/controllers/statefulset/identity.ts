/** What makes a pod of a StatefulSet the one that it is: its ordinal, and what follows from it. */
import type { Draft } from '../../machinery/meta.ts';
import { statefulSets, type StatefulSet } from '../../resources/apps/statefulset.ts';
import type { Pod } from '../../resources/core/pod.ts';
import type { PodTemplateSpec } from '../../resources/shared/pod-spec.ts';
import { revisionLabel } from '../history/revision.ts';
import { podFromTemplate } from '../support/new-pods.ts';
import { claimsOf } from './claims.ts';

const podNameLabel = 'statefulset.kubernetes.io/pod-name';
const podIndexLabel = 'apps.kubernetes.io/pod-index';

export const startOf = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;
export const replicasOf = ({ spec }: StatefulSet): number => spec.replicas ?? 1;

const podNameOf = ({ metadata }: StatefulSet, ordinal: number): string => `${metadata.name}-${ordinal}`;

/** The number at the end of a pod's name; `undefined` when the pod does not have a name that this set gives. */
export function ordinalOf({ metadata }: StatefulSet, pod: Pod): number | undefined {
  const { name } = pod.metadata;
  const prefix = `${metadata.name}-`;
  const digits = name.slice(prefix.length);
  if (!name.startsWith(prefix) || !/^(0|[1-9]\d{0,9})$/.test(digits)) return undefined;
  const ordinal = Number(digits);
  return ordinal < 2 ** 31 ? ordinal : undefined;
}

/** The revision that a pod was made from, by its name; empty when the pod does not say. */
export const revisionOf = (pod: Pod): string => pod.metadata.labels?.[revisionLabel] ?? '';

/** The pod with that ordinal, of that template, which the revision of that name records. */
export function newPod(set: StatefulSet, template: PodTemplateSpec, revision: string, ordinal: number): Draft<Pod> {
  const name = podNameOf(set, ordinal);
  const pod = podFromTemplate(set, statefulSets, template, name);
  const { serviceName } = set.spec;
  const claims = claimsOf(set, ordinal);
  const claimed = new Set(claims.map(({ template: { metadata } }) => metadata.name));
  const volumes = [
    ...claims.map((claim) => ({ name: claim.template.metadata.name, persistentVolumeClaim: { claimName: claim.name } })),
    ...(template.spec.volumes ?? []).filter((volume) => !claimed.has(volume.name)),
  ];
  return {
    ...pod,
    metadata: { ...pod.metadata, labels: { ...identityLabels(pod, name, ordinal), [revisionLabel]: revision } },
    spec: {
      ...template.spec,
      hostname: name,
      ...(serviceName && { subdomain: serviceName }),
      ...(volumes.length > 0 && { volumes }),
    },
  };
}

const identityLabels = ({ metadata }: Pick<Draft<Pod>, 'metadata'>, name: string, ordinal: number): Record<string, string> => ({
  ...metadata.labels,
  [podNameLabel]: name,
  [podIndexLabel]: String(ordinal),
});

/** The pod with the labels of its identity back in place; `undefined` when it has them. */
export function withIdentity(pod: Pod, ordinal: number): Pod | undefined {
  const { metadata } = pod;
  // A pod of before there was an index is left without it, as upstream, until something else is to be done to it.
  if (metadata.labels?.[podNameLabel] === metadata.name) return undefined;
  return { ...pod, metadata: { ...metadata, labels: identityLabels(pod, metadata.name, ordinal) } };
}
