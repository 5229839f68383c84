import { kindSchema } from '../../machinery/meta.ts';
import { addQuantities, formatQuantity, parseQuantity, zeroQuantity } from '../../machinery/quantity.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, list, object, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import { nameColumn } from '../../machinery/table.ts';
import { definition, usageColumn, usageSchema, windowColumn } from './usage.ts';

const ContainerMetricsSchema = object(definition('ContainerMetrics'), {
  name: required(string, { doc: 'The name of the container.' }),
  usage: required(usageSchema, { doc: 'How much of each resource the container uses.' }),
});

const PodMetricsSchema = kindSchema(definition('PodMetrics'), {
  containers: required(list(ContainerMetricsSchema), { doc: 'The containers that run.' }),
  timestamp: field(time, { doc: 'When the measurement ended.' }),
  window: required(string, { doc: 'Over which time it was measured.' }),
});
export type PodMetrics = TypeOf<typeof PodMetricsSchema>;

/** What pods use (`kubectl top pods`). Measured when somebody asks, never stored. */
export const podMetrics = defineResource<PodMetrics>({
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  kind: 'PodMetrics',
  plural: 'pods',
  singular: 'pod',
  namespaced: true,
  verbs: ['get', 'list'],
  description: 'What the containers of a pod use.',
  schema: PodMetricsSchema,
  columns: [nameColumn, usageColumn('cpu', total('cpu')), usageColumn('memory', total('memory')), windowColumn],
});

function total(resource: string): (metrics: PodMetrics) => string {
  return ({ containers }) =>
    formatQuantity(
      containers.reduce((sum, { usage }) => addQuantities(sum, parseQuantity(usage[resource] ?? '0')), zeroQuantity),
    );
}
