/** What the access reviews have in common: what somebody wants to do, and the verdict. */
import { boolean, list, map, object, required, string, type ObjectSchema, type TypeOf } from '../../machinery/schema.ts';

const named = (name: string) => `io.k8s.api.authorization.v1.${name}`;

const requirement = (name: string) =>
  object(`io.k8s.apimachinery.pkg.apis.meta.v1.${name}`, {
    key: required(string),
    operator: required(string),
    values: list(string),
  });
const selectorSchema = (name: string, of: string) =>
  object(named(name), { rawSelector: string, requirements: list(requirement(of)) });

export const ResourceAttributesSchema = object(named('ResourceAttributes'), {
  fieldSelector: selectorSchema('FieldSelectorAttributes', 'FieldSelectorRequirement'),
  group: string,
  labelSelector: selectorSchema('LabelSelectorAttributes', 'LabelSelectorRequirement'),
  name: string,
  namespace: string,
  resource: string,
  subresource: string,
  verb: string,
  version: string,
});
export type ReviewedResource = TypeOf<typeof ResourceAttributesSchema>;
export type ReviewedSelector = NonNullable<ReviewedResource['labelSelector']>;

export const NonResourceAttributesSchema = object(named('NonResourceAttributes'), { path: string, verb: string });

/** The spec of the reviews about anybody. */
export const SubjectAccessReviewSpecSchema = object(named('SubjectAccessReviewSpec'), {
  extra: map(list(string)),
  groups: list(string),
  nonResourceAttributes: NonResourceAttributesSchema,
  resourceAttributes: ResourceAttributesSchema,
  uid: string,
  user: string,
});
export type SubjectAccessReviewSpec = TypeOf<typeof SubjectAccessReviewSpecSchema>;

/** The spec of the review about oneself. */
export const SelfSubjectAccessReviewSpecSchema = object(named('SelfSubjectAccessReviewSpec'), {
  nonResourceAttributes: NonResourceAttributesSchema,
  resourceAttributes: ResourceAttributesSchema,
});
export type SelfSubjectAccessReviewSpec = TypeOf<typeof SelfSubjectAccessReviewSpecSchema>;

export const SubjectAccessReviewStatusSchema = object(named('SubjectAccessReviewStatus'), {
  allowed: required(boolean),
  denied: boolean,
  evaluationError: string,
  reason: string,
}) as ObjectSchema<{ allowed: boolean; denied?: boolean; evaluationError?: string; reason?: string }>;
