import { mastersGroup } from '../machinery/user.ts';
import type { Authorizer } from './authorizer.ts';

/** Members of `system:masters` may do everything, whatever roles say. */
export const masters: Authorizer = {
  authorize: ({ user }) =>
    user.groups.includes(mastersGroup) ? { decision: 'allow', reason: '' } : { decision: 'no-opinion', reason: '' },
  // The default role cluster-admin is bound to them, which is what is listed.
  rulesFor: () => ({ resourceRules: [], nonResourceRules: [], incomplete: false }),
};

/**
 * Asks one after the other until somebody allows or denies. If nobody does, all reasons are given. What may be done is what
 * any of them says.
 */
export const authorizerChain = (authorizers: readonly Authorizer[]): Authorizer => ({
  authorize(attributes, reader) {
    const reasons: string[] = [];
    for (const authorizer of authorizers) {
      const decided = authorizer.authorize(attributes, reader);
      if (decided.decision !== 'no-opinion') return decided;
      if (decided.reason) reasons.push(decided.reason);
    }
    return { decision: 'no-opinion', reason: reasons.join('\n') };
  },
  rulesFor(user, namespace, reader) {
    const all = authorizers.map((authorizer) => authorizer.rulesFor(user, namespace, reader));
    const errors = all.flatMap(({ evaluationError }) => evaluationError ?? []);
    return {
      resourceRules: all.flatMap(({ resourceRules }) => resourceRules),
      nonResourceRules: all.flatMap(({ nonResourceRules }) => nonResourceRules),
      incomplete: all.some(({ incomplete }) => incomplete),
      ...(errors.length > 0 && { evaluationError: errors.join(', ') }),
    };
  },
});
