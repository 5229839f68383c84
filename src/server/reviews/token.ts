import { badRequest } from '../../machinery/status.ts';
import type { TokenReview } from '../../resources/authentication/tokenreview.ts';
import { userInfoOf } from '../../resources/authentication/user-info.ts';
import type { Handler } from '../http/request.ts';
import { reviewToken } from '../tokens/review.ts';
import { decodeReview, respondReview } from './review.ts';

/** POST of tokenreviews: is this token valid, and whose is it. */
export const handleTokenReview: Handler = async (request) => {
  const { metadata, spec } = await decodeReview<TokenReview>(request);
  if (!spec?.token) throw badRequest('token is required for TokenReview in authentication');
  const verdict = await reviewToken(request.api, spec.token, spec.audiences ?? [], request.address);
  const status =
    'error' in verdict
      ? { user: {}, error: verdict.error }
      : { authenticated: true, user: userInfoOf(verdict.user), audiences: verdict.audiences };
  return respondReview(request, { metadata, spec, status });
};
