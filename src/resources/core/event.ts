import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { int32, microTime, object, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { ObjectReferenceSchema } from '../shared/references.ts';

export const EventSourceSchema = object('io.k8s.api.core.v1.EventSource', { component: string, host: string });
export type EventSource = TypeOf<typeof EventSourceSchema>;

export const EventSeriesSchema = object('io.k8s.api.core.v1.EventSeries', { count: int32, lastObservedTime: microTime });
export type EventSeries = TypeOf<typeof EventSeriesSchema>;

const EventSchema = kindSchema('io.k8s.api.core.v1.Event', {
  action: string,
  count: int32,
  eventTime: microTime,
  firstTimestamp: time,
  involvedObject: required(ObjectReferenceSchema),
  lastTimestamp: time,
  message: string,
  reason: string,
  related: ObjectReferenceSchema,
  reportingComponent: string,
  reportingInstance: string,
  series: EventSeriesSchema,
  source: EventSourceSchema,
  type: string,
});
export type Event = TypeOf<typeof EventSchema>;

export const events = defineResource<Event>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  namespaced: true,
  description: 'A report of something that happened to an object.',
  schema: EventSchema,
  columns: [nameColumn, ageColumn],
});
