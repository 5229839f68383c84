/** How a watch writes its events: as lines of JSON, or in protobuf as a stream of messages. */
import { PartialObjectMetadataSchema, StatusSchema } from '../../machinery/openapi/common.ts';
import type { TypeMeta } from '../../machinery/protobuf/envelope.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { ObjectSchema } from '../../machinery/schema.ts';
import type { Status } from '../../machinery/status.ts';
import type { Change, Entry } from '../../storage/store.ts';
import type { EncodedEvent } from '../../tunnel/watch-frames.ts';
import { mediaTypes } from '../http/accept.ts';
import { protobuf } from '../http/protobuf.ts';
import { shownObject, shownSchema, shownText } from '../http/shown.ts';
import type { WatchSpec } from './spec.ts';

export type EventType = Change['type'];

/** An event about an object. An object as it is stored in JSON costs no more than putting strings together. */
export function entryEvent(type: EventType, entry: Entry, spec: WatchSpec, resource: AnyResource, now: Date): EncodedEvent {
  if (spec.encoding === 'protobuf')
    return protobuf.encodeEvent(shownSchema(resource.schema, spec), type, shownObject(entry, resource, spec));
  return `{"type":"${type}","object":${shownText(entry, resource, spec, now)}}`;
}

/** That a watch has failed; its last event. */
export const errorEvent = (spec: WatchSpec, status: Status): EncodedEvent =>
  eventOf(spec, 'ERROR', StatusSchema as ObjectSchema, status);

/** A bookmark. It has nothing but metadata, which is in the same place whatever the kind. */
export const metadataEvent = (spec: WatchSpec, type: string, object: TypeMeta): EncodedEvent =>
  eventOf(spec, type, PartialObjectMetadataSchema as ObjectSchema, object);

const eventOf = (spec: WatchSpec, type: string, schema: ObjectSchema, object: TypeMeta): EncodedEvent =>
  spec.encoding === 'protobuf' ? protobuf.encodeEvent(schema, type, object) : JSON.stringify({ type, object });

/** The media type of a watch's stream. */
export const streamType = ({ encoding }: WatchSpec): string =>
  encoding === 'protobuf' ? `${mediaTypes.protobuf};stream=watch` : mediaTypes.json;
