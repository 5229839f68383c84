/** Which requests a policy is about. Facts: OpenAPI of Kubernetes 1.36. */
import { isPathSegmentName } from '../../machinery/names.ts';
import { field, list, object, oneOf, type TypeOf } from '../../machinery/schema.ts';
import { validateLabelSelector } from '../../machinery/selectors.ts';
import { fieldDuplicate, fieldNotSupported, type FieldError } from '../../machinery/status.ts';
import { invalidEach, validateOptionalChoice } from '../shared/format-rules.ts';
import { LabelSelectorSchema } from '../shared/label-selector.ts';
import { defaultRules, NamedRuleWithOperationsSchema, validateRule } from './rules.ts';

export const MatchResourcesSchema = object(
  'io.k8s.api.admissionregistration.v1.MatchResources',
  {
    excludeResourceRules: field(list(NamedRuleWithOperationsSchema), {
      doc: 'What is not meant, even if resourceRules name it.',
    }),
    matchPolicy: field(oneOf('Equivalent', 'Exact'), {
      doc: 'Equivalent (the default) also means the same objects in other versions, Exact does not.',
    }),
    namespaceSelector: field(LabelSelectorSchema, { doc: 'The namespaces of the objects; all if left out.' }),
    objectSelector: field(LabelSelectorSchema, {
      doc: 'The labels of the objects, before or after the change; all if left out.',
    }),
    resourceRules: field(list(NamedRuleWithOperationsSchema), { doc: 'What is meant. One of the rules must match.' }),
  },
  { atomic: true },
);
type MatchResources = TypeOf<typeof MatchResourcesSchema>;

export function defaultMatchResources(match: MatchResources | undefined): void {
  if (!match) return;
  match.matchPolicy ??= 'Equivalent';
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  defaultRules(match.resourceRules);
  defaultRules(match.excludeResourceRules);
}

export function validateMatchResources(match: MatchResources | undefined, path: string): FieldError[] {
  if (!match) return [];
  const { matchPolicy, namespaceSelector, objectSelector } = match;
  return [
    ...validateOptionalChoice(matchPolicy, `${path}.matchPolicy`, ['Equivalent', 'Exact']),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
    ...validateLabelSelector(objectSelector, `${path}.objectSelector`),
    ...(['resourceRules', 'excludeResourceRules'] as const).flatMap((list) =>
      (match[list] ?? []).flatMap((rule, i) => [
        ...validateResourceNames(rule.resourceNames, `${path}.${list}[${i}].resourceNames`),
        ...validateRule(rule, `${path}.${list}[${i}]`),
      ]),
    ),
  ];
}

const validateResourceNames = (names: readonly string[] = [], path: string): FieldError[] =>
  names.flatMap((name, i) => [
    ...invalidEach(`${path}[${i}]`, name, isPathSegmentName(name)),
    ...(names.indexOf(name) < i ? [fieldDuplicate(`${path}[${i}]`, name)] : []),
  ]);

/** What is deleted cannot be altered. The path is upstream's. */
export function validateMutableOperations(match: MatchResources | undefined, path: string): FieldError[] {
  const supported = ['*', 'CONNECT', 'CREATE', 'UPDATE'];
  return (match?.resourceRules ?? []).flatMap(({ operations = [] }) =>
    operations
      .filter((operation) => !supported.includes(operation))
      .map((operation) => fieldNotSupported(`${path}.resourceRules.operations`, operation, supported)),
  );
}
