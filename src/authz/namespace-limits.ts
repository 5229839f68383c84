import type { Scheme } from '../machinery/scheme.ts';
import { isResourceAttributes, type Attributes, type Authorizer, type ResourceAttributes, type Rules } from './authorizer.ts';

/** What everybody may ask about themselves (upstream's role `system:basic-user`). */
const selfReviews: readonly { group: string; resource: string }[] = [
  { group: 'authentication.k8s.io', resource: 'selfsubjectreviews' },
  { group: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews' },
  { group: 'authorization.k8s.io', resource: 'selfsubjectrulesreviews' },
];

const reads: ReadonlySet<string> = new Set(['get', 'list', 'watch']);

/**
 * A fence around what `inner` allows: a limited token touches its namespaces only. Outside of them it reads its own Namespace
 * objects and asks about itself. It cannot become somebody without the limit: neither by impersonation nor with a token of a
 * ServiceAccount. Others do not notice the fence.
 */
export const namespaceLimits = (scheme: Pick<Scheme, 'served'>, inner: Authorizer): Authorizer => ({
  authorize(attributes, reader) {
    const { namespaces } = attributes.user;
    if (!namespaces || permits(namespaces, attributes, scheme)) return inner.authorize(attributes, reader);
    return { decision: 'deny', reason: `the token is limited to the namespaces ${namespaces.join(', ')}` };
  },
  rulesFor(user, namespace, reader) {
    const rules = inner.rulesFor(user, namespace, reader);
    return user.namespaces ? withinLimits(user.namespaces, namespace, rules) : rules;
  },
});

function permits(namespaces: readonly string[], attributes: Attributes, scheme: Pick<Scheme, 'served'>): boolean {
  const { verb } = attributes;
  // Metrics tell of the whole cluster.
  if (!isResourceAttributes(attributes)) return (verb === 'get' || verb === 'head') && !/^\/metrics\/?$/.test(attributes.path);
  const { group, resource, subresource, namespace, name } = attributes;
  if (isImpersonation(verb) || (group === '' && resource === 'serviceaccounts' && subresource === 'token')) return false;
  if (verb === 'create' && selfReviews.some((each) => each.group === group && each.resource === resource)) return true;
  if (group === '' && resource === 'namespaces')
    return reads.has(verb) && subresource === '' && (name === '' || namespaces.includes(name));
  if (!isNamespaced(attributes, scheme)) return false;
  return namespace === '' ? verb === 'list' || verb === 'watch' : namespaces.includes(namespace);
}

/** By itself, or in a mode: `impersonate:user-info`, `impersonate-on:user-info:get`. */
const isImpersonation = (verb: string) => /^impersonate($|:|-on:)/.test(verb);

/** Whether objects are in namespaces. Of a resource that is not known, a namespace that is named says so. */
function isNamespaced({ group, resource, namespace }: ResourceAttributes, { served }: Pick<Scheme, 'served'>): boolean {
  const known = served.find((each) => each.plural === resource && each.group === group);
  return known ? known.namespaced : namespace !== '';
}

function withinLimits(namespaces: readonly string[], namespace: string, rules: Rules): Rules {
  const own = selfReviews.map(({ group, resource }) => ({ verbs: ['create'], apiGroups: [group], resources: [resource] }));
  const itself = { verbs: [...reads], apiGroups: [''], resources: ['namespaces'], resourceNames: namespaces };
  return {
    ...rules,
    resourceRules: [...(namespaces.includes(namespace) ? rules.resourceRules : []), itself, ...own],
    nonResourceRules: [{ verbs: ['get', 'head'], nonResourceURLs: ['*'] }],
  };
}
