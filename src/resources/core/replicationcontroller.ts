import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import {
  defaulted,
  field,
  int32,
  int64,
  listOf,
  map,
  object,
  required,
  string,
  time,
  type TypeOf,
} from '../../machinery/schema.ts';
import { inKeyOrder, selectorFromLabels } from '../../machinery/selectors.ts';
import { fieldForbidden, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { formatLabels } from '../shared/columns.ts';
import { validateNotNegative } from '../shared/format-rules.ts';
import { defaultPodTemplate } from '../shared/pod-defaults.ts';
import { PodTemplateSpecSchema, type PodTemplateSpec } from '../shared/pod-spec.ts';
import { validatePodTemplate } from '../shared/pod-validation.ts';
import { workloadWarnings } from '../shared/pod-warnings.ts';
import { containerColumns, selectorColumn } from '../shared/template-columns.ts';

const ReplicationControllerSpecSchema = object('io.k8s.api.core.v1.ReplicationControllerSpec', {
  minReadySeconds: field(int32, { doc: 'How many seconds a pod must be ready before it counts as available. 0 if left out.' }),
  replicas: field(int32, { doc: 'The wanted number of pods. 1 if left out.', default: 1 }),
  selector: field(map(string, { atomic: true }), {
    doc: 'Which pods belong to the controller. The labels of the template if left out.',
  }),
  template: field(PodTemplateSpecSchema, { doc: 'What the pods look like.' }),
});
export type ReplicationControllerSpec = TypeOf<typeof ReplicationControllerSpecSchema>;

const ReplicationControllerConditionSchema = object('io.k8s.api.core.v1.ReplicationControllerCondition', {
  lastTransitionTime: field(time, { doc: 'When the status last changed.' }),
  message: field(string, { doc: 'What is behind the status, for people.' }),
  reason: field(string, { doc: 'Why the status is what it is, in one CamelCase word.' }),
  status: required(string, { doc: 'True, False or Unknown.' }),
  type: required(string, { doc: 'ReplicaFailure.' }),
});

const ReplicationControllerStatusSchema = object('io.k8s.api.core.v1.ReplicationControllerStatus', {
  availableReplicas: field(int32, { doc: 'Pods that have been ready for minReadySeconds.' }),
  conditions: field(
    listOf(ReplicationControllerConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }),
    { doc: 'What holds of the controller, as ReplicaFailure.' },
  ),
  fullyLabeledReplicas: field(int32, { doc: 'Pods that have all labels of the template.' }),
  observedGeneration: field(int64, { doc: 'The generation that this status is about.' }),
  readyReplicas: field(int32, { doc: 'Pods that are ready.' }),
  replicas: required(int32, { doc: 'Pods that are not being deleted.' }),
});
export type ReplicationControllerStatus = TypeOf<typeof ReplicationControllerStatusSchema>;

const ReplicationControllerSchema = kindSchema('io.k8s.api.core.v1.ReplicationController', {
  spec: defaulted(ReplicationControllerSpecSchema),
  status: ReplicationControllerStatusSchema,
});
export type ReplicationController = TypeOf<typeof ReplicationControllerSchema>;

export const replicationControllers = defineResource<ReplicationController>({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  description: 'Keeps a number of identical pods running. The older form of a ReplicaSet.',
  schema: ReplicationControllerSchema,
  strategy: {
    defaults,
    validate: ({ spec }) => validateSpec(spec),
    validateStatusUpdate,
    warnings: (o, old) => workloadWarnings(o, old, o.spec.template),
    defaultPropagation: 'Orphan',
  },
  scale: {
    specReplicas: (o) => o.spec.replicas ?? 0,
    statusReplicas: (o) => o.status?.replicas ?? 0,
    selector: (o) => selectorFromLabels(o.spec.selector ?? {}).toString(),
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
    ...containerColumns<ReplicationController>(({ spec }) => spec.template, 1),
    selectorColumn<ReplicationController>(({ spec }) => formatLabels(spec.selector)),
  ],
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
});

function defaults(controller: ReplicationController): void {
  const spec = (controller.spec ??= {});
  spec.replicas ??= 1;
  if (spec.template) defaultPodTemplate(spec.template);
  if (controller.status) controller.status.replicas ??= 0;
  const labels = spec.template?.metadata?.labels;
  if (!labels) return;
  const { metadata } = controller;
  if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
  if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
}

function validateSpec({ minReadySeconds, replicas, selector = {}, template }: ReplicationControllerSpec): FieldError[] {
  return [
    ...validateNotNegative(minReadySeconds, 'spec.minReadySeconds'),
    ...(Object.keys(selector).length === 0 ? [fieldRequired('spec.selector')] : []),
    ...validateNotNegative(replicas, 'spec.replicas'),
    ...validateTemplate(template, selector, 'spec.template'),
  ];
}

function validateTemplate(
  template: PodTemplateSpec | undefined,
  selector: Readonly<Record<string, string>>,
  path: string,
): FieldError[] {
  if (!template) return [fieldRequired(path)];
  const errors: FieldError[] = [];
  const labels = template.metadata?.labels;
  if (!selectorFromLabels(selector).matches(labels))
    errors.push(fieldInvalid(`${path}.metadata.labels`, inKeyOrder(labels), '`selector` does not match template `labels`'));
  errors.push(...validatePodTemplate(template, path));
  const { restartPolicy, activeDeadlineSeconds } = template.spec;
  if (restartPolicy !== 'Always') errors.push(fieldNotSupported(`${path}.spec.restartPolicy`, restartPolicy ?? '', ['Always']));
  if (activeDeadlineSeconds !== undefined)
    errors.push(
      fieldForbidden(`${path}.spec.activeDeadlineSeconds`, 'activeDeadlineSeconds in ReplicationController is not Supported'),
    );
  return errors;
}

function validateStatusUpdate({ status = { replicas: 0 } }: ReplicationController): FieldError[] {
  const { replicas, readyReplicas = 0, availableReplicas = 0 } = status;
  const counts = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'] as const;
  const errors = counts.flatMap((name) => validateNotNegative(status[name], `status.${name}`));
  for (const name of ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const)
    if ((status[name] ?? 0) > replicas)
      errors.push(fieldInvalid(`status.${name}`, status[name], 'cannot be greater than status.replicas'));
  if (availableReplicas > readyReplicas)
    errors.push(fieldInvalid('status.availableReplicas', availableReplicas, 'cannot be greater than readyReplicas'));
  return errors;
}
