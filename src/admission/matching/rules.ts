/** Whether a request is one that the rules of a webhook or policy are about (admission/plugin/webhook/predicates/rules). */
import type { AnyResource } from '../../machinery/resource.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import { namespaces } from '../../resources/core/namespace.ts';
import type { Attributes } from '../plugin.ts';

/** `RuleWithOperations`, with the names of `NamedRuleWithOperations` if it has them. */
export interface Rule {
  apiGroups?: readonly string[];
  apiVersions?: readonly string[];
  operations?: readonly string[];
  resources?: readonly string[];
  resourceNames?: readonly string[];
  scope?: string;
}

/** The part of a rule that can be told without knowing the version, the scope and the name. */
export const mayMatch = (
  rule: Rule,
  groups: readonly string[],
  request: Pick<Attributes, 'operation' | 'resource' | 'subresource'>,
) =>
  named(rule.operations, request.operation) &&
  groups.some((group) => named(rule.apiGroups, group)) &&
  matchesResource(rule, request.resource.plural, request.subresource);

/**
 * The kind, in the version that one of the rules is about, of a request: the one that was asked for, or with `Equivalent` any in
 * which the same objects are served. Undefined if no rule is about the request.
 */
export function matchRules(
  rules: readonly Rule[],
  matchPolicy: string | undefined,
  attributes: Attributes,
  scheme: Scheme,
): AnyResource | undefined {
  const asked = askedKind(attributes);
  if (rules.some((rule) => matches(rule, attributes, asked))) return asked;
  if (matchPolicy !== 'Equivalent') return undefined;
  const others = scheme.served.filter((kind) => kind.resource === asked.resource && kind.apiVersion !== asked.apiVersion);
  for (const rule of rules) {
    const found = others.find((kind) => matches(rule, attributes, kind));
    if (found) return found;
  }
  return undefined;
}

/** The kind of a request in the version of its path. */
export const askedKind = ({ options, resource }: Attributes): AnyResource => options.served ?? resource;

/** Where a request is: that of a Namespace is in itself, as upstream has it. */
export const namespaceOf = ({ resource, namespace, name }: Attributes): string =>
  resource.resource === namespaces.resource ? name : namespace;

function matches(rule: Rule, attributes: Attributes, kind: AnyResource): boolean {
  return (
    inScope(rule, attributes) &&
    named(rule.operations, attributes.operation) &&
    named(rule.apiGroups, kind.group) &&
    named(rule.apiVersions, kind.version) &&
    matchesResource(rule, kind.plural, attributes.subresource) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(attributes.name))
  );
}

const named = (values: readonly string[] = [], value: string) => values.includes('*') || values.includes(value);

function inScope({ scope = '*' }: Rule, { resource }: Attributes): boolean {
  return scope === '*' || (scope === 'Namespaced') === resource.namespaced;
}

const matchesResource = ({ resources = [] }: Rule, plural: string, subresource: string): boolean =>
  resources.some((each) => {
    const slash = each.indexOf('/');
    const [name, sub] = slash < 0 ? [each, ''] : [each.slice(0, slash), each.slice(slash + 1)];
    return (name === '*' || name === plural) && (sub === '*' || sub === subresource);
  });

const configurations: ReadonlySet<string> = new Set(
  [
    'validatingwebhookconfigurations',
    'mutatingwebhookconfigurations',
    'validatingadmissionpolicies',
    'validatingadmissionpolicybindings',
    'mutatingadmissionpolicies',
    'mutatingadmissionpolicybindings',
  ].map((plural) => `${plural}.admissionregistration.k8s.io`),
);

/** Neither webhooks nor policies are asked about themselves: nobody could mend one that refuses everything. */
export const isExempt = ({ resource }: AnyResource): boolean => configurations.has(resource);
