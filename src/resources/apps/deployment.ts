import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { kindSchema } from '../../machinery/meta.ts';
import { defineResource, type StrategyContext } from '../../machinery/resource.ts';
import {
  boolean,
  defaulted,
  field,
  int32,
  int64,
  intOrString,
  listOf,
  object,
  oneOf,
  required,
  string,
  time,
  type TypeOf,
} from '../../machinery/schema.ts';
import { selectorFromLabelSelector } from '../../machinery/selectors.ts';
import { fieldForbidden, fieldInvalid, fieldNotSupported, type FieldError } from '../../machinery/status.ts';
import { LabelSelectorSchema } from '../shared/label-selector.ts';
import { defaultPodTemplate } from '../shared/pod-defaults.ts';
import { PodTemplateSpecSchema } from '../shared/pod-spec.ts';
import { workloadWarnings } from '../shared/pod-warnings.ts';
import {
  amountOf,
  templateColumns,
  validateAllNonNegative,
  validateAtMost100Percent,
  validateCountOrPercent,
  validateNotDecremented,
  validateSameSelector,
  validateTemplate,
  validateWorkloadSelector,
} from './workload.ts';

const RollingUpdateDeploymentSchema = object('io.k8s.api.apps.v1.RollingUpdateDeployment', {
  maxSurge: field(intOrString, {
    doc: 'How many pods, or which share of them rounded up, may exist beyond the wanted number during an update. 25% if left out.',
  }),
  maxUnavailable: field(intOrString, {
    doc: 'How many pods, or which share of them rounded down, may be missing during an update. 25% if left out.',
  }),
});

const DeploymentStrategySchema = object('io.k8s.api.apps.v1.DeploymentStrategy', {
  rollingUpdate: field(RollingUpdateDeploymentSchema, { doc: 'The bounds of a rolling update.' }),
  type: field(oneOf('Recreate', 'RollingUpdate'), {
    doc: 'RollingUpdate (the default) replaces pods step by step; Recreate ends all old ones first.',
  }),
});
export type DeploymentStrategy = TypeOf<typeof DeploymentStrategySchema>;

const DeploymentSpecSchema = object('io.k8s.api.apps.v1.DeploymentSpec', {
  minReadySeconds: field(int32, { doc: 'How many seconds a pod must be ready before it counts as available. 0 if left out.' }),
  paused: field(boolean, { doc: 'A paused deployment does not roll out changes of its template.' }),
  progressDeadlineSeconds: field(int32, {
    doc: 'How many seconds a rollout may make no progress before it is reported as failed. 600 if left out.',
  }),
  replicas: field(int32, { doc: 'The wanted number of pods. 1 if left out.' }),
  revisionHistoryLimit: field(int32, { doc: 'How many old ReplicaSets are kept for a rollback. 10 if left out.' }),
  selector: required(LabelSelectorSchema, { doc: 'Which pods belong to the deployment. Cannot be changed.' }),
  strategy: field(DeploymentStrategySchema, { doc: 'How old pods are replaced by new ones.', retainKeys: true }),
  template: required(PodTemplateSpecSchema, { doc: 'What the pods look like.' }),
});
export type DeploymentSpec = TypeOf<typeof DeploymentSpecSchema>;

const DeploymentConditionSchema = object('io.k8s.api.apps.v1.DeploymentCondition', {
  lastTransitionTime: field(time, { doc: 'When the status last changed.' }),
  lastUpdateTime: field(time, { doc: 'When the condition was last reported.' }),
  message: field(string, { doc: 'What is behind the status, for people.' }),
  reason: field(string, { doc: 'Why the status is what it is, in one CamelCase word.' }),
  status: required(string, { doc: 'True, False or Unknown.' }),
  type: required(string, { doc: 'Available, Progressing or ReplicaFailure.' }),
});
export type DeploymentCondition = TypeOf<typeof DeploymentConditionSchema>;

const DeploymentStatusSchema = object('io.k8s.api.apps.v1.DeploymentStatus', {
  availableReplicas: field(int32, { doc: 'Pods that have been ready for minReadySeconds.' }),
  collisionCount: field(int32, { doc: 'How often a name for a new ReplicaSet was already taken.' }),
  conditions: field(listOf(DeploymentConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }), {
    doc: 'What holds of the deployment: Available, Progressing and ReplicaFailure.',
  }),
  observedGeneration: field(int64, { doc: 'The generation that this status is about.' }),
  readyReplicas: field(int32, { doc: 'Pods that are ready.' }),
  replicas: field(int32, { doc: 'Pods that are not being deleted.' }),
  terminatingReplicas: field(int32, { doc: 'Pods that are being deleted.' }),
  unavailableReplicas: field(int32, { doc: 'Pods still missing for the deployment to be fully available.' }),
  updatedReplicas: field(int32, { doc: 'Pods made from the current template.' }),
});
export type DeploymentStatus = TypeOf<typeof DeploymentStatusSchema>;

export const DeploymentSchema = kindSchema('io.k8s.api.apps.v1.Deployment', {
  spec: defaulted(DeploymentSpecSchema),
  status: DeploymentStatusSchema,
});
export type Deployment = TypeOf<typeof DeploymentSchema>;

export const deployments = defineResource<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  description: 'Keeps a number of identical pods running and rolls out changes of their template step by step.',
  schema: DeploymentSchema,
  strategy: {
    defaults,
    prepareForUpdate,
    prepareForStatusUpdate,
    statusKeepsMetadata: ['labels'],
    validate: (o) => validateSpec(o.spec),
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
    {
      name: 'Ready',
      type: 'string',
      description: 'The number of ready pods, of the number wanted.',
      cell: (o) => `${o.status?.readyReplicas ?? 0}/${o.spec.replicas ?? 0}`,
    },
    {
      name: 'Up-to-date',
      type: 'string',
      description: 'The number of pods made from the current template.',
      cell: (o) => o.status?.updatedReplicas ?? 0,
    },
    {
      name: 'Available',
      type: 'string',
      description: 'The number of pods that have been ready for minReadySeconds.',
      cell: (o) => o.status?.availableReplicas ?? 0,
    },
    ageColumn,
    ...templateColumns,
  ],
});

function defaults(deployment: Deployment): void {
  const spec = (deployment.spec ??= {} as DeploymentSpec);
  spec.replicas ??= 1;
  spec.strategy ??= {};
  spec.strategy.type ||= 'RollingUpdate';
  if (spec.strategy.type === 'RollingUpdate') {
    const bounds = (spec.strategy.rollingUpdate ??= {});
    bounds.maxUnavailable ??= '25%';
    bounds.maxSurge ??= '25%';
  }
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
  defaultPodTemplate((spec.template ??= { spec: { containers: [] } }));
}

/** A change of annotations counts as one of the desired state, because they are copied to the ReplicaSets. */
function prepareForUpdate(deployment: Deployment, old: Deployment, _context: StrategyContext): void {
  const { annotations = {} } = deployment.metadata;
  const before = old.metadata.annotations ?? {};
  const same =
    Object.keys(annotations).length === Object.keys(before).length &&
    Object.entries(annotations).every(([key, value]) => before[key] === value);
  if (!same) deployment.metadata.generation = (old.metadata.generation ?? 0) + 1;
}

/** The revision, an annotation, is written with the status; labels are not. */
function prepareForStatusUpdate(deployment: Deployment, old: Deployment): void {
  if (old.metadata.labels) deployment.metadata.labels = { ...old.metadata.labels };
  else delete deployment.metadata.labels;
}

function validateSpec(spec: DeploymentSpec): FieldError[] {
  const { minReadySeconds = 0, progressDeadlineSeconds } = spec;
  const errors = [
    ...validateAllNonNegative(spec, 'spec', ['replicas']),
    ...validateWorkloadSelector(spec.selector, 'spec.selector'),
    ...validateTemplate(spec.template, spec.selector, 'spec.template'),
    ...validateStrategy(spec.strategy ?? {}, 'spec.strategy'),
    ...validateAllNonNegative(spec, 'spec', ['minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds']),
  ];
  if (progressDeadlineSeconds !== undefined && progressDeadlineSeconds <= minReadySeconds)
    errors.push(fieldInvalid('spec.progressDeadlineSeconds', progressDeadlineSeconds, 'must be greater than minReadySeconds'));
  return errors;
}

function validateStrategy(strategy: DeploymentStrategy, path: string): FieldError[] {
  const { type, rollingUpdate } = strategy;
  if (type === 'Recreate')
    return rollingUpdate
      ? [fieldForbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")]
      : [];
  if (type !== 'RollingUpdate') return [fieldNotSupported(path, strategy, ['Recreate', 'RollingUpdate'])];
  const { maxSurge, maxUnavailable } = rollingUpdate ?? {};
  const at = `${path}.rollingUpdate.maxUnavailable`;
  const errors = [
    ...validateCountOrPercent(maxUnavailable, at),
    ...validateCountOrPercent(maxSurge, `${path}.rollingUpdate.maxSurge`),
  ];
  if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0)
    errors.push(fieldInvalid(at, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  return [...errors, ...validateAtMost100Percent(maxUnavailable, at)];
}

function validateStatusUpdate(deployment: Deployment, old: Deployment): FieldError[] {
  const status = deployment.status ?? {};
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0, collisionCount } = status;
  const errors = validateAllNonNegative(status, 'status', [
    'observedGeneration',
    'replicas',
    'updatedReplicas',
    'readyReplicas',
    'availableReplicas',
    'unavailableReplicas',
    'terminatingReplicas',
    'collisionCount',
  ]);
  for (const name of ['updatedReplicas', 'readyReplicas', 'availableReplicas'] as const)
    if ((status[name] ?? 0) > replicas)
      errors.push(fieldInvalid(`status.${name}`, status[name], 'cannot be greater than status.replicas'));
  if (availableReplicas > readyReplicas)
    errors.push(fieldInvalid('status.availableReplicas', availableReplicas, 'cannot be greater than readyReplicas'));
  return [...errors, ...validateNotDecremented(collisionCount, old.status?.collisionCount, 'status.collisionCount')];
}
