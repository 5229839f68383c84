import { rfc3339 } from '../../lib/clock.ts';
import { badRequest } from '../../machinery/status.ts';
import { userInfoOf } from '../../resources/authentication/user-info.ts';
import type { SelfSubjectRulesReview } from '../../resources/authorization/selfsubjectrulesreview.ts';
import type { Handler } from '../http/request.ts';
import { decodeReview, respondReview } from './review.ts';

/** POST of selfsubjectreviews: who am I. */
export const handleSelfSubjectReview: Handler = async (request) => {
  await decodeReview(request);
  const metadata = { creationTimestamp: rfc3339(request.api.clock.now()) };
  return respondReview(request, { metadata, status: { userInfo: userInfoOf(request.user) } });
};

/** POST of selfsubjectrulesreviews: what may I do in a namespace. */
export const handleSelfSubjectRulesReview: Handler = async (request) => {
  const { api, user } = request;
  const { spec } = await decodeReview<SelfSubjectRulesReview>(request);
  if (!spec?.namespace) throw badRequest('no namespace on request');
  const status = api.authorizer.rulesFor(user, spec.namespace, api.committed);
  return respondReview(request, { metadata: {}, spec: {}, status: { ...status } });
};
