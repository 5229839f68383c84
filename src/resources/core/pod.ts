import { kindSchema } from '../../machinery/meta.ts';
import { isDNS1123Label } from '../../machinery/names.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, type TypeOf } from '../../machinery/schema.ts';
import { PodSpecSchema } from '../shared/pod-spec.ts';
import { PodStatusSchema } from '../shared/pod-status.ts';
import { podWarnings } from '../shared/pod-warnings.ts';
import { podColumns } from './pod-columns.ts';
import { defaultPod } from './pod-defaults.ts';
import { ephemeralContainersPart } from './pod-ephemeral-containers.ts';
import { resizePart } from './pod-resize.ts';
import { validatePodStatusUpdate } from './pod-status-validation.ts';
import { gracePeriodSeconds, prepareForCreate, prepareForStatusUpdate } from './pod-strategy.ts';
import { validatePod, validatePodCreate, validatePodUpdate } from './pod-validation.ts';

const PodSchema = kindSchema('io.k8s.api.core.v1.Pod', {
  spec: defaulted(PodSpecSchema),
  status: PodStatusSchema,
});
export type Pod = TypeOf<typeof PodSchema>;

export const pods = defineResource<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  description: 'Containers that run together on one node.',
  schema: PodSchema,
  strategy: {
    defaults: defaultPod,
    prepareForCreate,
    prepareForStatusUpdate,
    statusKeepsMetadata: ['ownerReferences'],
    validate: validatePod,
    validateCreate: validatePodCreate,
    validateUpdate: validatePodUpdate,
    validateStatusUpdate: validatePodStatusUpdate,
    parts: { ephemeralcontainers: ephemeralContainersPart, resize: resizePart },
    gracePeriodSeconds,
    answersDeletedObject: true,
    warnings,
  },
  columns: podColumns,
  selectableFields: {
    'spec.nodeName': (pod) => pod.spec.nodeName ?? '',
    'spec.restartPolicy': (pod) => pod.spec.restartPolicy ?? '',
    'spec.schedulerName': (pod) => pod.spec.schedulerName ?? '',
    'spec.serviceAccountName': (pod) => pod.spec.serviceAccountName ?? '',
    'spec.hostNetwork': (pod) => String(pod.spec.hostNetwork ?? false),
    'status.phase': (pod) => pod.status?.phase ?? '',
    'status.podIP': (pod) => pod.status?.podIPs?.[0]?.ip ?? '',
    // Upstream accepts the name but knows no value for it.
    'status.podIPs': () => '',
    'status.nominatedNodeName': (pod) => pod.status?.nominatedNodeName ?? '',
  },
});

/** Pods are seldom written by people once they are there. */
function warnings(pod: Pod, old: Pod | undefined): string[] {
  if (old) return [];
  const wrong = isDNS1123Label(pod.metadata.name);
  const name = `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${wrong.join(' ')}]`;
  return [...(wrong.length > 0 ? [name] : []), ...podWarnings(pod.metadata, pod.spec)];
}
