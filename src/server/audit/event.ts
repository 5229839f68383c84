import { rfc3339Micro } from '../../lib/clock.ts';
import type { Status } from '../../machinery/status.ts';
import type { UserInfo } from '../../machinery/user.ts';
import { userInfoOf } from '../../resources/authentication/user-info.ts';
import { isResourceAttributes, type Attributes } from '../../authz/authorizer.ts';
import type { AuditLevel, AuditStage } from './policy.ts';

/** What an event is about: words of audit.k8s.io. Without empty ones. */
export interface ObjectReference {
  resource?: string;
  namespace?: string;
  name?: string;
  uid?: string;
  apiGroup?: string;
  apiVersion?: string;
  subresource?: string;
}

/** An audit.k8s.io/v1 Event, in upstream's order of fields. Objects are plain values. */
export interface AuditEvent {
  kind: 'Event';
  apiVersion: 'audit.k8s.io/v1';
  level: AuditLevel;
  auditID: string;
  stage: AuditStage;
  requestURI: string;
  verb: string;
  user: ReturnType<typeof userInfoOf>;
  impersonatedUser?: ReturnType<typeof userInfoOf>;
  /** In which constrained mode that user is impersonated, by its verb. */
  authenticationMetadata?: { impersonationConstraint: string };
  sourceIPs?: readonly string[];
  userAgent?: string;
  objectRef?: ObjectReference;
  responseStatus?: Partial<Status>;
  requestObject?: unknown;
  responseObject?: unknown;
  /** With six digits of a second. */
  requestReceivedTimestamp: string;
  stageTimestamp: string;
  annotations?: Record<string, string>;
}

/** What is known of a request when it comes in. */
export interface Received {
  level: AuditLevel;
  auditId: string;
  uri: string;
  attributes: Attributes;
  sourceIPs?: readonly string[];
  userAgent?: string | null;
  at: Date;
}

const userAgentMax = 1024;
/** Longer ones are cut: a URI is at most as long as the platform takes it, 16 KB. */
const uriMax = 16 * 1024;

/** The event of a request that has come in; those of later stages are made of it. */
export function receivedEvent({ level, auditId, uri, attributes, sourceIPs, userAgent, at }: Received): AuditEvent {
  const objectRef = referenceOf(attributes);
  const agent = userAgent && userAgent.length > userAgentMax ? `${userAgent.slice(0, userAgentMax)}...TRUNCATED` : userAgent;
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level,
    auditID: auditId,
    stage: 'RequestReceived',
    requestURI: uri.slice(0, uriMax),
    verb: attributes.verb,
    user: userInfoOf(attributes.user),
    ...(sourceIPs?.length && { sourceIPs }),
    ...(agent && { userAgent: agent }),
    ...(objectRef && { objectRef }),
    requestReceivedTimestamp: rfc3339Micro(at),
    stageTimestamp: rfc3339Micro(at),
  };
}

function referenceOf(attributes: Attributes): ObjectReference | undefined {
  if (!isResourceAttributes(attributes)) return undefined;
  const { resource, namespace, name, group, version, subresource } = attributes;
  return {
    resource,
    ...(namespace && { namespace }),
    ...(name && { name }),
    ...(group && { apiGroup: group }),
    apiVersion: version,
    ...(subresource && { subresource }),
  };
}

/** What has become known of a request since it came in. */
export interface Outcome {
  stage: AuditStage;
  at: Date;
  /** Absent while there is no answer yet. */
  responseStatus?: Partial<Status>;
  impersonated?: UserInfo;
  /** The verb of the constrained mode. */
  constraint?: string;
  /** Fills in what the path did not say. */
  object?: { name?: string; namespace?: string; uid?: string };
  requestObject?: unknown;
  responseObject?: unknown;
  annotations: Readonly<Record<string, string>>;
}

/** The event of a later stage. */
export function laterEvent(received: AuditEvent, outcome: Outcome): AuditEvent {
  const { stage, at, responseStatus, impersonated, constraint, object, requestObject, responseObject, annotations } = outcome;
  const { requestReceivedTimestamp, objectRef, ...rest } = received;
  return {
    ...rest,
    stage,
    ...(impersonated && { impersonatedUser: userInfoOf(impersonated) }),
    ...(constraint !== undefined && { authenticationMetadata: { impersonationConstraint: constraint } }),
    ...(objectRef && { objectRef: { ...present(object), ...objectRef } }),
    ...(responseStatus && { responseStatus }),
    ...(requestObject !== undefined && { requestObject }),
    ...(responseObject !== undefined && { responseObject }),
    requestReceivedTimestamp,
    stageTimestamp: rfc3339Micro(at),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

const present = (object: Outcome['object'] = {}) => Object.fromEntries(Object.entries(object).filter(([, value]) => value));

/** The annotation of an event whose objects were left out because it was too large, as upstream's truncating backend has it. */
const truncated = { 'audit.k8s.io/truncated': 'true' };

/** An event as JSON, of so many characters at most: the objects are left out of one that is longer, and then all that is not needed. */
export function eventText(event: AuditEvent, lengthMax: number): string {
  const text = JSON.stringify(event);
  if (text.length <= lengthMax) return text;
  const { requestObject: _, responseObject: __, ...small } = event;
  const without = JSON.stringify({ ...small, annotations: { ...small.annotations, ...truncated } });
  if (without.length <= lengthMax) return without;
  const { userAgent: ___, responseStatus, annotations: ____, ...least } = small;
  const status = responseStatus && { responseStatus: { metadata: {}, code: responseStatus.code } };
  return JSON.stringify({ ...least, requestURI: least.requestURI.slice(0, 1024), ...status, annotations: truncated });
}
