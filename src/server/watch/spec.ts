import type { EncodedEvent } from '../../tunnel/watch-frames.ts';

/**
 * What a watch wants to see, as plain data: it lives in the attachment of a hibernatable WebSocket (16 KB at most), so
 * that a watch survives the eviction of its cluster's object.
 */
export interface WatchSpec {
  /** `ResourceDefinition.resource`. */
  resource: string;
  /** The `apiVersion` in which the objects are shown, where it is not the one they are stored in. */
  served?: string;
  /** '' for all namespaces and for cluster-scoped kinds. */
  namespace: string;
  /** The only namespaces shown, for limited tokens. */
  namespaces?: readonly string[];
  /** Selectors as the client wrote them, already checked. */
  labelSelector?: string;
  fieldSelector?: string;
  /** How events are written; absent: as lines of JSON. */
  encoding?: 'protobuf';
  /** How objects are shown. */
  format: 'object' | 'metadata' | 'table';
  /** For tables: what comes with each row. */
  includeObject?: 'None' | 'Metadata' | 'Object';
  /** The version of meta.k8s.io that tables and metadata are shown in; absent: v1. */
  metaVersion?: 'v1' | 'v1beta1';
  /** For tables: every event carries the column definitions, because no initial event has. */
  columns?: boolean;
  /** Whether the client asked for bookmarks (`allowWatchBookmarks`). */
  bookmarks: boolean;
  /** The apiVersion and kind that bookmarks carry. */
  apiVersion: string;
  kind: string;
}

/** A watch that was accepted. */
export interface WatchStart {
  spec: WatchSpec;
  /** Events to send first: the initial ADDED ones and their end bookmark. */
  initial: readonly EncodedEvent[];
  /** Changes after this revision follow. */
  position: number;
  /** When the server ends the stream, in seconds; the client's `timeoutSeconds` or a random time of 30 to 60 minutes. */
  timeoutSeconds: number;
  /** What the answer carries as a Warning, if the kind is deprecated. */
  deprecation?: string;
  /** The audit event of its end, but for the time; absent if there is to be none. JSON. */
  audited?: string;
}
