import type { Attributes, ResourceAttributes } from '../../authz/authorizer.ts';
import { extraKey } from '../../machinery/token-claims.ts';
import { mastersGroup, nodesGroup, parseNodeUser, parseServiceAccountUser, serviceAccountGroups } from '../../machinery/user.ts';
import { validateDomainPrefixedPath } from '../../resources/shared/format-rules.ts';
import type { User } from '../api.ts';
import type { Wish } from './impersonation-headers.ts';

/**
 * One way to be taken for somebody else, for those it fits. The constrained ones (KEP-5284) want two rights: to do what the
 * request does in this mode (`impersonate-on:MODE:list` pods), and to be that user (`impersonate:MODE` users). The old one wants
 * the right to be that user (`impersonate`), and with it somebody may do all that the user may.
 */
export interface Mode {
  /** The verb by which somebody may be a user. */
  verb: string;
  /** In front of the verb of the request; absent for the old mode, which does not ask what it is for. */
  on?: string;
  fits(wish: Wish, asker: User): boolean;
}

const constrained = (name: string, fits: Mode['fits']): Mode => ({
  verb: `impersonate:${name}`,
  on: `impersonate-on:${name}:`,
  fits,
});

const isOnlyUser = ({ uid, groups, extra }: Wish) => uid === '' && groups.length === 0 && Object.keys(extra).length === 0;
const isNode = ({ user }: Wish) => parseNodeUser(user) !== undefined;
const isAccount = ({ user }: Wish) => parseServiceAccountUser(user) !== undefined;

/** Whether the asker is a ServiceAccount whose token says that it is on that node. */
function isOnNode({ name, extra }: User, { user }: Wish): boolean {
  const [node, ...more] = extra?.[extraKey('node-name')] ?? [];
  return parseServiceAccountUser(name) !== undefined && more.length === 0 && node !== undefined && node === parseNodeUser(user);
}

const associatedNode = constrained('associated-node', (wish, asker) => isOnlyUser(wish) && isOnNode(asker, wish));

/** In upstream's order: the first that allows it counts, and the first that refuses says why if none does. */
export const modes: readonly Mode[] = [
  associatedNode,
  constrained('arbitrary-node', (wish) => isOnlyUser(wish) && isNode(wish)),
  constrained('serviceaccount', (wish) => isOnlyUser(wish) && isAccount(wish)),
  constrained('user-info', (wish) => !isNode(wish) && !isAccount(wish)),
  { verb: 'impersonate', fits: () => true },
];

/** Something that is asked of the authorizer, or that is refused whatever it says. */
export interface Check {
  attributes: Attributes;
  /** Why it is refused. */
  never?: string;
}

/** What an asker needs to carry out a request in the mode as whom he wishes to be, in upstream's order. */
export function* checksOf({ verb, on }: Mode, wish: Wish, request: Attributes): Generator<Check> {
  if (on !== undefined) yield { attributes: { ...request, verb: on + request.verb } };
  const { user } = request;
  const identity = { group: 'authentication.k8s.io', version: 'v1' };
  const place = on === undefined ? { group: '', version: 'v1' } : identity;
  const be = (what: Pick<ResourceAttributes, 'resource' | 'name'> & Partial<ResourceAttributes>, never?: string): Check => ({
    attributes: { user, verb, ...place, subresource: '', namespace: '', ...what },
    ...(never !== undefined && { never }),
  });
  const account = parseServiceAccountUser(wish.user);
  const node = on === undefined ? undefined : parseNodeUser(wish.user);
  if (account) yield be({ resource: 'serviceaccounts', ...account });
  // The right to be one's own node holds on every node.
  else if (node !== undefined) yield be({ resource: 'nodes', name: verb === associatedNode.verb ? '*' : node });
  else yield be({ resource: 'users', name: wish.user });
  if (wish.uid !== '') yield be({ ...identity, resource: 'uids', name: wish.uid });
  if (on !== undefined && wish.groups.includes('')) yield be({ resource: 'groups', name: '' }, 'impersonating the empty string group is not allowed');
  if (on !== undefined && wish.groups.includes(mastersGroup))
    yield be({ resource: 'groups', name: mastersGroup }, `impersonating the ${mastersGroup} group is not allowed`);
  for (const name of wish.groups) yield be({ resource: 'groups', name });
  const wrong = on === undefined ? undefined : wrongExtra(wish.extra);
  if (wrong !== undefined) yield be({ ...identity, resource: 'userextras', name: '' }, wrong);
  for (const [key, values] of Object.entries(wish.extra))
    for (const name of values) yield be({ ...identity, resource: 'userextras', subresource: key, name });
}

/** What constrained modes do not take, though the old one does; in upstream's words. */
function wrongExtra(extra: Wish['extra']): string | undefined {
  for (const [key, values] of Object.entries(extra)) {
    if (key === '') return 'impersonating the empty string key in extra is not allowed';
    const [wrong] = validateDomainPrefixedPath(key, 'extra.key');
    if (wrong) return `impersonating an invalid key in extra is not allowed: ${wrong.field}: ${wrong.message}`;
    if (values.includes('')) return 'impersonating the empty string value in extra is not allowed';
  }
  return undefined;
}

/** The groups of whom somebody is taken for: those that were asked for, or what a ServiceAccount or a node is always in. */
export function groupsIn({ on }: Mode, { user, groups }: Wish): readonly string[] {
  if (groups.length > 0) return groups;
  const account = parseServiceAccountUser(user);
  if (account) return serviceAccountGroups(account.namespace);
  return on !== undefined && parseNodeUser(user) !== undefined ? [nodesGroup] : groups;
}
