import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { boolean, defaulted, field, int32, list, listOf, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { statusAlone } from '../shared/status-metadata.ts';
import { conditionsSchema, validateConditions } from './condition.ts';
import { validateFlowSchema } from './flowschema-validation.ts';

const NonResourcePolicyRuleSchema = object('io.k8s.api.flowcontrol.v1.NonResourcePolicyRule', {
  nonResourceURLs: required(listOf(string, { listType: 'set' }), {
    doc: 'Paths outside of the resource API, as /healthz; `*` is all.',
  }),
  verbs: required(listOf(string, { listType: 'set' }), { doc: 'HTTP methods in small letters; `*` is all.' }),
});
export type NonResourcePolicyRule = TypeOf<typeof NonResourcePolicyRuleSchema>;

const ResourcePolicyRuleSchema = object('io.k8s.api.flowcontrol.v1.ResourcePolicyRule', {
  apiGroups: required(listOf(string, { listType: 'set' }), { doc: 'The groups of the resources; `*` is all.' }),
  clusterScope: field(boolean, { doc: 'Whether requests without a namespace are meant too. false if left out.' }),
  namespaces: field(listOf(string, { listType: 'set' }), { doc: 'The namespaces; `*` is all.' }),
  resources: required(listOf(string, { listType: 'set' }), {
    doc: 'Plural names of resources, as pods or pods/status; `*` is all.',
  }),
  verbs: required(listOf(string, { listType: 'set' }), { doc: 'What is done, as get or create; `*` is all.' }),
});
export type ResourcePolicyRule = TypeOf<typeof ResourcePolicyRuleSchema>;

const SubjectSchema = object('io.k8s.api.flowcontrol.v1.Subject', {
  group: field(
    object('io.k8s.api.flowcontrol.v1.GroupSubject', { name: required(string, { doc: 'The name of the group; `*` is all.' }) }),
    { doc: 'A group of users.' },
  ),
  kind: required(string, { doc: 'Which of the others is meant: User, Group or ServiceAccount.' }),
  serviceAccount: field(
    object('io.k8s.api.flowcontrol.v1.ServiceAccountSubject', {
      name: required(string, { doc: 'The name of the ServiceAccount; `*` is all.' }),
      namespace: required(string, { doc: 'The namespace of the ServiceAccount.' }),
    }),
    { doc: 'A ServiceAccount.' },
  ),
  user: field(
    object('io.k8s.api.flowcontrol.v1.UserSubject', { name: required(string, { doc: 'The name of the user; `*` is all.' }) }),
    { doc: 'A user.' },
  ),
});
export type Subject = TypeOf<typeof SubjectSchema>;

const PolicyRulesWithSubjectsSchema = object('io.k8s.api.flowcontrol.v1.PolicyRulesWithSubjects', {
  nonResourceRules: field(list(NonResourcePolicyRuleSchema), { doc: 'Requests outside of the resource API.' }),
  resourceRules: field(list(ResourcePolicyRuleSchema), { doc: 'Requests for resources.' }),
  subjects: required(list(SubjectSchema), { doc: 'Who sends the requests. One of them must match.' }),
});
export type PolicyRulesWithSubjects = TypeOf<typeof PolicyRulesWithSubjectsSchema>;

const FlowSchemaSpecSchema = object('io.k8s.api.flowcontrol.v1.FlowSchemaSpec', {
  distinguisherMethod: field(
    object('io.k8s.api.flowcontrol.v1.FlowDistinguisherMethod', {
      type: required(string, { doc: 'What tells flows apart: ByUser or ByNamespace.' }),
    }),
    { doc: 'How the requests are divided into flows; one flow if left out.' },
  ),
  matchingPrecedence: field(int32, {
    doc: 'The schema with the lowest number of those that match counts. 1 to 10000; 1000 if left out.',
  }),
  priorityLevelConfiguration: required(
    object('io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationReference', {
      name: required(string, { doc: 'The name of the priority level.' }),
    }),
    { doc: 'The priority level of the requests.' },
  ),
  rules: field(list(PolicyRulesWithSubjectsSchema), { doc: 'Which requests are meant. One of them must match.' }),
});
export type FlowSchemaSpec = TypeOf<typeof FlowSchemaSpecSchema>;

const FlowSchemaSchema = kindSchema('io.k8s.api.flowcontrol.v1.FlowSchema', {
  spec: defaulted(FlowSchemaSpecSchema),
  status: object('io.k8s.api.flowcontrol.v1.FlowSchemaStatus', {
    conditions: field(conditionsSchema('io.k8s.api.flowcontrol.v1.FlowSchemaCondition'), {
      doc: 'What holds of the schema, as Dangling.',
    }),
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
