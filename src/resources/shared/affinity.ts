/** What a pod says about where it may run. Facts: OpenAPI of Kubernetes 1.36. */
import { int32, int64, list, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { LabelSelectorSchema } from './label-selector.ts';

export const NodeSelectorRequirementSchema = object('io.k8s.api.core.v1.NodeSelectorRequirement', {
  key: required(string),
  operator: required(string),
  values: list(string),
});
export type NodeSelectorRequirement = TypeOf<typeof NodeSelectorRequirementSchema>;

export const NodeSelectorTermSchema = object(
  'io.k8s.api.core.v1.NodeSelectorTerm',
  {
    matchExpressions: list(NodeSelectorRequirementSchema),
    matchFields: list(NodeSelectorRequirementSchema),
  },
  { atomic: true },
);
export type NodeSelectorTerm = TypeOf<typeof NodeSelectorTermSchema>;

export const NodeSelectorSchema = object(
  'io.k8s.api.core.v1.NodeSelector',
  {
    nodeSelectorTerms: required(list(NodeSelectorTermSchema)),
  },
  { atomic: true },
);
export type NodeSelector = TypeOf<typeof NodeSelectorSchema>;

export const PreferredSchedulingTermSchema = object('io.k8s.api.core.v1.PreferredSchedulingTerm', {
  preference: required(NodeSelectorTermSchema),
  weight: required(int32),
});
export type PreferredSchedulingTerm = TypeOf<typeof PreferredSchedulingTermSchema>;

export const NodeAffinitySchema = object('io.k8s.api.core.v1.NodeAffinity', {
  preferredDuringSchedulingIgnoredDuringExecution: list(PreferredSchedulingTermSchema),
  requiredDuringSchedulingIgnoredDuringExecution: NodeSelectorSchema,
});
export type NodeAffinity = TypeOf<typeof NodeAffinitySchema>;

export const PodAffinityTermSchema = object('io.k8s.api.core.v1.PodAffinityTerm', {
  labelSelector: LabelSelectorSchema,
  matchLabelKeys: list(string),
  mismatchLabelKeys: list(string),
  namespaceSelector: LabelSelectorSchema,
  namespaces: list(string),
  topologyKey: required(string),
});
export type PodAffinityTerm = TypeOf<typeof PodAffinityTermSchema>;

export const WeightedPodAffinityTermSchema = object('io.k8s.api.core.v1.WeightedPodAffinityTerm', {
  podAffinityTerm: required(PodAffinityTermSchema),
  weight: required(int32),
});
export type WeightedPodAffinityTerm = TypeOf<typeof WeightedPodAffinityTermSchema>;

export const PodAffinitySchema = object('io.k8s.api.core.v1.PodAffinity', {
  preferredDuringSchedulingIgnoredDuringExecution: list(WeightedPodAffinityTermSchema),
  requiredDuringSchedulingIgnoredDuringExecution: list(PodAffinityTermSchema),
});
export type PodAffinity = TypeOf<typeof PodAffinitySchema>;

export const PodAntiAffinitySchema = object('io.k8s.api.core.v1.PodAntiAffinity', {
  preferredDuringSchedulingIgnoredDuringExecution: list(WeightedPodAffinityTermSchema),
  requiredDuringSchedulingIgnoredDuringExecution: list(PodAffinityTermSchema),
});
export type PodAntiAffinity = TypeOf<typeof PodAntiAffinitySchema>;

export const AffinitySchema = object('io.k8s.api.core.v1.Affinity', {
  nodeAffinity: NodeAffinitySchema,
  podAffinity: PodAffinitySchema,
  podAntiAffinity: PodAntiAffinitySchema,
});
export type Affinity = TypeOf<typeof AffinitySchema>;

export const TolerationSchema = object('io.k8s.api.core.v1.Toleration', {
  effect: string,
  key: string,
  operator: string,
  tolerationSeconds: int64,
  value: string,
});
export type Toleration = TypeOf<typeof TolerationSchema>;

export const TopologySpreadConstraintSchema = object('io.k8s.api.core.v1.TopologySpreadConstraint', {
  labelSelector: LabelSelectorSchema,
  matchLabelKeys: list(string),
  maxSkew: required(int32),
  minDomains: int32,
  nodeAffinityPolicy: string,
  nodeTaintsPolicy: string,
  topologyKey: required(string),
  whenUnsatisfiable: required(string),
});
export type TopologySpreadConstraint = TypeOf<typeof TopologySpreadConstraintSchema>;
