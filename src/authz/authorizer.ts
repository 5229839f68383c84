import type { Reader } from '../machinery/reader.ts';
import type { UserInfo } from '../machinery/user.ts';

/** Something that somebody wants to do with a resource. Words and values as upstream's `authorizer.Attributes`. */
export interface ResourceAttributes {
  user: UserInfo;
  /** `get`, `list`, `create`, `impersonate`, …; `*` in reviews stands for all. */
  verb: string;
  group: string;
  version: string;
  /** The plural name. */
  resource: string;
  subresource: string;
  /** '' for all namespaces, and for what lies outside of them. A Namespace is in itself. */
  namespace: string;
  /** '' for all names. */
  name: string;
  /** Of list, watch and deletecollection: the fields that must have a value, by the field selector. */
  fields?: Readonly<Record<string, string>>;
}

/** Something that somebody wants to do at a path that is no resource: `/version`, `/healthz`. */
export interface NonResourceAttributes {
  user: UserInfo;
  /** The HTTP method in lower case. */
  verb: string;
  path: string;
}

export type Attributes = ResourceAttributes | NonResourceAttributes;

/**
 * `deny` ends the matter; `no-opinion` leaves it to others, and means no when nobody allows. `reason` is for the client: a
 * part of the 403, and of reviews.
 */
export interface AuthorizationDecision {
  decision: 'allow' | 'deny' | 'no-opinion';
  reason: string;
}

/** What is allowed, as SelfSubjectRulesReview tells it: each rule allows all of its verbs on all of its resources. */
export interface ResourceRule {
  verbs: readonly string[];
  apiGroups: readonly string[];
  resources: readonly string[];
  resourceNames?: readonly string[];
}

export interface NonResourceRule {
  verbs: readonly string[];
  nonResourceURLs: readonly string[];
}

export interface Rules {
  resourceRules: readonly ResourceRule[];
  nonResourceRules: readonly NonResourceRule[];
  /** Some rules cannot be listed. */
  incomplete: boolean;
  /** Why, for the client. */
  evaluationError?: string;
}

/**
 * Says who may do what. Every request and every review goes through one of these. Decides at once and by what it is given:
 * the committed state of the cluster.
 */
export interface Authorizer {
  authorize(attributes: Attributes, reader: Reader): AuthorizationDecision;
  /** What a user may do in a namespace. */
  rulesFor(user: UserInfo, namespace: string, reader: Reader): Rules;
}

export const isResourceAttributes = (attributes: Attributes): attributes is ResourceAttributes => 'resource' in attributes;
