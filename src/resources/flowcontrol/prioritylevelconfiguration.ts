import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, field, int32, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { statusAlone } from '../shared/status-metadata.ts';
import { conditionsSchema, validateConditions } from './condition.ts';
import { validatePriorityLevel } from './prioritylevelconfiguration-validation.ts';

const QueuingConfigurationSchema = object('io.k8s.api.flowcontrol.v1.QueuingConfiguration', {
  handSize: field(int32, { doc: 'How many queues are dealt to a flow, which uses the shortest. 8 if left out.' }),
  queueLengthLimit: field(int32, { doc: 'How many requests a queue holds before more are refused. 50 if left out.' }),
  queues: field(int32, { doc: 'How many queues there are. 64 if left out.' }),
});
export type QueuingConfiguration = TypeOf<typeof QueuingConfigurationSchema>;

const LimitResponseSchema = object('io.k8s.api.flowcontrol.v1.LimitResponse', {
  queuing: field(QueuingConfigurationSchema, { doc: 'The queues, for type Queue.' }),
  type: required(string, { doc: 'What becomes of requests that find no seat: Queue or Reject.' }),
});
export type LimitResponse = TypeOf<typeof LimitResponseSchema>;

const LimitedPriorityLevelConfigurationSchema = object('io.k8s.api.flowcontrol.v1.LimitedPriorityLevelConfiguration', {
  borrowingLimitPercent: field(int32, {
    doc: 'How many seats the level may borrow, in percent of its own. No limit if left out.',
  }),
  lendablePercent: field(int32, { doc: 'What share of its seats other levels may borrow. 0 if left out.' }),
  limitResponse: defaulted(LimitResponseSchema, { doc: 'What becomes of requests that find no seat.' }),
  nominalConcurrencyShares: field(int32, { doc: 'The share of the seats of the server that the level has. 30 if left out.' }),
});
export type LimitedPriorityLevelConfiguration = TypeOf<typeof LimitedPriorityLevelConfigurationSchema>;

const ExemptPriorityLevelConfigurationSchema = object('io.k8s.api.flowcontrol.v1.ExemptPriorityLevelConfiguration', {
  lendablePercent: field(int32, { doc: 'What share of the seats other levels may borrow. 0 if left out.' }),
  nominalConcurrencyShares: field(int32, {
    doc: 'The share of the seats that the level is reckoned with. Its requests never wait. 0 if left out.',
  }),
});
export type ExemptPriorityLevelConfiguration = TypeOf<typeof ExemptPriorityLevelConfigurationSchema>;

const PriorityLevelConfigurationSpecSchema = object('io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec', {
  exempt: field(ExemptPriorityLevelConfigurationSchema, { doc: 'Settings of a level of type Exempt.' }),
  limited: field(LimitedPriorityLevelConfigurationSchema, { doc: 'Settings of a level of type Limited.' }),
  type: required(string, { doc: 'Exempt, whose requests never wait, or Limited.' }),
});
export type PriorityLevelConfigurationSpec = TypeOf<typeof PriorityLevelConfigurationSpecSchema>;

const PriorityLevelConfigurationSchema = kindSchema('io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration', {
  spec: defaulted(PriorityLevelConfigurationSpecSchema),
  status: object('io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationStatus', {
    conditions: field(conditionsSchema('io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationCondition'), {
      doc: 'What holds of the priority level.',
    }),
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
