import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, int32, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { statusAlone } from '../shared/status-metadata.ts';
import { conditionsSchema, validateConditions } from './condition.ts';
import { validatePriorityLevel } from './prioritylevelconfiguration-validation.ts';

const QueuingConfigurationSchema = object('io.k8s.api.flowcontrol.v1.QueuingConfiguration', {
  handSize: int32,
  queueLengthLimit: int32,
  queues: int32,
});
export type QueuingConfiguration = TypeOf<typeof QueuingConfigurationSchema>;

const LimitResponseSchema = object('io.k8s.api.flowcontrol.v1.LimitResponse', {
  queuing: QueuingConfigurationSchema,
  type: required(string),
});
export type LimitResponse = TypeOf<typeof LimitResponseSchema>;

const LimitedPriorityLevelConfigurationSchema = object('io.k8s.api.flowcontrol.v1.LimitedPriorityLevelConfiguration', {
  borrowingLimitPercent: int32,
  lendablePercent: int32,
  limitResponse: defaulted(LimitResponseSchema),
  nominalConcurrencyShares: int32,
});
export type LimitedPriorityLevelConfiguration = TypeOf<typeof LimitedPriorityLevelConfigurationSchema>;

const ExemptPriorityLevelConfigurationSchema = object('io.k8s.api.flowcontrol.v1.ExemptPriorityLevelConfiguration', {
  lendablePercent: int32,
  nominalConcurrencyShares: int32,
});
export type ExemptPriorityLevelConfiguration = TypeOf<typeof ExemptPriorityLevelConfigurationSchema>;

const PriorityLevelConfigurationSpecSchema = object('io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec', {
  exempt: ExemptPriorityLevelConfigurationSchema,
  limited: LimitedPriorityLevelConfigurationSchema,
  type: required(string),
});
export type PriorityLevelConfigurationSpec = TypeOf<typeof PriorityLevelConfigurationSpecSchema>;

const PriorityLevelConfigurationSchema = kindSchema('io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration', {
  spec: defaulted(PriorityLevelConfigurationSpecSchema),
  status: object('io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationStatus', {
    conditions: conditionsSchema('io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationCondition'),
  }),
});
export type PriorityLevelConfiguration = TypeOf<typeof PriorityLevelConfigurationSchema>;

const none = '<none>';

export const priorityLevelConfigurations = defineResource<PriorityLevelConfiguration>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'PriorityLevelConfiguration',
  plural: 'prioritylevelconfigurations',
  namespaced: false,
  description: 'How many requests of a priority level are served at once, and what happens to those that have to wait.',
  schema: PriorityLevelConfigurationSchema,
  strategy: {
    defaults,
    ...statusAlone,
    validate: validatePriorityLevel,
    validateStatusUpdate: ({ status }) => validateConditions(status?.conditions),
  },
  columns: [
    nameColumn,
    { name: 'Type', type: 'string', description: 'Limited or Exempt.', cell: ({ spec }) => spec.type },
    {
      name: 'NominalConcurrencyShares',
      type: 'string',
      description: 'The share of all requests served at once.',
      cell: ({ spec }) => spec.limited?.nominalConcurrencyShares ?? none,
    },
    {
      name: 'Queues',
      type: 'string',
      description: 'The number of queues.',
      cell: ({ spec }) => spec.limited?.limitResponse.queuing?.queues ?? none,
    },
    {
      name: 'HandSize',
      type: 'string',
      description: 'Among how many queues a flow chooses.',
      cell: ({ spec }) => spec.limited?.limitResponse.queuing?.handSize ?? none,
    },
    {
      name: 'QueueLengthLimit',
      type: 'string',
      description: 'How many requests may wait in one queue.',
      cell: ({ spec }) => spec.limited?.limitResponse.queuing?.queueLengthLimit ?? none,
    },
    ageColumn,
  ],
});

function defaults(level: PriorityLevelConfiguration): void {
  const { exempt, limited } = (level.spec ??= { type: '' });
  if (exempt) {
    exempt.nominalConcurrencyShares ??= 0;
    exempt.lendablePercent ??= 0;
  }
  if (!limited) return;
  limited.nominalConcurrencyShares ??= 30;
  limited.lendablePercent ??= 0;
  const { queuing } = (limited.limitResponse ??= { type: '' });
  if (!queuing) return;
  queuing.handSize ||= 8;
  queuing.queues ||= 64;
  queuing.queueLengthLimit ||= 50;
}
