/** The objects of flow control that are what they are in every cluster. Facts: `flowcontrol/bootstrap` of Kubernetes 1.36. */
import type { FlowSchemaSpec, NonResourcePolicyRule, ResourcePolicyRule } from './flowschema.ts';
import type { PriorityLevelConfigurationSpec } from './prioritylevelconfiguration.ts';

export const everyResource: ResourcePolicyRule = {
  verbs: ['*'],
  apiGroups: ['*'],
  resources: ['*'],
  clusterScope: true,
  namespaces: ['*'],
};
export const everyPath: NonResourcePolicyRule = { verbs: ['*'], nonResourceURLs: ['*'] };

/** Every request of some groups. */
export const everythingOf = (...groups: string[]): FlowSchemaSpec['rules'] => [
  {
    subjects: groups.map((name) => ({ kind: 'Group', group: { name } })),
    resourceRules: [everyResource],
    nonResourceRules: [everyPath],
  },
];

/** Specs by name. */
export const mandatoryFlowSchemas: ReadonlyMap<string, FlowSchemaSpec> = new Map([
  ['exempt', { priorityLevelConfiguration: { name: 'exempt' }, matchingPrecedence: 1, rules: everythingOf('system:masters') }],
  [
    'catch-all',
    {
      priorityLevelConfiguration: { name: 'catch-all' },
      matchingPrecedence: 10_000,
      distinguisherMethod: { type: 'ByUser' },
      rules: everythingOf('system:unauthenticated', 'system:authenticated'),
    },
  ],
]);

/** Specs by name. Of `exempt`, the part `exempt` may be another. */
export const mandatoryPriorityLevels: ReadonlyMap<string, PriorityLevelConfigurationSpec> = new Map<
  string,
  PriorityLevelConfigurationSpec
>([
  ['exempt', { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } }],
  [
    'catch-all',
    { type: 'Limited', limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: 'Reject' } } },
  ],
]);
