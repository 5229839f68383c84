import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import { nameColumn } from '../../machinery/table.ts';
import { definition, usageColumn, usageSchema, windowColumn } from './usage.ts';

const NodeMetricsSchema = kindSchema(definition('NodeMetrics'), {
  timestamp: field(time, { doc: 'When the measurement ended.' }),
  usage: required(usageSchema, { doc: 'How much of each resource the node uses.' }),
  window: required(string, { doc: 'Over which time it was measured.' }),
});
export type NodeMetrics = TypeOf<typeof NodeMetricsSchema>;

/** What nodes use (`kubectl top nodes`). Measured when somebody asks, never stored. */
export const nodeMetrics = defineResource<NodeMetrics>({
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  kind: 'NodeMetrics',
  plural: 'nodes',
  singular: 'node',
  namespaced: false,
  verbs: ['get', 'list'],
  description: 'What a node uses.',
  schema: NodeMetricsSchema,
  columns: [
    nameColumn,
    usageColumn('cpu', ({ usage }) => usage.cpu),
    usageColumn('memory', ({ usage }) => usage.memory),
    windowColumn,
  ],
});
