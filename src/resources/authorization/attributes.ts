/** What the access reviews have in common: what somebody wants to do, and the verdict. */
import { boolean, field, list, map, object, required, string, type ObjectSchema, type TypeOf } from '../../machinery/schema.ts';

const named = (name: string) => `io.k8s.api.authorization.v1.${name}`;

const requirement = (name: string) =>
  object(`io.k8s.apimachinery.pkg.apis.meta.v1.${name}`, {
    key: required(string, { doc: 'The label or field that is looked at.' }),
    operator: required(string, { doc: 'In, NotIn, Exists or DoesNotExist. NotIn also selects what lacks the key.' }),
    values: field(list(string), { doc: 'The values for In and NotIn; empty for Exists and DoesNotExist.' }),
  });
const selectorSchema = (name: string, of: string) =>
  object(named(name), {
    rawSelector: field(string, { doc: 'The selector as in a URL. Not together with requirements.' }),
    requirements: field(list(requirement(of)), { doc: 'The selector, parsed. All of them must be met.' }),
  });

export const ResourceAttributesSchema = object(named('ResourceAttributes'), {
  fieldSelector: field(selectorSchema('FieldSelectorAttributes', 'FieldSelectorRequirement'), {
    doc: 'The fields that a list or watch is restricted to.',
  }),
  group: field(string, { doc: 'The group of the resource; `*` is all.' }),
  labelSelector: field(selectorSchema('LabelSelectorAttributes', 'LabelSelectorRequirement'), {
    doc: 'The labels that a list or watch is restricted to.',
  }),
  name: field(string, { doc: 'The name of the object; all if empty.' }),
  namespace: field(string, { doc: 'The namespace; none for resources of the cluster, all for others if empty.' }),
  resource: field(string, { doc: 'The plural name of the resource; `*` is all.' }),
  subresource: field(string, { doc: 'The subresource, as status.' }),
  verb: field(string, { doc: 'What is to be done, as get or create; `*` is all.' }),
  version: field(string, { doc: 'The version of the resource; `*` is all.' }),
});
export type ReviewedResource = TypeOf<typeof ResourceAttributesSchema>;
export type ReviewedSelector = NonNullable<ReviewedResource['labelSelector']>;

export const NonResourceAttributesSchema = object(named('NonResourceAttributes'), {
  path: field(string, { doc: 'The path, as /healthz.' }),
  verb: field(string, { doc: 'The HTTP method, in small letters.' }),
});

/** The spec of the reviews about anybody. */
export const SubjectAccessReviewSpecSchema = object(named('SubjectAccessReviewSpec'), {
  extra: field(map(list(string)), { doc: 'What else is known about the user.' }),
  groups: field(list(string), { doc: 'The groups of the user.' }),
  nonResourceAttributes: field(NonResourceAttributesSchema, {
    doc: 'A request outside of the resource API. Not together with resourceAttributes.',
  }),
  resourceAttributes: field(ResourceAttributesSchema, { doc: 'A request for a resource.' }),
  uid: field(string, { doc: 'The uid of the user.' }),
  user: field(string, { doc: 'The name of the user. Without groups, it is asked whether the user alone may.' }),
});
export type SubjectAccessReviewSpec = TypeOf<typeof SubjectAccessReviewSpecSchema>;

/** The spec of the review about oneself. */
export const SelfSubjectAccessReviewSpecSchema = object(named('SelfSubjectAccessReviewSpec'), {
  nonResourceAttributes: field(NonResourceAttributesSchema, {
    doc: 'A request outside of the resource API. Not together with resourceAttributes.',
  }),
  resourceAttributes: field(ResourceAttributesSchema, { doc: 'A request for a resource.' }),
});
export type SelfSubjectAccessReviewSpec = TypeOf<typeof SelfSubjectAccessReviewSpecSchema>;

export const SubjectAccessReviewStatusSchema = object(named('SubjectAccessReviewStatus'), {
  allowed: required(boolean, { doc: 'Whether it is allowed.' }),
  denied: field(boolean, { doc: 'Whether it is forbidden whatever others say. Neither of the two means that nobody allows it.' }),
  evaluationError: field(string, { doc: 'What went wrong meanwhile. The answer may hold all the same.' }),
  reason: field(string, { doc: 'Why, for people.' }),
}) as ObjectSchema<{ allowed: boolean; denied?: boolean; evaluationError?: string; reason?: string }>;
