import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import {
  defaulted,
  field,
  int32,
  int64,
  intOrString,
  listOf,
  map,
  object,
  oneOf,
  time,
  type TypeOf,
} from '../../machinery/schema.ts';
import { validateLabelSelector } from '../../machinery/selectors.ts';
import { fieldInvalid, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { validateAllNonNegative, validateAtMost100Percent, validateCountOrPercent } from '../apps/workload.ts';
import { ConditionSchema } from '../shared/condition.ts';
import { validateConditions } from '../shared/condition-validation.ts';
import { validateOptionalChoice } from '../shared/format-rules.ts';
import { LabelSelectorSchema } from '../shared/label-selector.ts';

export const PodDisruptionBudgetSpecSchema = object('io.k8s.api.policy.v1.PodDisruptionBudgetSpec', {
  maxUnavailable: field(intOrString, {
    doc: 'How many pods, or which share of them, may be missing after an eviction. Not together with minAvailable.',
  }),
  minAvailable: field(intOrString, {
    doc: 'How many pods, or which share of them, must remain after an eviction. Not together with maxUnavailable.',
  }),
  selector: field(LabelSelectorSchema, {
    doc: 'The pods that the budget is about: all of the namespace if it is empty, none without one.',
    replace: true,
  }),
  unhealthyPodEvictionPolicy: field(oneOf('AlwaysAllow', 'IfHealthyBudget'), {
    doc: 'When running pods that are not ready may be evicted: IfHealthyBudget (the default) or AlwaysAllow.',
  }),
});
export type PodDisruptionBudgetSpec = TypeOf<typeof PodDisruptionBudgetSpecSchema>;

export const PodDisruptionBudgetStatusSchema = object('io.k8s.api.policy.v1.PodDisruptionBudgetStatus', {
  conditions: field(listOf(ConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }), {
    doc: 'Whether evictions are allowed, as DisruptionAllowed.',
  }),
  currentHealthy: field(int32, { doc: 'Pods that are healthy now.' }),
  desiredHealthy: field(int32, { doc: 'Pods that have to be healthy.' }),
  disruptedPods: field(map(time), { doc: 'Pods whose eviction was allowed and is not seen yet, with its time.' }),
  disruptionsAllowed: field(int32, { doc: 'How many pods may be evicted now.' }),
  expectedPods: field(int32, { doc: 'How many pods the budget counts on.' }),
  observedGeneration: field(int64, { doc: 'The generation that this status is about.' }),
});
export type PodDisruptionBudgetStatus = TypeOf<typeof PodDisruptionBudgetStatusSchema>;

const PodDisruptionBudgetSchema = kindSchema('io.k8s.api.policy.v1.PodDisruptionBudget', {
  spec: defaulted(PodDisruptionBudgetSpecSchema),
  status: PodDisruptionBudgetStatusSchema,
});
export type PodDisruptionBudget = TypeOf<typeof PodDisruptionBudgetSchema>;

export const podDisruptionBudgets = defineResource<PodDisruptionBudget>({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  namespaced: true,
  description: 'Bounds how many of some pods may be evicted at the same time.',
  schema: PodDisruptionBudgetSchema,
  strategy: { defaults, validate, validateStatusUpdate, requiresResourceVersion: true, plainFinalizers: true },
  columns: [
    nameColumn,
    {
      name: 'Min Available',
      type: 'string',
      description: 'How many pods must remain.',
      cell: ({ spec }) => amount(spec.minAvailable),
    },
    {
      name: 'Max Unavailable',
      type: 'string',
      description: 'How many pods may be missing.',
      cell: ({ spec }) => amount(spec.maxUnavailable),
    },
    {
      name: 'Allowed Disruptions',
      type: 'integer',
      description: 'How many pods may be evicted now.',
      cell: ({ status }) => status?.disruptionsAllowed ?? 0,
    },
    ageColumn,
  ],
});

function amount(value: number | string | undefined): string {
  return value === undefined ? 'N/A' : String(value);
}

const counts = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const;

function defaults(budget: PodDisruptionBudget): void {
  budget.spec ??= {};
  const { status } = budget;
  if (status) for (const name of counts) status[name] ??= 0;
}

function validate({ spec }: PodDisruptionBudget): FieldError[] {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined)
    errors.push(fieldInvalid('spec', spec, 'minAvailable and maxUnavailable cannot be both set'));
  for (const name of ['minAvailable', 'maxUnavailable'] as const)
    errors.push(...validateCountOrPercent(spec[name], `spec.${name}`), ...validateAtMost100Percent(spec[name], `spec.${name}`));
  return [
    ...errors,
    ...validateLabelSelector(selector, 'spec.selector'),
    ...validateOptionalChoice(unhealthyPodEvictionPolicy, 'spec.unhealthyPodEvictionPolicy', ['AlwaysAllow', 'IfHealthyBudget']),
  ];
}

function validateStatusUpdate({ status = {} }: PodDisruptionBudget): FieldError[] {
  return [...validateConditions(status.conditions, 'status.conditions'), ...validateAllNonNegative(status, 'status', counts)];
}
