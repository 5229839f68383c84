/** What reviews look like. They are asked and answered, never stored. */
import { kindSchema } from '../../machinery/meta.ts';
import { boolean, list, map, object, required, string, type ObjectSchema } from '../../machinery/schema.ts';

const authentication = (name: string) => `io.k8s.api.authentication.v1.${name}`;
const authorization = (name: string) => `io.k8s.api.authorization.v1.${name}`;
const meta = (name: string) => `io.k8s.apimachinery.pkg.apis.meta.v1.${name}`;

const UserInfoSchema = object(authentication('UserInfo'), {
  extra: map(list(string)),
  groups: list(string),
  uid: string,
  username: string,
});

/** SelfSubjectReview: who am I. */
export const SelfSubjectReviewSchema = kindSchema(authentication('SelfSubjectReview'), {
  status: object(authentication('SelfSubjectReviewStatus'), { userInfo: UserInfoSchema }),
});

const requirement = (name: string): ObjectSchema =>
  object(meta(name), { key: required(string), operator: required(string), values: list(string) }) as ObjectSchema;

const ResourceAttributesSchema = object(authorization('ResourceAttributes'), {
  fieldSelector: object(authorization('FieldSelectorAttributes'), {
    rawSelector: string,
    requirements: list(requirement('FieldSelectorRequirement')),
  }),
  group: string,
  labelSelector: object(authorization('LabelSelectorAttributes'), {
    rawSelector: string,
    requirements: list(requirement('LabelSelectorRequirement')),
  }),
  name: string,
  namespace: string,
  resource: string,
  subresource: string,
  verb: string,
  version: string,
});

/** SelfSubjectAccessReview: may I. */
export const SelfSubjectAccessReviewSchema = kindSchema(authorization('SelfSubjectAccessReview'), {
  spec: object(authorization('SelfSubjectAccessReviewSpec'), {
    nonResourceAttributes: object(authorization('NonResourceAttributes'), { path: string, verb: string }),
    resourceAttributes: ResourceAttributesSchema,
  }),
  status: object(authorization('SubjectAccessReviewStatus'), {
    allowed: required(boolean),
    denied: boolean,
    evaluationError: string,
    reason: string,
  }),
});
