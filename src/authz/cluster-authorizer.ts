import type { Scheme } from '../machinery/scheme.ts';
import type { Authorizer } from './authorizer.ts';
import { authorizerChain, masters } from './chain.ts';
import { namespaceLimits } from './namespace-limits.ts';
import { nodeAuthorizer } from './node-authorizer.ts';
import type { PodsOn } from './node-relations.ts';
import { ownRules } from './own-rules.ts';
import { rbac } from './rbac.ts';

/**
 * Who decides in every cluster: masters may do everything, nodes what nodes need, everybody what roles say; but who comes with
 * rules of his own may do what they say. All within limits.
 */
export const clusterAuthorizer = (scheme: Pick<Scheme, 'served'>, podsOn: PodsOn): Authorizer =>
  namespaceLimits(scheme, ownRules(authorizerChain([masters, nodeAuthorizer(podsOn), rbac])));
