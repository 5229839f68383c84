import { rfc3339 } from '../lib/clock.ts';
import { copyObject, type Draft, type KubeObject } from '../machinery/meta.ts';
import type { EventDraft } from '../machinery/reconcile.ts';
import type { AnyResource } from '../machinery/resource.ts';
import { StatusError } from '../machinery/status.ts';
import type { ClusterApi, WriteOptions } from './api.ts';
import type { Correlated, EventCorrelator } from './event-correlator.ts';
import { create } from './verbs/create.ts';
import { keyFor } from './verbs/entry.ts';
import { updateWith } from './verbs/update.ts';

interface CoreEvent extends KubeObject {
  message?: string;
  count?: number;
  lastTimestamp?: string;
}

/** Events longer than that are cut, as upstream's validation wants. */
const messageLengthMax = 1024;

/**
 * Writes events of a component as core/v1 Events. The same event about the same object is one Event that counts:
 * its name is made from what it says, so repeats find it after any restart. With a correlator, many similar ones are one as
 * well, and too many are none. Events about objects in a namespace that is gone or ends are dropped. Rejects with `StatusError` or the store's errors.
 */
export async function recordEvents(
  api: ClusterApi,
  component: string,
  drafts: readonly EventDraft[],
  fieldManager = component,
  correlator?: EventCorrelator,
): Promise<void> {
  const events = api.scheme.byResource('events');
  if (!events) return;
  const nowMs = api.clock.now().getTime();
  await Promise.all(
    drafts.map((draft) => {
      const correlated = correlator ? correlator.correlate(component, draft, nowMs) : { message: draft.message, isCombined: false };
      return correlated && recordEvent(api, events, component, draft, correlated, { fieldManager });
    }),
  );
}

async function recordEvent(
  api: ClusterApi,
  events: AnyResource,
  component: string,
  draft: EventDraft,
  correlated: Correlated,
  options: WriteOptions,
): Promise<void> {
  const time = rfc3339(api.clock.now());
  const object = eventOf(component, draft, correlated, time);
  const { name, namespace } = object.metadata as { name: string; namespace: string };
  const key = keyFor(events, namespace, name);
  const repeat = (current: KubeObject): KubeObject => {
    const event = copyObject(current) as CoreEvent;
    event.count = (event.count ?? 1) + 1;
    event.lastTimestamp = time;
    event.message = object.message;
    return event;
  };
  const add = () => create(api, events, namespace, object, options);
  const count = () => updateWith(api, events, key, repeat, options);
  const isThere = (await api.store.get(key)) !== undefined;
  try {
    // Two of the same at once: the other one came first, or a clean-up did.
    await (isThere ? count().catch(unless(isMissingEvent, add)) : add().catch(unless(isTaken, count)));
  } catch (error) {
    if (!(error instanceof StatusError) || (error.reason !== 'NotFound' && error.reason !== 'Forbidden')) throw error;
  }
}

const isTaken = ({ reason }: StatusError): boolean => reason === 'AlreadyExists';
const isMissingEvent = ({ reason, details }: StatusError): boolean => reason === 'NotFound' && details?.kind === 'events';

/** Does something else instead of failing in that way. */
const unless =
  <T>(isIt: (error: StatusError) => boolean, instead: () => Promise<T>) =>
  (error: unknown): Promise<T> => {
    if (error instanceof StatusError && isIt(error)) return instead();
    throw error;
  };

function eventOf(component: string, draft: EventDraft, { isCombined, message: said }: Correlated, time: string): Draft<CoreEvent> {
  const { regarding, type, reason } = draft;
  const message = said.slice(0, messageLengthMax);
  const { name, namespace, uid, resourceVersion } = regarding.metadata;
  const identity = [regarding.apiVersion, regarding.kind, uid, type, reason, isCombined ? '' : message, component].join('\0');
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${namePrefix(name)}.${hash(identity)}`, namespace: namespace || 'default' },
    involvedObject: {
      apiVersion: regarding.apiVersion,
      kind: regarding.kind,
      name,
      ...(namespace && { namespace }),
      uid,
      resourceVersion,
    },
    type,
    reason,
    message,
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
  return event;
}

/** The regarding object's name as far as it fits, made to be a DNS subdomain whatever the kind's own rule is. */
const namePrefix = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, '-')
    .slice(0, 236)
    .replace(/[^a-z0-9]+$/, '');

/** A 64-bit hash in the manner of FNV-1a, in hex: short enough for a name, and the same everywhere. */
function hash(text: string): string {
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193) >>> 0;
    high = Math.imul(high ^ ((unit << 5) | (low >>> 27)), 0x01000193) >>> 0;
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
