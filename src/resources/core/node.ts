import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import {
  boolean,
  defaulted,
  field,
  list,
  listOf,
  object,
  oneOf,
  required,
  string,
  time,
  type TypeOf,
} from '../../machinery/schema.ts';
import { nodeColumns } from './node-columns.ts';
import { NodeConfigSourceSchema, NodeStatusSchema } from './node-status.ts';
import { validateNode, validateNodeStatusUpdate, validateNodeUpdate } from './node-validation.ts';
import { cidrWarnings } from '../shared/addresses.ts';

export const TaintSchema = object('io.k8s.api.core.v1.Taint', {
  effect: required(oneOf('NoExecute', 'NoSchedule', 'PreferNoSchedule'), {
    doc: 'What happens to pods that do not tolerate it: NoSchedule, PreferNoSchedule, or NoExecute, which also drives out running ones.',
  }),
  key: required(string, { doc: 'The key of the taint.' }),
  timeAdded: field(time, { doc: 'When the taint was added.' }),
  value: field(string, { doc: 'The value of the taint.' }),
});
export type Taint = TypeOf<typeof TaintSchema>;

export const NodeSpecSchema = object('io.k8s.api.core.v1.NodeSpec', {
  configSource: field(NodeConfigSourceSchema, { doc: 'Not used any more.' }),
  externalID: field(string, { doc: 'Not used any more.' }),
  podCIDR: field(string, { doc: 'The range of addresses for the pods of the node; the first of podCIDRs.' }),
  podCIDRs: field(listOf(string, { listType: 'set', patch: {} }), {
    doc: 'The ranges of addresses for the pods of the node, at most one of each IP family.',
  }),
  providerID: field(string, { doc: 'The id of the machine at its cloud, as PROVIDER://ID.' }),
  taints: field(list(TaintSchema), { doc: 'Marks that keep pods without a matching toleration away.' }),
  unschedulable: field(boolean, { doc: 'Whether new pods are kept away, as by kubectl cordon. false if left out.' }),
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
  generation: false,
  strategy: {
    defaults,
    prepareForCreate,
    prepareForUpdate,
    validate: validateNode,
    validateUpdate: validateNodeUpdate,
    validateStatusUpdate: validateNodeStatusUpdate,
    warnings,
    // A kubelet registers its node with all it knows about it.
    keepsStatusOnCreate: true,
  },
  columns: nodeColumns,
  selectableFields: { 'spec.unschedulable': ({ spec }) => String(spec.unschedulable ?? false) },
});

function defaults(node: Node): void {
  node.spec ??= {};
  const { spec } = node;
  // The old field is the first of the new one; who knows only the old one means both.
  if (spec.podCIDR && spec.podCIDRs?.[0] !== spec.podCIDR) spec.podCIDRs = [spec.podCIDR];
  if (spec.podCIDRs?.[0]) spec.podCIDR = spec.podCIDRs[0];
  const status = (node.status ??= {});
  if (status.capacity) status.allocatable ??= { ...status.capacity };
}

/** Dynamic kubelet configuration is gone; what was stored of it may stay. */
function prepareForCreate(node: Node): void {
  delete node.spec.configSource;
  delete node.status?.config;
}

function prepareForUpdate(node: Node, old: Node): void {
  if (!old.spec.configSource) delete node.spec.configSource;
}

function warnings({ spec }: Node): string[] {
  return [
    ...(spec.configSource ? ['spec.configSource: the feature is removed'] : []),
    ...(spec.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
    ...(spec.podCIDRs ?? []).flatMap((cidr, i) => cidrWarnings(cidr, `spec.podCIDRs[${i}]`)),
  ];
}
