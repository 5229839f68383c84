import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, field, int32, int64, listOf, object, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import { selectorFromLabelSelector } from '../../machinery/selectors.ts';
import { fieldInvalid, type FieldError } from '../../machinery/status.ts';
import { LabelSelectorSchema } from '../shared/label-selector.ts';
import { defaultPodTemplate } from '../shared/pod-defaults.ts';
import { PodTemplateSpecSchema } from '../shared/pod-spec.ts';
import { workloadWarnings } from '../shared/pod-warnings.ts';
import {
  templateColumns,
  validateAllNonNegative,
  validateSameSelector,
  validateTemplate,
  validateWorkloadSelector,
} from './workload.ts';

const ReplicaSetSpecSchema = object('io.k8s.api.apps.v1.ReplicaSetSpec', {
  minReadySeconds: field(int32, { doc: 'How many seconds a pod must be ready before it counts as available. 0 if left out.' }),
  replicas: field(int32, { doc: 'The wanted number of pods. 1 if left out.' }),
  selector: required(LabelSelectorSchema, { doc: 'Which pods belong to the set. Cannot be changed.' }),
  template: defaulted(PodTemplateSpecSchema, { doc: 'What the pods look like.' }),
});
export type ReplicaSetSpec = TypeOf<typeof ReplicaSetSpecSchema>;

const ReplicaSetConditionSchema = object('io.k8s.api.apps.v1.ReplicaSetCondition', {
  lastTransitionTime: field(time, { doc: 'When the status last changed.' }),
  message: field(string, { doc: 'What is behind the status, for people.' }),
  reason: field(string, { doc: 'Why the status is what it is, in one CamelCase word.' }),
  status: required(string, { doc: 'True, False or Unknown.' }),
  type: required(string, { doc: 'ReplicaFailure.' }),
});
export type ReplicaSetCondition = TypeOf<typeof ReplicaSetConditionSchema>;

const ReplicaSetStatusSchema = object('io.k8s.api.apps.v1.ReplicaSetStatus', {
  availableReplicas: field(int32, { doc: 'Pods that have been ready for minReadySeconds.' }),
  conditions: field(listOf(ReplicaSetConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }), {
    doc: 'What holds of the ReplicaSet, as ReplicaFailure.',
  }),
  fullyLabeledReplicas: field(int32, { doc: 'Pods that have all labels of the template.' }),
  observedGeneration: field(int64, { doc: 'The generation that this status is about.' }),
  readyReplicas: field(int32, { doc: 'Pods that are ready.' }),
  replicas: required(int32, { doc: 'Pods that are not being deleted.' }),
  terminatingReplicas: field(int32, { doc: 'Pods that are being deleted.' }),
});
export type ReplicaSetStatus = TypeOf<typeof ReplicaSetStatusSchema>;

export const ReplicaSetSchema = kindSchema('io.k8s.api.apps.v1.ReplicaSet', {
  spec: defaulted(ReplicaSetSpecSchema),
  status: ReplicaSetStatusSchema,
});
export type ReplicaSet = TypeOf<typeof ReplicaSetSchema>;

export const replicaSets = defineResource<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  description: 'Keeps a number of identical pods running. Usually made by a Deployment.',
  schema: ReplicaSetSchema,
  strategy: {
    defaults,
    validate: ({ spec }) => [
      ...validateAllNonNegative(spec, 'spec', ['replicas', 'minReadySeconds']),
      ...validateWorkloadSelector(spec.selector, 'spec.selector'),
      ...validateTemplate(spec.template, spec.selector, 'spec.template'),
    ],
    validateUpdate: (o, old) => validateSameSelector(o.spec.selector, old.spec.selector, 'spec.selector'),
    validateStatusUpdate,
    warnings: (o, old) => workloadWarnings(o, old, o.spec.template),
  },
  scale: {
    specReplicas: (o) => o.spec.replicas ?? 0,
    statusReplicas: (o) => o.status?.replicas ?? 0,
    selector: (o) => selectorFromLabelSelector(o.spec.selector).toString(),
    setSpecReplicas(o, replicas) {
      o.spec.replicas = replicas;
    },
  },
  columns: [
    nameColumn,
    { name: 'Desired', type: 'integer', description: 'The wanted number of pods.', cell: (o) => o.spec.replicas ?? 0 },
    { name: 'Current', type: 'integer', description: 'The number of pods there are.', cell: (o) => o.status?.replicas ?? 0 },
    { name: 'Ready', type: 'integer', description: 'The number of ready pods.', cell: (o) => o.status?.readyReplicas ?? 0 },
    ageColumn,
    ...templateColumns,
  ],
});

function defaults(set: ReplicaSet): void {
  const spec = (set.spec ??= {} as ReplicaSetSpec);
  spec.replicas ??= 1;
  defaultPodTemplate((spec.template ??= { spec: { containers: [] } }));
  if (set.status) set.status.replicas ??= 0;
}

function validateStatusUpdate({ status = { replicas: 0 } }: ReplicaSet): FieldError[] {
  const { replicas, readyReplicas = 0, availableReplicas = 0 } = status;
  const errors = validateAllNonNegative(status, 'status', [
    'replicas',
    'fullyLabeledReplicas',
    'readyReplicas',
    'availableReplicas',
    'observedGeneration',
    'terminatingReplicas',
  ]);
  for (const name of ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const)
    if ((status[name] ?? 0) > replicas)
      errors.push(fieldInvalid(`status.${name}`, status[name], 'cannot be greater than status.replicas'));
  if (availableReplicas > readyReplicas)
    errors.push(fieldInvalid('status.availableReplicas', availableReplicas, 'cannot be greater than readyReplicas'));
  return errors;
}
