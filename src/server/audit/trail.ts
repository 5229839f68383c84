import type { AuthorizationDecision } from '../../authz/authorizer.ts';
import type { UserInfo } from '../../machinery/user.ts';
import type { Entry } from '../../storage/store.ts';

/** An answer as it will be written down, made when somebody needs it. */
export interface AuditedAnswer {
  /** JSON. */
  text(): string;
  /** About how long that is, where it can be known without making it. */
  size?(): number;
}

/** What is noted of a request on its way, for its audit events. There is none for requests that are not audited. */
export interface AuditTrail {
  /** Whom the request is carried out as. */
  acting?: UserInfo;
  /** The verb of the constrained mode in which that one is impersonated, if it is one. */
  constraint?: string | undefined;
  authorization?: AuthorizationDecision;
  /** What admission and others say of it. */
  readonly annotations: Map<string, string>;
  /** What was written or read, if that was one object. */
  entry?: Entry;
  answer?: AuditedAnswer | undefined;
  /** What was thrown. */
  failure?: unknown;
}
