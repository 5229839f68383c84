import type { Attributes } from '../../authz/authorizer.ts';
import { invalid, type FieldError } from '../../machinery/status.ts';
import type { UserInfo } from '../../machinery/user.ts';
import {
  localSubjectAccessReviews,
  type SelfSubjectAccessReview,
  type SubjectAccessReview,
} from '../../resources/authorization/access-reviews.ts';
import type { ReviewedResource, SelfSubjectAccessReviewSpec } from '../../resources/authorization/attributes.ts';
import { validateLocalReview, validateReview, validateSubject } from '../../resources/authorization/validation.ts';
import type { ClusterApi } from '../api.ts';
import { selectedFields } from '../http/authorize.ts';
import type { Handler } from '../http/request.ts';
import { decodeReview, respondReview } from './review.ts';
import { selectorProblems } from './selector-problems.ts';

/** POST of selfsubjectaccessreviews: may I. */
export const handleSelfSubjectAccessReview: Handler = async (request) => {
  const { metadata, spec = {} } = await decodeReview<SelfSubjectAccessReview>(request);
  refuse(validateReview(spec, metadata));
  return respondReview(request, { metadata, spec, status: verdict(request.api, request.user, spec) });
};

/** POST of subjectaccessreviews and of localsubjectaccessreviews: may somebody. */
export const handleSubjectAccessReview: Handler = async (request) => {
  const { api, resource } = request;
  const { metadata, spec = {} } = await decodeReview<SubjectAccessReview>(request);
  const isLocal = resource.resource === localSubjectAccessReviews.resource;
  refuse(isLocal ? validateLocalReview(spec, metadata) : validateSubject(spec, metadata));
  const { user: name = '', groups = [], uid, extra } = spec;
  const user: UserInfo = { name, groups, ...(uid && { uid }), ...(extra && { extra }) };
  return respondReview(request, { metadata, spec, status: verdict(api, user, spec) });
};

/** Upstream leaves out the kind. */
function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: 'authorization.k8s.io', kind: '', name: '' }, errors);
}

function verdict({ authorizer, committed }: ClusterApi, user: UserInfo, spec: SelfSubjectAccessReviewSpec) {
  const { decision, reason } = authorizer.authorize(attributesOf(user, spec), committed);
  const evaluationError = selectorProblems(spec.resourceAttributes).join('; ');
  return {
    allowed: decision === 'allow',
    ...(decision === 'deny' && { denied: true }),
    ...(reason && { reason }),
    ...(evaluationError && { evaluationError }),
  };
}

function attributesOf(user: UserInfo, { resourceAttributes, nonResourceAttributes }: SelfSubjectAccessReviewSpec): Attributes {
  if (!resourceAttributes) return { user, verb: nonResourceAttributes?.verb ?? '', path: nonResourceAttributes?.path ?? '' };
  const { verb = '', group = '', version = '', resource = '', subresource = '', namespace = '', name = '' } = resourceAttributes;
  const fields = reviewedFields(resourceAttributes);
  return { user, verb, group, version: version || '*', resource, subresource, namespace, name, ...(fields && { fields }) };
}

/** The fields that must have a value, by either form of the selector. */
function reviewedFields({ fieldSelector }: ReviewedResource): Record<string, string> | undefined {
  if (!fieldSelector?.requirements) return selectedFields(fieldSelector?.rawSelector ?? null);
  const exact = fieldSelector.requirements.filter(({ operator, values = [] }) => operator === 'In' && values.length === 1);
  return Object.fromEntries(exact.map(({ key, values = [] }) => [key, values[0]!]));
}
