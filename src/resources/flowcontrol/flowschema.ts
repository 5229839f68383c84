import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { boolean, defaulted, int32, list, listOf, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { statusAlone } from '../shared/status-metadata.ts';
import { conditionsSchema, validateConditions } from './condition.ts';
import { validateFlowSchema } from './flowschema-validation.ts';

const NonResourcePolicyRuleSchema = object('io.k8s.api.flowcontrol.v1.NonResourcePolicyRule', {
  nonResourceURLs: required(listOf(string, { listType: 'set' })),
  verbs: required(listOf(string, { listType: 'set' })),
});
export type NonResourcePolicyRule = TypeOf<typeof NonResourcePolicyRuleSchema>;

const ResourcePolicyRuleSchema = object('io.k8s.api.flowcontrol.v1.ResourcePolicyRule', {
  apiGroups: required(listOf(string, { listType: 'set' })),
  clusterScope: boolean,
  namespaces: listOf(string, { listType: 'set' }),
  resources: required(listOf(string, { listType: 'set' })),
  verbs: required(listOf(string, { listType: 'set' })),
});
export type ResourcePolicyRule = TypeOf<typeof ResourcePolicyRuleSchema>;

const SubjectSchema = object('io.k8s.api.flowcontrol.v1.Subject', {
  group: object('io.k8s.api.flowcontrol.v1.GroupSubject', { name: required(string) }),
  kind: required(string),
  serviceAccount: object('io.k8s.api.flowcontrol.v1.ServiceAccountSubject', { name: required(string), namespace: required(string) }),
  user: object('io.k8s.api.flowcontrol.v1.UserSubject', { name: required(string) }),
});
export type Subject = TypeOf<typeof SubjectSchema>;

const PolicyRulesWithSubjectsSchema = object('io.k8s.api.flowcontrol.v1.PolicyRulesWithSubjects', {
  nonResourceRules: list(NonResourcePolicyRuleSchema),
  resourceRules: list(ResourcePolicyRuleSchema),
  subjects: required(list(SubjectSchema)),
});
export type PolicyRulesWithSubjects = TypeOf<typeof PolicyRulesWithSubjectsSchema>;

const FlowSchemaSpecSchema = object('io.k8s.api.flowcontrol.v1.FlowSchemaSpec', {
  distinguisherMethod: object('io.k8s.api.flowcontrol.v1.FlowDistinguisherMethod', { type: required(string) }),
  matchingPrecedence: int32,
  priorityLevelConfiguration: required(
    object('io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationReference', { name: required(string) }),
  ),
  rules: list(PolicyRulesWithSubjectsSchema),
});
export type FlowSchemaSpec = TypeOf<typeof FlowSchemaSpecSchema>;

const FlowSchemaSchema = kindSchema('io.k8s.api.flowcontrol.v1.FlowSchema', {
  spec: defaulted(FlowSchemaSpecSchema),
  status: object('io.k8s.api.flowcontrol.v1.FlowSchemaStatus', {
    conditions: conditionsSchema('io.k8s.api.flowcontrol.v1.FlowSchemaCondition'),
  }),
});
export type FlowSchema = TypeOf<typeof FlowSchemaSchema>;

export const flowSchemas = defineResource<FlowSchema>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'FlowSchema',
  plural: 'flowschemas',
  namespaced: false,
  description: 'Sorts requests to the API into flows and says which priority level they have.',
  schema: FlowSchemaSchema,
  strategy: {
    defaults,
    ...statusAlone,
    validate: validateFlowSchema,
    validateStatusUpdate: ({ status }) => validateConditions(status?.conditions),
  },
  columns: [
    nameColumn,
    {
      name: 'PriorityLevel',
      type: 'string',
      description: 'The priority level of the requests.',
      cell: ({ spec }) => spec.priorityLevelConfiguration.name,
    },
    {
      name: 'MatchingPrecedence',
      type: 'string',
      description: 'Of all that match a request, the one with the lowest number counts.',
      cell: ({ spec }) => spec.matchingPrecedence ?? 0,
    },
    {
      name: 'DistinguisherMethod',
      type: 'string',
      description: 'What makes a flow: the user or the namespace.',
      cell: ({ spec }) => spec.distinguisherMethod?.type ?? '<none>',
    },
    ageColumn,
    {
      name: 'MissingPL',
      type: 'string',
      description: 'Whether the priority level does not exist.',
      cell: ({ status }) => status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?',
    },
  ],
});

function defaults(schema: FlowSchema): void {
  const spec = (schema.spec ??= {} as FlowSchemaSpec);
  spec.matchingPrecedence ||= 1000;
  spec.priorityLevelConfiguration ??= { name: '' };
}
