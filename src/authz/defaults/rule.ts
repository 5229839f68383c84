import type { PolicyRule } from '../../resources/rbac/policy-rule.ts';

/** Verbs that many rules have in common. Lists are words with spaces between, as in all of these tables. */
export const read = 'get list watch';
export const write = 'create delete deletecollection patch update';
export const readUpdate = 'get list patch update watch';
export const readWrite = 'create delete deletecollection get list patch update watch';

const words = (text: string): string[] => text.split(' ');

/** A rule about resources; the group without a name is `core`. */
export const allow = (verbs: string, groups: string, resources: string, names = ''): PolicyRule => ({
  apiGroups: words(groups).map((group) => (group === 'core' ? '' : group)),
  ...(names && { resourceNames: words(names) }),
  resources: words(resources),
  verbs: words(verbs),
});

/** A rule about paths that are no resource's. */
export const urls = (verbs: string, paths: string): PolicyRule => ({ nonResourceURLs: words(paths), verbs: words(verbs) });

/** What everybody needs who tells of what happens. */
export const events: PolicyRule = allow('create patch update', 'core events.k8s.io', 'events');
