import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { boolean, defaulted, list, listOf, object, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { NodeConfigSourceSchema, NodeStatusSchema } from './node-status.ts';

export const TaintSchema = object('io.k8s.api.core.v1.Taint', {
  effect: required(string),
  key: required(string),
  timeAdded: time,
  value: string,
});
export type Taint = TypeOf<typeof TaintSchema>;

export const NodeSpecSchema = object('io.k8s.api.core.v1.NodeSpec', {
  configSource: NodeConfigSourceSchema,
  externalID: string,
  podCIDR: string,
  podCIDRs: listOf(string, { listType: 'set', patch: {} }),
  providerID: string,
  taints: list(TaintSchema),
  unschedulable: boolean,
});
export type NodeSpec = TypeOf<typeof NodeSpecSchema>;

const NodeSchema = kindSchema('io.k8s.api.core.v1.Node', {
  spec: defaulted(NodeSpecSchema),
  status: NodeStatusSchema,
});
export type Node = TypeOf<typeof NodeSchema>;

export const nodes = defineResource<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  description: 'A machine that runs pods.',
  schema: NodeSchema,
  columns: [nameColumn, ageColumn],
});
