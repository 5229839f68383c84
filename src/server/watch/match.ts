import type { KubeObject } from '../../machinery/meta.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import { internalError } from '../../machinery/status.ts';
import type { Change, Entry } from '../../storage/store.ts';
import type { EncodedEvent } from '../../tunnel/watch-frames.ts';
import { selectionOf } from '../selection.ts';
import { transientEntry } from '../verbs/entry.ts';
import { entryEvent, type EventType } from './event.ts';
import type { WatchSpec } from './spec.ts';

/** The event that one watch sends for a change; undefined if it does not see it. */
export type WatchMatcher = (change: Change, now: Date) => EncodedEvent | undefined;

/**
 * Makes a spec into a function that tells what a watch sees of a change, if anything. An object that stops matching is
 * DELETED, shown as it was with the revision of the change; one that starts matching is ADDED. Events are written once for
 * all watches that show objects the same way.
 */
export function compileWatch(spec: WatchSpec, scheme: Scheme): WatchMatcher {
  const resource = watchedResource(spec, scheme);
  const selection = selectionOf(resource, spec);
  const format = formatKey(spec);
  return (change, now) => {
    if (change.entry.key.resource !== spec.resource) return undefined;
    const type = typeFor(change, selection.matches);
    if (type === undefined) return undefined;
    return cachedEvent(change, `${format} ${type}`, () => {
      const gone = type === 'DELETED' && change.type !== 'DELETED' && change.previous;
      return entryEvent(type, gone ? asOf(gone, change.revision) : change.entry, spec, resource, now);
    });
  };
}

function typeFor(change: Change, matches: (entry: Entry) => boolean): EventType | undefined {
  const { type, entry, previous } = change;
  if (type === 'ADDED' || !previous) return matches(entry) ? type : undefined;
  const matched = matches(previous);
  if (type === 'DELETED') return matched ? 'DELETED' : undefined;
  if (matches(entry)) return matched ? 'MODIFIED' : 'ADDED';
  return matched ? 'DELETED' : undefined;
}

/** The events of a change, by how they look. A hundred watches of the same kind cost one. */
const events = new WeakMap<Change, Map<string, EncodedEvent>>();

function cachedEvent(change: Change, key: string, make: () => EncodedEvent): EncodedEvent {
  let known = events.get(change);
  if (!known) events.set(change, (known = new Map()));
  let event = known.get(key);
  if (event === undefined) known.set(key, (event = make()));
  return event;
}

/** What decides how an event looks, its type aside. */
function formatKey(spec: WatchSpec): string {
  const { format, encoding = 'json', includeObject = '', metaVersion = 'v1', columns = false, served = '' } = spec;
  return format === 'object'
    ? `${encoding} ${served}`
    : `${format} ${encoding} ${metaVersion} ${includeObject} ${columns} ${served}`;
}

/** The kind that a watch is about. A spec may be older than the running code. */
function watchedResource(spec: WatchSpec, scheme: Scheme): AnyResource {
  const resource = scheme.byResource(spec.resource, spec.served);
  if (!resource) throw internalError('the watched resource is not served any more');
  return resource;
}

/** An object as it was, with a later revision: how an object that went out of sight is shown. */
function asOf(previous: Entry, revision: number): Entry {
  const { metadata } = previous.object;
  const object: KubeObject = { ...previous.object, metadata: { ...metadata, resourceVersion: String(revision) } };
  return transientEntry(previous.key, object, revision);
}
