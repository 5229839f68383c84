import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import {
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
import { inKeyOrder, isUsableSelector, selectorFromLabelSelector, validateLabelSelector } from '../../machinery/selectors.ts';
import { fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { formatLabels } from '../shared/columns.ts';
import { LabelSelectorSchema } from '../shared/label-selector.ts';
import { defaultPodTemplate } from '../shared/pod-defaults.ts';
import { PodTemplateSpecSchema } from '../shared/pod-spec.ts';
import { validatePodTemplate } from '../shared/pod-validation.ts';
import { podTemplateWarnings } from '../shared/pod-warnings.ts';
import { sameValue } from '../shared/same-value.ts';
import {
  amountOf,
  isEmptySelector,
  templateColumns,
  validateAllNonNegative,
  validateAlwaysRestarts,
  validateAtMost100Percent,
  validateCountOrPercent,
  validateNotDecremented,
  validateSameSelector,
} from './workload.ts';

const RollingUpdateDaemonSetSchema = object('io.k8s.api.apps.v1.RollingUpdateDaemonSet', {
  maxSurge: field(intOrString, {
    doc: 'On how many nodes, or which share of them, the new pod may run beside the old one. 0 if left out.',
  }),
  maxUnavailable: field(intOrString, {
    doc: 'How many pods, or which share of them, may be missing during an update. 1 if left out.',
  }),
});

const DaemonSetUpdateStrategySchema = object('io.k8s.api.apps.v1.DaemonSetUpdateStrategy', {
  rollingUpdate: field(RollingUpdateDaemonSetSchema, { doc: 'The bounds of a rolling update.' }),
  type: field(oneOf('OnDelete', 'RollingUpdate'), {
    doc: 'RollingUpdate (the default) replaces pods step by step; OnDelete waits until somebody deletes them.',
  }),
});
export type DaemonSetUpdateStrategy = TypeOf<typeof DaemonSetUpdateStrategySchema>;

const DaemonSetSpecSchema = object('io.k8s.api.apps.v1.DaemonSetSpec', {
  minReadySeconds: field(int32, { doc: 'How many seconds a pod must be ready before it counts as available. 0 if left out.' }),
  revisionHistoryLimit: field(int32, { doc: 'How many past templates are kept for a rollback. 10 if left out.' }),
  selector: required(LabelSelectorSchema, { doc: 'Which pods belong to the set. Cannot be changed.' }),
  template: required(PodTemplateSpecSchema, { doc: 'What the pods look like.' }),
  updateStrategy: field(DaemonSetUpdateStrategySchema, { doc: 'How old pods are replaced by new ones.' }),
});
export type DaemonSetSpec = TypeOf<typeof DaemonSetSpecSchema>;

const DaemonSetConditionSchema = object('io.k8s.api.apps.v1.DaemonSetCondition', {
  lastTransitionTime: field(time, { doc: 'When the status last changed.' }),
  message: field(string, { doc: 'What is behind the status, for people.' }),
  reason: field(string, { doc: 'Why the status is what it is, in one CamelCase word.' }),
  status: required(string, { doc: 'True, False or Unknown.' }),
  type: required(string, { doc: 'What the condition is about.' }),
});

const DaemonSetStatusSchema = object('io.k8s.api.apps.v1.DaemonSetStatus', {
  collisionCount: field(int32, { doc: 'How often a name for a new revision was already taken.' }),
  conditions: field(listOf(DaemonSetConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }), {
    doc: 'What holds of the DaemonSet.',
  }),
  currentNumberScheduled: required(int32, { doc: 'Nodes that should have a pod, and have one.' }),
  desiredNumberScheduled: required(int32, { doc: 'Nodes that should have a pod.' }),
  numberAvailable: field(int32, { doc: 'Nodes whose pod has been ready for minReadySeconds.' }),
  numberMisscheduled: required(int32, { doc: 'Nodes that have a pod, and should not.' }),
  numberReady: required(int32, { doc: 'Nodes whose pod is ready.' }),
  numberUnavailable: field(int32, { doc: 'Nodes that should have an available pod, and have none.' }),
  observedGeneration: field(int64, { doc: 'The generation that this status is about.' }),
  updatedNumberScheduled: field(int32, { doc: 'Nodes whose pod is made from the current template.' }),
});
export type DaemonSetStatus = TypeOf<typeof DaemonSetStatusSchema>;

const DaemonSetSchema = kindSchema('io.k8s.api.apps.v1.DaemonSet', {
  spec: defaulted(DaemonSetSpecSchema),
  status: DaemonSetStatusSchema,
});
export type DaemonSet = TypeOf<typeof DaemonSetSchema>;

export const daemonSets = defineResource<DaemonSet>({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  description: 'Keeps one pod running on every node, or on every node of some kind.',
  schema: DaemonSetSchema,
  strategy: {
    defaults,
    prepareForCreate: (set) => setTemplateGeneration(set, Math.max(templateGenerationOf(set), 1)),
    prepareForUpdate: (set, old) =>
      setTemplateGeneration(set, templateGenerationOf(old) + (sameValue(set.spec.template, old.spec.template) ? 0 : 1)),
    prepareForStatusUpdate: (set, old) => setTemplateGeneration(set, templateGenerationOf(old)),
    validate: ({ spec }) => validateSpec(spec),
    validateUpdate: (o, old) => validateSameSelector(o.spec.selector, old.spec.selector, 'spec.selector'),
    validateStatusUpdate,
    warnings: (set, old) => podTemplateWarnings(set.spec.template, 'spec.template', set, old),
  },
  columns: [
    nameColumn,
    {
      name: 'Desired',
      type: 'integer',
      description: 'The number of nodes that should have a pod.',
      cell: ({ status }) => status?.desiredNumberScheduled ?? 0,
    },
    {
      name: 'Current',
      type: 'integer',
      description: 'The number of nodes that should have a pod, and have one.',
      cell: ({ status }) => status?.currentNumberScheduled ?? 0,
    },
    { name: 'Ready', type: 'integer', description: 'The number of ready pods.', cell: ({ status }) => status?.numberReady ?? 0 },
    {
      name: 'Up-to-date',
      type: 'integer',
      description: 'The number of pods made from the current template.',
      cell: ({ status }) => status?.updatedNumberScheduled ?? 0,
    },
    {
      name: 'Available',
      type: 'integer',
      description: 'The number of pods that have been ready for minReadySeconds.',
      cell: ({ status }) => status?.numberAvailable ?? 0,
    },
    {
      name: 'Node Selector',
      type: 'string',
      description: 'The labels of the nodes that should have a pod.',
      cell: ({ spec }) => formatLabels(spec.template.spec.nodeSelector),
    },
    ageColumn,
    ...templateColumns,
  ],
});

/** Counts the changes of the template. A field once; kept for clients that still look for it. */
const generationAnnotation = 'deprecated.daemonset.template.generation';

const templateGenerationOf = ({ metadata }: DaemonSet): number => Number(metadata.annotations?.[generationAnnotation]) || 0;

function setTemplateGeneration({ metadata }: DaemonSet, generation: number): void {
  metadata.annotations = { ...metadata.annotations, [generationAnnotation]: String(generation) };
}

function defaults(set: DaemonSet): void {
  const spec = (set.spec ??= {} as DaemonSetSpec);
  const strategy = (spec.updateStrategy ??= {});
  strategy.type ||= 'RollingUpdate';
  if (strategy.type === 'RollingUpdate') {
    const bounds = (strategy.rollingUpdate ??= {});
    bounds.maxUnavailable ??= 1;
    bounds.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= 10;
  defaultPodTemplate((spec.template ??= { spec: { containers: [] } }));
  if (set.metadata.annotations?.[generationAnnotation] === undefined) setTemplateGeneration(set, 0);
  const { status } = set;
  if (!status) return;
  status.currentNumberScheduled ??= 0;
  status.desiredNumberScheduled ??= 0;
  status.numberMisscheduled ??= 0;
  status.numberReady ??= 0;
}

function validateSpec(spec: DaemonSetSpec): FieldError[] {
  const { selector, template } = spec;
  const errors = validateLabelSelector(selector, 'spec.selector');
  const labels = template.metadata?.labels;
  if (!(selector && !isUsableSelector(selector)) && !selectorFromLabelSelector(selector).matches(labels))
    errors.push(fieldInvalid('spec.template.metadata.labels', inKeyOrder(labels), '`selector` does not match template `labels`'));
  if (selector && isEmptySelector(selector))
    errors.push(fieldInvalid('spec.selector', selector, 'empty selector is invalid for daemonset'));
  return [
    ...errors,
    ...validatePodTemplate(template, 'spec.template'),
    ...validateAlwaysRestarts(template, 'spec.template', 'DaemonSet'),
    ...validateAllNonNegative(spec, 'spec', ['minReadySeconds']),
    ...validateStrategy(spec.updateStrategy ?? {}, 'spec.updateStrategy'),
    ...validateAllNonNegative(spec, 'spec', ['revisionHistoryLimit']),
  ];
}

function validateStrategy(strategy: DaemonSetUpdateStrategy, path: string): FieldError[] {
  const { type, rollingUpdate } = strategy;
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') return [fieldNotSupported(path, strategy, ['RollingUpdate', 'OnDelete'])];
  const { maxUnavailable, maxSurge } = rollingUpdate ?? {};
  const surgeAt = `${path}.rollingUpdate.maxSurge`;
  const unavailableAt = `${path}.rollingUpdate.maxUnavailable`;
  const errors = [
    ...validateCountOrPercent(maxUnavailable, unavailableAt),
    ...validateCountOrPercent(maxSurge, surgeAt),
    ...validateAtMost100Percent(maxUnavailable, unavailableAt),
    ...validateAtMost100Percent(maxSurge, surgeAt),
  ];
  const [unavailable, surge] = [amountOf(maxUnavailable) !== 0, amountOf(maxSurge) !== 0];
  if (unavailable && surge) errors.push(fieldInvalid(surgeAt, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  if (!unavailable && !surge) errors.push(fieldRequired(unavailableAt, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

function validateStatusUpdate({ status }: DaemonSet, old: DaemonSet): FieldError[] {
  return [
    ...validateAllNonNegative<Partial<DaemonSetStatus>>(status ?? {}, 'status', [
      'currentNumberScheduled',
      'numberMisscheduled',
      'desiredNumberScheduled',
      'numberReady',
      'observedGeneration',
      'updatedNumberScheduled',
      'numberAvailable',
      'numberUnavailable',
      'collisionCount',
    ]),
    ...validateNotDecremented(status?.collisionCount, old.status?.collisionCount, 'status.collisionCount'),
  ];
}
