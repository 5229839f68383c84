import type { AnyResource } from '../../machinery/resource.ts';
import type { WriteOptions, ClusterApi, User } from '../api.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { ObjectKey } from '../../storage/store.ts';
import { keyFor } from '../verbs/entry.ts';
import type { Accepted } from './accept.ts';
import { writeOptions, type WriteOptionsKind } from './options.ts';
import type { ResourcePath } from './path.ts';

/** A request about a resource, understood and within the user's bounds: what handlers work on. */
export interface ResourceRequest {
  api: ClusterApi;
  http: Request;
  user: User;
  /** Where clients reach the cluster: the issuer of its tokens. */
  address: string;
  query: URLSearchParams;
  path: ResourcePath;
  resource: AnyResource;
  /** The only namespaces that a list may show. */
  namespaces?: readonly string[];
  accepted: Accepted;
  /** Sentences for the client, sent as Warning headers, with an error too. */
  warnings: string[];
  /** What is noted for the audit log; absent if nothing is. */
  audit?: AuditTrail | undefined;
}

export type Handler = (request: ResourceRequest) => Promise<Response>;

/** The object that the path names. */
export const requestKey = ({ resource, path }: ResourceRequest): ObjectKey => keyFor(resource, path.namespace, path.name);

export const requestWriteOptions = (request: ResourceRequest, kind: WriteOptionsKind, isApply = false): WriteOptions => ({
  ...writeOptions(kind, request.query, request.http.headers.get('user-agent'), request.warnings, isApply),
  user: request.user,
  ...(request.resource.conversion && { served: request.resource }),
  ...(request.audit && { annotations: request.audit.annotations }),
});
