import { isResourceAttributes, type Attributes, type Authorizer, type Rules } from './authorizer.ts';
import type { OwnRule } from '../machinery/user.ts';
import { rulesAllow } from './rules.ts';

/** Who comes with rules of his own may do what they say and nothing else, whatever roles he is bound to. Others ask `inner`. */
export const ownRules = (inner: Authorizer): Authorizer => ({
  authorize(attributes, reader) {
    const { rules } = attributes.user;
    if (!rules) return inner.authorize(attributes, reader);
    if (rulesAllow(rules, attributes)) return { decision: 'allow', reason: '' };
    return { decision: 'deny', reason: `what may be done here is limited, and does not include ${attributes.verb} of ${subjectOf(attributes)}` };
  },
  rulesFor: (user, namespace, reader) => (user.rules ? listed(user.rules) : inner.rulesFor(user, namespace, reader)),
});

const subjectOf = (attributes: Attributes): string => (isResourceAttributes(attributes) ? attributes.resource : attributes.path);

const listed = (rules: readonly OwnRule[]): Rules => ({
  resourceRules: rules.flatMap(({ verbs, apiGroups = [], resources = [], resourceNames }) =>
    resources.length > 0 ? [{ verbs, apiGroups, resources, ...(resourceNames && { resourceNames }) }] : [],
  ),
  nonResourceRules: rules.flatMap(({ verbs, nonResourceURLs = [] }) => (nonResourceURLs.length > 0 ? [{ verbs, nonResourceURLs }] : [])),
  incomplete: false,
});
