/** `ValidateFlowSchema` upstream. */
import { isDNS1123Label, isDNS1123Subdomain } from '../../machinery/names.ts';
import { fieldForbidden, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { invalidEach, validateLabel, validateSubdomain } from '../shared/format-rules.ts';
import { sameValue } from '../shared/same-value.ts';
import type { FlowSchema, NonResourcePolicyRule, PolicyRulesWithSubjects, ResourcePolicyRule, Subject } from './flowschema.ts';
import { mandatoryFlowSchemas } from './mandatory.ts';

const matchingPrecedenceMax = 10_000;

export function validateFlowSchema({ metadata: { name }, spec }: FlowSchema): FieldError[] {
  const { matchingPrecedence: precedence = 0, distinguisherMethod: method, priorityLevelConfiguration: level, rules = [] } = spec;
  const at = 'spec.matchingPrecedence';
  const errors: FieldError[] = [];
  if (precedence <= 0) errors.push(fieldInvalid(at, precedence, 'must be a positive value'));
  if (precedence > matchingPrecedenceMax)
    errors.push(fieldInvalid(at, precedence, `must not be greater than ${matchingPrecedenceMax}`));
  if (precedence === 1 && name !== 'exempt')
    errors.push(fieldInvalid(at, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"));
  const methods = ['ByNamespace', 'ByUser'];
  if (method && !methods.includes(method.type)) errors.push(fieldNotSupported('spec.distinguisherMethod.type', { Type: method.type ?? '' }, methods));
  errors.push(
    ...(level.name
      ? validateSubdomain(level.name, 'spec.priorityLevelConfiguration.name')
      : [fieldRequired('spec.priorityLevelConfiguration.name', 'must reference a priority level')]),
    ...rules.flatMap((rule, i) => validateRules(rule, `spec.rules[${i}]`)),
  );
  const mandatory = mandatoryFlowSchemas.get(name);
  if (mandatory && !sameValue(spec, mandatory)) errors.push(fieldInvalid('spec', spec, `spec of '${name}' must equal the fixed value`));
  return errors;
}

function validateRules({ subjects = [], resourceRules = [], nonResourceRules = [] }: PolicyRulesWithSubjects, path: string): FieldError[] {
  const errors = subjects.flatMap((subject, i) => validateSubject(subject, `${path}.subjects[${i}]`));
  if (subjects.length === 0) errors.push(fieldRequired(`${path}.subjects`, 'subjects must contain at least one value'));
  if (resourceRules.length + nonResourceRules.length === 0)
    errors.push(fieldRequired(path, 'at least one of resourceRules and nonResourceRules has to be non-empty'));
  return [
    ...errors,
    ...resourceRules.flatMap((rule, i) => validateResourceRule(rule, `${path}.resourceRules[${i}]`)),
    ...nonResourceRules.flatMap((rule, i) => validateNonResourceRule(rule, `${path}.nonResourceRules[${i}]`)),
  ];
}

const fieldOfKind = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const;

/** A subject has what its kind says, and nothing of another kind. */
function validateSubject(subject: Subject, path: string): FieldError[] {
  const { kind = '' } = subject;
  if (!Object.hasOwn(fieldOfKind, kind)) return [fieldNotSupported(`${path}.kind`, kind, Object.keys(fieldOfKind).sort())];
  const own = fieldOfKind[kind as keyof typeof fieldOfKind];
  const at = `${path}.${own}`;
  const errors = subject[own]
    ? validateNames(subject, at)
    : [fieldRequired(at, `${own} is required when subject kind is '${kind}'`)];
  for (const [other, field] of Object.entries(fieldOfKind))
    if (field !== own && subject[field] !== undefined)
      errors.push(fieldForbidden(`${path}.${field}`, `${field} is forbidden when subject kind is not '${other}'`));
  return errors;
}

function validateNames({ kind, serviceAccount, user, group }: Subject, path: string): FieldError[] {
  if (kind !== 'ServiceAccount') return (kind === 'User' ? user : group)?.name ? [] : [fieldRequired(`${path}.name`)];
  const { name, namespace } = serviceAccount!;
  return [
    ...(name ? invalidEach(`${path}.name`, name, name === '*' ? [] : isDNS1123Subdomain(name)) : [fieldRequired(`${path}.name`)]),
    ...(namespace
      ? validateLabel(namespace, `${path}.namespace`)
      : [fieldRequired(`${path}.namespace`, 'must specify namespace for service account')]),
  ];
}

const verbsSupported = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];

function validateVerbs(verbs: readonly string[] = [], path: string): FieldError[] {
  if (verbs.length === 0) return [fieldRequired(path, 'verbs must contain at least one value')];
  if (verbs.includes('*')) return aloneIfAny(verbs, 'verbs', path);
  return verbs.every((verb) => verbsSupported.includes(verb)) ? [] : [fieldNotSupported(path, verbs, verbsSupported)];
}

/** What stands for all of something says it all. */
const aloneIfAny = (values: readonly string[], what: string, path: string): FieldError[] =>
  values.length > 1 && values.includes('*')
    ? [fieldInvalid(path, values, `if '*' is present, must not specify other ${what}`)]
    : [];

function validateNonResourceRule({ verbs, nonResourceURLs: urls = [] }: NonResourcePolicyRule, path: string): FieldError[] {
  const at = `${path}.nonResourceURLs`;
  const errors = validateVerbs(verbs, `${path}.verbs`);
  if (urls.length === 0) return [...errors, fieldRequired(at, 'nonResourceURLs must contain at least one value')];
  if (urls.includes('*')) return [...errors, ...aloneIfAny(urls, 'non-resource URLs', at)];
  return [
    ...errors,
    ...urls.flatMap((url, i) => {
      const wrong = wrongWithUrl(url);
      return wrong ? [fieldInvalid(`${at}[${i}]`, url, wrong)] : [];
    }),
  ];
}

function wrongWithUrl(url: string): string | undefined {
  if (url === '') return 'must not be empty';
  if (url === '/') return undefined;
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const first = url.indexOf('*');
  return first === -1 || (first === url.length - 1 && url.endsWith('/*')) ? undefined : 'wildcard can only do suffix matching';
}

function validateResourceRule(rule: ResourcePolicyRule, path: string): FieldError[] {
  const { verbs, apiGroups = [], resources = [], namespaces = [], clusterScope = false } = rule;
  const atLeast = (what: string) => `resource rules must supply at least one ${what}`;
  const errors = [
    ...validateVerbs(verbs, `${path}.verbs`),
    ...(apiGroups.length > 0
      ? aloneIfAny(apiGroups, 'api groups', `${path}.apiGroups`)
      : [fieldRequired(`${path}.apiGroups`, atLeast('api group'))]),
    ...(resources.length > 0
      ? aloneIfAny(resources, 'resources', `${path}.resources`)
      : [fieldRequired(`${path}.resources`, atLeast('resource'))]),
  ];
  const at = `${path}.namespaces`;
  if (namespaces.length === 0 && !clusterScope)
    errors.push(fieldRequired(at, 'resource rules that are not cluster scoped must supply at least one namespace'));
  if (namespaces.includes('*')) return [...errors, ...aloneIfAny(namespaces, 'namespaces', at)];
  const introduction = "each member of this list must be '*' or a DNS-1123 label; ";
  return [
    ...errors,
    ...namespaces.flatMap((namespace, i) =>
      isDNS1123Label(namespace).map((message) => fieldInvalid(`${at}[${i}]`, namespace, introduction + message)),
    ),
  ];
}
