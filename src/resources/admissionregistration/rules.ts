/** Which requests somebody wants to see: the rules of webhooks and policies. Facts: OpenAPI of Kubernetes 1.36. */
import { field, list, object, oneOf, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';

const ruleFields = {
  apiGroups: field(list(string), { doc: 'The groups of the resources; `*` is all.' }),
  apiVersions: field(list(string), { doc: 'The versions of the resources; `*` is all.' }),
  operations: field(list(oneOf('*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE')), {
    doc: 'CREATE, UPDATE, DELETE, CONNECT or `*` for all.',
  }),
  resources: field(list(string), {
    doc: 'Plural names of resources, as pods or pods/status; `*` is all but subresources, `*/*` everything.',
  }),
  scope: field(oneOf('*', 'Cluster', 'Namespaced'), { doc: 'Cluster, Namespaced or `*` for both, the default.' }),
};

export const RuleWithOperationsSchema = object('io.k8s.api.admissionregistration.v1.RuleWithOperations', ruleFields);
type RuleWithOperations = TypeOf<typeof RuleWithOperationsSchema>;

/** A rule that may be about some objects by name. */
export const NamedRuleWithOperationsSchema = object(
  'io.k8s.api.admissionregistration.v1.NamedRuleWithOperations',
  { ...ruleFields, resourceNames: field(list(string), { doc: 'The only objects that are meant; all if left out.' }) },
  { atomic: true },
);

export function defaultRules(rules: readonly RuleWithOperations[] = []): void {
  for (const rule of rules) rule.scope ??= '*';
}

const operationsSupported = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];

/** `validateRuleWithOperations` upstream. */
export function validateRule(rule: RuleWithOperations, path: string): FieldError[] {
  const { operations = [], apiGroups = [], apiVersions = [], resources, scope } = rule;
  const scopes = ['*', 'Cluster', 'Namespaced'];
  return [
    ...someOrAll(operations, `${path}.operations`, 'operations'),
    ...operations.flatMap((operation, i) =>
      operationsSupported.includes(operation)
        ? []
        : [fieldNotSupported(`${path}.operations[${i}]`, operation, operationsSupported)],
    ),
    ...someOrAll(apiGroups, `${path}.apiGroups`, 'API groups'),
    ...someOrAll(apiVersions, `${path}.apiVersions`, 'API versions'),
    ...apiVersions.flatMap((version, i) => (version === '' ? [fieldRequired(`${path}.apiVersions[${i}]`)] : [])),
    ...validateResources(resources, `${path}.resources`),
    ...(scope !== undefined && !scopes.includes(scope) ? [fieldNotSupported(`${path}.scope`, scope, scopes)] : []),
  ];
}

/** At least one, and nothing besides the one that stands for all. */
function someOrAll(values: readonly string[], path: string, what: string): FieldError[] {
  if (values.length === 0) return [fieldRequired(path)];
  return values.length > 1 && values.includes('*')
    ? [fieldInvalid(path, values, `if '*' is present, must not specify other ${what}`)]
    : [];
}

/** Resources (`pods`), subresources (`pods/log`), and the stars for all of either; nothing may be said twice. */
function validateResources(resources: readonly string[] = [], path: string): FieldError[] {
  if (resources.length === 0) return [fieldRequired(path)];
  const errors: FieldError[] = [];
  const withAllSubresources = new Set<string>();
  const ofAllResources = new Set<string>();
  let lastIsPlain = false;
  for (const [i, name] of resources.entries()) {
    const at = `${path}[${i}]`;
    if (name === '') {
      errors.push(fieldRequired(at));
      continue;
    }
    const slash = name.indexOf('/');
    if (slash < 0) {
      // As upstream, only the last one without a subresource counts.
      lastIsPlain = name !== '*';
      continue;
    }
    const resource = name.slice(0, slash);
    const subresource = name.slice(slash + 1);
    if (withAllSubresources.has(resource))
      errors.push(fieldInvalid(at, name, `if '${resource}/*' is present, must not specify ${name}`));
    if (ofAllResources.has(subresource))
      errors.push(fieldInvalid(at, name, `if '*/${subresource}' is present, must not specify ${name}`));
    if (subresource === '*') withAllSubresources.add(resource);
    if (resource === '*') ofAllResources.add(subresource);
  }
  if (resources.length > 1 && resources.includes('*/*'))
    errors.push(fieldInvalid(path, resources, "if '*/*' is present, must not specify other resources"));
  if (resources.includes('*') && lastIsPlain)
    errors.push(fieldInvalid(path, resources, "if '*' is present, must not specify other resources without subresources"));
  return errors;
}
