import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, listOf, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { nameColumn } from '../../machinery/table.ts';

const ComponentConditionSchema = object('io.k8s.api.core.v1.ComponentCondition', {
  error: field(string, { doc: 'The error of the check.' }),
  message: field(string, { doc: 'What the check said.' }),
  status: required(string, { doc: 'True, False or Unknown.' }),
  type: required(string, { doc: 'Healthy.' }),
});
export type ComponentCondition = TypeOf<typeof ComponentConditionSchema>;

const ComponentStatusSchema = kindSchema('io.k8s.api.core.v1.ComponentStatus', {
  conditions: field(listOf(ComponentConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }), {
    doc: 'What the checks of the component say.',
  }),
});
export type ComponentStatus = TypeOf<typeof ComponentStatusSchema>;

/** Deprecated, and about components that are no programs of their own here: there are none to list. */
export const componentStatuses = defineResource<ComponentStatus>({
  group: '',
  version: 'v1',
  kind: 'ComponentStatus',
  plural: 'componentstatuses',
  shortNames: ['cs'],
  namespaced: false,
  verbs: ['get', 'list'],
  description: 'The health of a component of the control plane. Deprecated: ask /readyz.',
  deprecation: 'v1 ComponentStatus is deprecated in v1.19+',
  schema: ComponentStatusSchema,
  columns: [
    nameColumn,
    {
      name: 'Status',
      type: 'string',
      description: 'Whether the component is healthy.',
      cell: (o) => {
        const condition = healthOf(o);
        if (!condition) return 'Unknown';
        return condition.status === 'True' ? 'Healthy' : 'Unhealthy';
      },
    },
    { name: 'Message', type: 'string', description: 'What the component says.', cell: (o) => healthOf(o)?.message ?? '' },
    { name: 'Error', type: 'string', description: 'What is wrong with the component.', cell: (o) => healthOf(o)?.error ?? '' },
  ],
});

const healthOf = ({ conditions = [] }: ComponentStatus): ComponentCondition | undefined =>
  conditions.find(({ type }) => type === 'Healthy');
