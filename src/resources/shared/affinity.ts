/** What a pod says about where it may run. Facts: OpenAPI of Kubernetes 1.36. */
import { field, int32, int64, list, object, oneOf, required, string, type TypeOf } from '../../machinery/schema.ts';
import { LabelSelectorSchema } from './label-selector.ts';

export const NodeSelectorRequirementSchema = object('io.k8s.api.core.v1.NodeSelectorRequirement', {
  key: required(string, { doc: 'The label or field that is looked at.' }),
  operator: required(oneOf('DoesNotExist', 'Exists', 'Gt', 'In', 'Lt', 'NotIn'), {
    doc: 'In, NotIn, Exists, DoesNotExist, Gt or Lt.',
  }),
  values: field(list(string), { doc: 'Values for In and NotIn, none for Exists and DoesNotExist, one integer for Gt and Lt.' }),
});
export type NodeSelectorRequirement = TypeOf<typeof NodeSelectorRequirementSchema>;

export const NodeSelectorTermSchema = object(
  'io.k8s.api.core.v1.NodeSelectorTerm',
  {
    matchExpressions: field(list(NodeSelectorRequirementSchema), {
      doc: 'Requirements on the labels of the node, all of which must be met.',
    }),
    matchFields: field(list(NodeSelectorRequirementSchema), {
      doc: 'Requirements on fields of the node, of which only metadata.name is supported.',
    }),
  },
  { atomic: true },
);
export type NodeSelectorTerm = TypeOf<typeof NodeSelectorTermSchema>;

export const NodeSelectorSchema = object(
  'io.k8s.api.core.v1.NodeSelector',
  {
    nodeSelectorTerms: required(list(NodeSelectorTermSchema), { doc: 'One of these must match.' }),
  },
  { atomic: true },
);
export type NodeSelector = TypeOf<typeof NodeSelectorSchema>;

export const PreferredSchedulingTermSchema = object('io.k8s.api.core.v1.PreferredSchedulingTerm', {
  preference: required(NodeSelectorTermSchema, { doc: 'What the node is like.' }),
  weight: required(int32, { doc: 'How much it counts, from 1 to 100.' }),
});
export type PreferredSchedulingTerm = TypeOf<typeof PreferredSchedulingTermSchema>;

export const NodeAffinitySchema = object('io.k8s.api.core.v1.NodeAffinity', {
  preferredDuringSchedulingIgnoredDuringExecution: field(list(PreferredSchedulingTermSchema), {
    doc: 'Nodes to prefer; weights of the terms that match are added up.',
  }),
  requiredDuringSchedulingIgnoredDuringExecution: field(NodeSelectorSchema, {
    doc: 'What a node must be like. Later changes of the node do not move the pod.',
  }),
});
export type NodeAffinity = TypeOf<typeof NodeAffinitySchema>;

export const PodAffinityTermSchema = object('io.k8s.api.core.v1.PodAffinityTerm', {
  labelSelector: field(LabelSelectorSchema, { doc: 'The pods that are meant; none if left out.' }),
  matchLabelKeys: field(list(string), {
    doc: 'Labels whose values in this pod are added to the selector with In. Fixed at creation.',
  }),
  mismatchLabelKeys: field(list(string), {
    doc: 'Labels whose values in this pod are added to the selector with NotIn. Fixed at creation.',
  }),
  namespaceSelector: field(LabelSelectorSchema, { doc: 'More namespaces of the pods, by their labels; all of them if empty.' }),
  namespaces: field(list(string), {
    doc: 'Namespaces of the pods; that of this pod if neither this nor namespaceSelector is given.',
  }),
  topologyKey: required(string, { doc: 'The label of nodes whose equal values mean near, as kubernetes.io/hostname.' }),
});
export type PodAffinityTerm = TypeOf<typeof PodAffinityTermSchema>;

export const WeightedPodAffinityTermSchema = object('io.k8s.api.core.v1.WeightedPodAffinityTerm', {
  podAffinityTerm: required(PodAffinityTermSchema, { doc: 'Which pods, and how near.' }),
  weight: required(int32, { doc: 'How much it counts, from 1 to 100.' }),
});
export type WeightedPodAffinityTerm = TypeOf<typeof WeightedPodAffinityTermSchema>;

export const PodAffinitySchema = object('io.k8s.api.core.v1.PodAffinity', {
  preferredDuringSchedulingIgnoredDuringExecution: field(list(WeightedPodAffinityTermSchema), {
    doc: 'Places to prefer; weights of the terms that match are added up.',
  }),
  requiredDuringSchedulingIgnoredDuringExecution: field(list(PodAffinityTermSchema), {
    doc: 'All of these must match. Later changes of the pods do not move this one.',
  }),
});
export type PodAffinity = TypeOf<typeof PodAffinitySchema>;

export const PodAntiAffinitySchema = object('io.k8s.api.core.v1.PodAntiAffinity', {
  preferredDuringSchedulingIgnoredDuringExecution: field(list(WeightedPodAffinityTermSchema), {
    doc: 'Places to avoid; weights of the terms that match are added up.',
  }),
  requiredDuringSchedulingIgnoredDuringExecution: field(list(PodAffinityTermSchema), {
    doc: 'None of these may match. Later changes of the pods do not move this one.',
  }),
});
export type PodAntiAffinity = TypeOf<typeof PodAntiAffinitySchema>;

export const AffinitySchema = object('io.k8s.api.core.v1.Affinity', {
  nodeAffinity: field(NodeAffinitySchema, { doc: 'Which nodes the pod wants.' }),
  podAffinity: field(PodAffinitySchema, { doc: 'Which pods this one wants to be near.' }),
  podAntiAffinity: field(PodAntiAffinitySchema, { doc: 'Which pods this one wants to be away from.' }),
});
export type Affinity = TypeOf<typeof AffinitySchema>;

export const TolerationSchema = object('io.k8s.api.core.v1.Toleration', {
  effect: field(oneOf('NoExecute', 'NoSchedule', 'PreferNoSchedule'), {
    doc: 'NoSchedule, PreferNoSchedule or NoExecute; all of them if left out.',
  }),
  key: field(string, { doc: 'The key of the taint; all of them if left out, with operator Exists.' }),
  operator: field(oneOf('Equal', 'Exists', 'Gt', 'Lt'), {
    doc: 'Equal (the default), or Exists for any value. Lt and Gt compare numbers.',
  }),
  tolerationSeconds: field(int64, { doc: 'How many seconds a NoExecute taint is put up with; for ever if left out.' }),
  value: field(string, { doc: 'The value of the taint, for Equal.' }),
});
export type Toleration = TypeOf<typeof TolerationSchema>;

export const TopologySpreadConstraintSchema = object('io.k8s.api.core.v1.TopologySpreadConstraint', {
  labelSelector: field(LabelSelectorSchema, { doc: 'The pods that are counted.' }),
  matchLabelKeys: field(list(string), {
    doc: 'Labels whose values in this pod are added to the selector, as pod-template-hash.',
  }),
  maxSkew: required(int32, { doc: 'How many more pods a domain may have than the one with the fewest. At least 1.' }),
  minDomains: field(int32, {
    doc: 'With fewer domains than this, the fewest pods count as 0. 1 if left out; only with DoNotSchedule.',
  }),
  nodeAffinityPolicy: field(oneOf('Honor', 'Ignore'), {
    doc: 'Whether only nodes count that the pod may run on by its selector and affinity: Honor (the default) or Ignore.',
  }),
  nodeTaintsPolicy: field(oneOf('Honor', 'Ignore'), {
    doc: 'Whether only nodes count whose taints the pod tolerates: Honor or Ignore (the default).',
  }),
  topologyKey: required(string, { doc: 'The label of nodes whose values are the domains, as topology.kubernetes.io/zone.' }),
  whenUnsatisfiable: required(oneOf('DoNotSchedule', 'ScheduleAnyway'), {
    doc: 'What becomes of a pod that would break the rule: DoNotSchedule, or ScheduleAnyway with a preference.',
  }),
});
export type TopologySpreadConstraint = TypeOf<typeof TopologySpreadConstraintSchema>;
