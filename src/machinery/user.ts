/** Who asks, as every part of a cluster knows it (upstream's `user.Info`). */
export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  /** What else the authenticator knows: `authentication.kubernetes.io/pod-name`, …. */
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  /** The only namespaces a limited token may touch; absent: all of them. */
  readonly namespaces?: readonly string[];
  /** All that the user may do, whatever roles say, of those who come with rules of their own; absent: what roles say. */
  readonly rules?: readonly OwnRule[];
}

/** Something that a user may do, in the words of a rule of a role. */
export interface OwnRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** Everybody who came with valid credentials. */
export const authenticatedGroup = 'system:authenticated';
export const unauthenticatedGroup = 'system:unauthenticated';
/** Somebody without credentials. */
export const anonymousUser = 'system:anonymous';
/** Its members may do everything. */
export const mastersGroup = 'system:masters';
/** All service accounts. */
const serviceAccountsGroup = 'system:serviceaccounts';

const prefix = 'system:serviceaccount:';
const namespacePattern = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const subdomainPattern = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** The name under which a ServiceAccount asks. */
export const serviceAccountUser = (namespace: string, name: string): string => `${prefix}${namespace}:${name}`;

/** The groups that a ServiceAccount is in. */
export const serviceAccountGroups = (namespace: string): string[] => [
  serviceAccountsGroup,
  `${serviceAccountsGroup}:${namespace}`,
];

/** The ServiceAccount that a user name stands for; undefined for any other user. */
export function parseServiceAccountUser(user: string): { namespace: string; name: string } | undefined {
  if (!user.startsWith(prefix)) return undefined;
  const [namespace = '', name = '', ...more] = user.slice(prefix.length).split(':');
  if (more.length > 0 || !namespacePattern.test(namespace) || !subdomainPattern.test(name)) return undefined;
  return { namespace, name };
}

/** All nodes. */
export const nodesGroup = 'system:nodes';
const nodePrefix = 'system:node:';

/** The name under which a node asks. */
export const nodeUserName = (node: string): string => nodePrefix + node;

/** The node whose name a user has, whatever groups it is in; undefined for any other user. */
export function parseNodeUser(user: string): string | undefined {
  const name = user.startsWith(nodePrefix) ? user.slice(nodePrefix.length) : '';
  return subdomainPattern.test(name) ? name : undefined;
}

/** The node that a user stands for; '' for one that does not say which, undefined for any other user. */
export function nodeOf({ name, groups }: Pick<UserInfo, 'name' | 'groups'>): string | undefined {
  if (!name.startsWith(nodePrefix)) return undefined;
  return groups.includes(nodesGroup) ? name.slice(nodePrefix.length) : undefined;
}
