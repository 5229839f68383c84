import type { AnyResource } from '../../machinery/resource.ts';
import { selfSubjectReviews } from '../../resources/authentication/selfsubjectreview.ts';
import { tokenReviews } from '../../resources/authentication/tokenreview.ts';
import {
  localSubjectAccessReviews,
  selfSubjectAccessReviews,
  subjectAccessReviews,
} from '../../resources/authorization/access-reviews.ts';
import { selfSubjectRulesReviews } from '../../resources/authorization/selfsubjectrulesreview.ts';
import type { Handler } from '../http/request.ts';
import { handleSelfSubjectAccessReview, handleSubjectAccessReview } from './access.ts';
import { handleSelfSubjectReview, handleSelfSubjectRulesReview } from './self.ts';
import { handleTokenReview } from './token.ts';

/** Kinds that are asked and answered, and never stored. */
const reviews = new Map<AnyResource, Handler>([
  [selfSubjectReviews, handleSelfSubjectReview],
  [tokenReviews, handleTokenReview],
  [localSubjectAccessReviews, handleSubjectAccessReview],
  [selfSubjectAccessReviews, handleSelfSubjectAccessReview],
  [selfSubjectRulesReviews, handleSelfSubjectRulesReview],
  [subjectAccessReviews, handleSubjectAccessReview],
]);

/** What answers a review; undefined for a kind that is stored. */
export const reviewHandlerOf = (resource: AnyResource): Handler | undefined => reviews.get(resource);
