import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import {
  defaulted,
  field,
  int32,
  int64,
  intOrString,
  list,
  listOf,
  object,
  oneOf,
  required,
  string,
  time,
  type TypeOf,
} from '../../machinery/schema.ts';
import { selectorFromLabelSelector } from '../../machinery/selectors.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { defaultClaim } from '../core/persistentvolumeclaim-strategy.ts';
import { PersistentVolumeClaimSchema } from '../core/persistentvolumeclaim.ts';
import { LabelSelectorSchema } from '../shared/label-selector.ts';
import { defaultPodTemplate } from '../shared/pod-defaults.ts';
import { PodTemplateSpecSchema } from '../shared/pod-spec.ts';
import { containerColumns } from '../shared/template-columns.ts';
import {
  validateStatefulSet,
  validateStatefulSetCreate,
  validateStatefulSetStatus,
  validateStatefulSetUpdate,
  warnings,
} from './statefulset-validation.ts';

const RollingUpdateStatefulSetStrategySchema = object('io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy', {
  maxUnavailable: field(intOrString, {
    doc: 'How many pods, or which share of them, may be missing during an update. If left out, one after the other.',
  }),
  partition: field(int32, { doc: 'Pods with a smaller ordinal keep the old template. 0 if left out.' }),
});
export type RollingUpdateStatefulSetStrategy = TypeOf<typeof RollingUpdateStatefulSetStrategySchema>;

const StatefulSetUpdateStrategySchema = object('io.k8s.api.apps.v1.StatefulSetUpdateStrategy', {
  rollingUpdate: field(RollingUpdateStatefulSetStrategySchema, { doc: 'The bounds of a rolling update.' }),
  type: field(oneOf('OnDelete', 'RollingUpdate'), {
    doc: 'RollingUpdate (the default) replaces pods one by one; OnDelete waits until somebody deletes them.',
  }),
});

const StatefulSetOrdinalsSchema = object('io.k8s.api.apps.v1.StatefulSetOrdinals', {
  start: field(int32, { doc: 'The ordinal of the first pod. 0 if left out.' }),
});

const RetentionPolicySchema = object('io.k8s.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy', {
  whenDeleted: field(string, { doc: 'Whether the claims of a deleted set stay (Retain, the default) or go (Delete).' }),
  whenScaled: field(string, {
    doc: 'Whether the claims of pods that are scaled away stay (Retain, the default) or go (Delete).',
  }),
});

const StatefulSetSpecSchema = object('io.k8s.api.apps.v1.StatefulSetSpec', {
  minReadySeconds: field(int32, { doc: 'How many seconds a pod must be ready before it counts as available. 0 if left out.' }),
  ordinals: field(StatefulSetOrdinalsSchema, { doc: 'How the pods are numbered.' }),
  persistentVolumeClaimRetentionPolicy: field(RetentionPolicySchema, {
    doc: 'What becomes of the claims of pods that go for good.',
  }),
  podManagementPolicy: field(oneOf('OrderedReady', 'Parallel'), {
    doc: 'OrderedReady (the default) starts each pod when the one before it is ready; Parallel starts all at once.',
  }),
  replicas: field(int32, { doc: 'The wanted number of pods. 1 if left out.' }),
  revisionHistoryLimit: field(int32, { doc: 'How many past templates are kept for a rollback. 10 if left out.' }),
  selector: required(LabelSelectorSchema, { doc: 'Which pods belong to the set. Cannot be changed.' }),
  serviceName: field(string, { doc: 'The headless Service that gives the pods their names. Cannot be changed.' }),
  template: required(PodTemplateSpecSchema, { doc: 'What the pods look like.' }),
  updateStrategy: field(StatefulSetUpdateStrategySchema, { doc: 'How old pods are replaced by new ones.' }),
  volumeClaimTemplates: field(list(PersistentVolumeClaimSchema), {
    doc: 'Claims that each pod gets for itself, and finds again when it is replaced. Cannot be changed.',
  }),
});
export type StatefulSetSpec = TypeOf<typeof StatefulSetSpecSchema>;

const StatefulSetConditionSchema = object('io.k8s.api.apps.v1.StatefulSetCondition', {
  lastTransitionTime: field(time, { doc: 'When the status last changed.' }),
  message: field(string, { doc: 'What is behind the status, for people.' }),
  reason: field(string, { doc: 'Why the status is what it is, in one CamelCase word.' }),
  status: required(string, { doc: 'True, False or Unknown.' }),
  type: required(string, { doc: 'What the condition is about.' }),
});

const StatefulSetStatusSchema = object('io.k8s.api.apps.v1.StatefulSetStatus', {
  availableReplicas: field(int32, { doc: 'Pods that have been ready for minReadySeconds.' }),
  collisionCount: field(int32, { doc: 'How often a name for a new revision was already taken.' }),
  conditions: field(listOf(StatefulSetConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }), {
    doc: 'What holds of the StatefulSet.',
  }),
  currentReplicas: field(int32, { doc: 'Pods made from the template of currentRevision.' }),
  currentRevision: field(string, { doc: 'The revision of the pods that are not updated yet.' }),
  observedGeneration: field(int64, { doc: 'The generation that this status is about.' }),
  readyReplicas: field(int32, { doc: 'Pods that are ready.' }),
  replicas: required(int32, { doc: 'Pods that exist.' }),
  updateRevision: field(string, { doc: 'The revision of the current template.' }),
  updatedReplicas: field(int32, { doc: 'Pods made from the template of updateRevision.' }),
});
export type StatefulSetStatus = TypeOf<typeof StatefulSetStatusSchema>;

const StatefulSetSchema = kindSchema('io.k8s.api.apps.v1.StatefulSet', {
  spec: defaulted(StatefulSetSpecSchema),
  status: StatefulSetStatusSchema,
});
export type StatefulSet = TypeOf<typeof StatefulSetSchema>;

export const statefulSets = defineResource<StatefulSet>({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  nameRule: 'label',
  description: 'Keeps numbered pods running, each with a name and volumes of its own that it finds again.',
  schema: StatefulSetSchema,
  strategy: {
    defaults,
    validate: validateStatefulSet,
    validateCreate: validateStatefulSetCreate,
    validateUpdate: validateStatefulSetUpdate,
    validateStatusUpdate: validateStatefulSetStatus,
    warnings,
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
    {
      name: 'Ready',
      type: 'string',
      description: 'The number of ready pods, of the number wanted.',
      cell: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    },
    ageColumn,
    ...containerColumns<StatefulSet>(({ spec }) => spec.template, 1),
  ],
});

function defaults(set: StatefulSet): void {
  const spec = (set.spec ??= {} as StatefulSetSpec);
  spec.podManagementPolicy ||= 'OrderedReady';
  const strategy = (spec.updateStrategy ??= {});
  if (!strategy.type) {
    strategy.type = 'RollingUpdate';
    strategy.rollingUpdate ??= {};
  }
  if (strategy.type === 'RollingUpdate' && strategy.rollingUpdate) strategy.rollingUpdate.partition ??= 0;
  const retention = (spec.persistentVolumeClaimRetentionPolicy ??= {});
  retention.whenDeleted ||= 'Retain';
  retention.whenScaled ||= 'Retain';
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  spec.serviceName ??= '';
  defaultPodTemplate((spec.template ??= { spec: { containers: [] } }));
  for (const claim of spec.volumeClaimTemplates ?? []) {
    Object.assign(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' });
    defaultClaim(claim);
  }
  if (!set.status) return;
  set.status.replicas ??= 0;
  set.status.availableReplicas ??= 0;
}
