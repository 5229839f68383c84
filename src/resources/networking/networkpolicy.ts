import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import {
  defaulted,
  field,
  int32,
  intOrString,
  list,
  object,
  oneOf,
  required,
  string,
  type TypeOf,
} from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { LabelSelectorSchema } from '../shared/label-selector.ts';
import { formatLabelSelector } from '../shared/template-columns.ts';
import { networkPolicyWarnings, validateNetworkPolicy } from './networkpolicy-validation.ts';

export const NetworkPolicyPortSchema = object('io.k8s.api.networking.v1.NetworkPolicyPort', {
  endPort: field(int32, { doc: 'The last port of a range that begins with port.' }),
  port: field(intOrString, { doc: 'A port of the pods by number or name; all if left out.' }),
  protocol: field(oneOf('SCTP', 'TCP', 'UDP'), { doc: 'TCP (the default), UDP or SCTP.' }),
});
export type NetworkPolicyPort = TypeOf<typeof NetworkPolicyPortSchema>;

export const IPBlockSchema = object('io.k8s.api.networking.v1.IPBlock', {
  cidr: required(string, { doc: 'A range of addresses.' }),
  except: field(list(string), { doc: 'Parts of the range that do not belong to it.' }),
});
export type IPBlock = TypeOf<typeof IPBlockSchema>;

export const NetworkPolicyPeerSchema = object('io.k8s.api.networking.v1.NetworkPolicyPeer', {
  ipBlock: field(IPBlockSchema, { doc: 'Addresses. Not together with selectors.' }),
  namespaceSelector: field(LabelSelectorSchema, { doc: 'The namespaces of the pods; that of the policy if left out.' }),
  podSelector: field(LabelSelectorSchema, { doc: 'The pods; all of the namespaces if left out.' }),
});
export type NetworkPolicyPeer = TypeOf<typeof NetworkPolicyPeerSchema>;

export const NetworkPolicyIngressRuleSchema = object('io.k8s.api.networking.v1.NetworkPolicyIngressRule', {
  from: field(list(NetworkPolicyPeerSchema), { doc: 'Who may connect; everybody if empty.' }),
  ports: field(list(NetworkPolicyPortSchema), { doc: 'Which ports may be reached; all if empty.' }),
});
export type NetworkPolicyIngressRule = TypeOf<typeof NetworkPolicyIngressRuleSchema>;

export const NetworkPolicyEgressRuleSchema = object('io.k8s.api.networking.v1.NetworkPolicyEgressRule', {
  ports: field(list(NetworkPolicyPortSchema), { doc: 'Which ports may be connected to; all if empty.' }),
  to: field(list(NetworkPolicyPeerSchema), { doc: 'Who may be connected to; everybody if empty.' }),
});
export type NetworkPolicyEgressRule = TypeOf<typeof NetworkPolicyEgressRuleSchema>;

export const NetworkPolicySpecSchema = object('io.k8s.api.networking.v1.NetworkPolicySpec', {
  egress: field(list(NetworkPolicyEgressRuleSchema), { doc: 'What the pods may connect to.' }),
  ingress: field(list(NetworkPolicyIngressRuleSchema), { doc: 'What may connect to the pods.' }),
  podSelector: field(LabelSelectorSchema, { doc: 'The pods that the policy is about; all of the namespace if empty.' }),
  policyTypes: field(list(oneOf('Egress', 'Ingress')), {
    doc: 'Which directions the policy restricts. Ingress, and Egress if there are rules for it, if left out.',
  }),
});
export type NetworkPolicySpec = TypeOf<typeof NetworkPolicySpecSchema>;

const NetworkPolicySchema = kindSchema('io.k8s.api.networking.v1.NetworkPolicy', {
  spec: defaulted(NetworkPolicySpecSchema),
});
export type NetworkPolicy = TypeOf<typeof NetworkPolicySchema>;

export const networkPolicies = defineResource<NetworkPolicy>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  shortNames: ['netpol'],
  namespaced: true,
  description: 'Says which connections some pods may have. Pods that no policy is about may have all.',
  schema: NetworkPolicySchema,
  strategy: { defaults, validate: validateNetworkPolicy, warnings: networkPolicyWarnings },
  columns: [
    nameColumn,
    {
      name: 'Pod-Selector',
      type: 'string',
      description: 'The pods that the policy is about.',
      cell: ({ spec }) => formatLabelSelector(spec.podSelector),
    },
    ageColumn,
  ],
});

function defaults(policy: NetworkPolicy): void {
  const spec = (policy.spec ??= {});
  spec.podSelector ??= {};
  const { ingress = [], egress = [] } = spec;
  if (!spec.policyTypes?.length) spec.policyTypes = egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
  for (const { ports = [] } of [...ingress, ...egress]) for (const port of ports) port.protocol ??= 'TCP';
}
