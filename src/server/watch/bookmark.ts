import type { EncodedEvent } from '../../tunnel/watch-frames.ts';
import { metadataEvent } from './event.ts';
import type { WatchSpec } from './spec.ts';

const initialEventsEnd = 'k8s.io/initial-events-end';

/**
 * A bookmark: everything up to `revision` has been sent. `endOfInitialEvents` says that the
 * state from which the watch starts has, which is what informers wait for.
 */
export function bookmarkEvent(spec: WatchSpec, revision: number, endOfInitialEvents = false): EncodedEvent {
  const metadata = {
    resourceVersion: String(revision),
    creationTimestamp: null,
    ...(endOfInitialEvents && { annotations: { [initialEventsEnd]: 'true' } }),
  };
  const object = { kind: spec.kind, apiVersion: spec.apiVersion, metadata };
  return metadataEvent(spec, 'BOOKMARK', spec.format === 'table' ? asTable(spec, object) : object);
}

/** Bookmarks of a table are tables too: one row without cells. */
function asTable(spec: WatchSpec, object: { metadata: { resourceVersion: string } }) {
  const apiVersion = `meta.k8s.io/${spec.metaVersion ?? 'v1'}`;
  return {
    kind: 'Table',
    apiVersion,
    metadata: { resourceVersion: object.metadata.resourceVersion },
    columnDefinitions: null,
    rows: [{ cells: [], object: { ...object, kind: 'PartialObjectMetadata', apiVersion } }],
  };
}
