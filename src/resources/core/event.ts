import { kindSchema } from '../../machinery/meta.ts';
import { byteLength } from '../../machinery/names.ts';
import { defineResource } from '../../machinery/resource.ts';
import { int32, microTime, object, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import { fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { validateQualifiedName } from '../shared/format-rules.ts';
import { ObjectReferenceSchema } from '../shared/references.ts';
import { eventColumns } from './event-columns.ts';

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
  strategy: {
    defaults,
    validate: (event) => validateEvent(event, 'reportingComponent'),
    createsOnUpdate: true,
    plainFinalizers: true,
  },
  columns: eventColumns,
  selectableFields: {
    'involvedObject.kind': ({ involvedObject }) => involvedObject.kind ?? '',
    'involvedObject.namespace': ({ involvedObject }) => involvedObject.namespace ?? '',
    'involvedObject.name': ({ involvedObject }) => involvedObject.name ?? '',
    'involvedObject.uid': ({ involvedObject }) => involvedObject.uid ?? '',
    'involvedObject.apiVersion': ({ involvedObject }) => involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': ({ involvedObject }) => involvedObject.fieldPath ?? '',
    reason: ({ reason }) => reason ?? '',
    reportingComponent: ({ reportingComponent }) => reportingComponent ?? '',
    source: ({ source, reportingComponent }) => source?.component || reportingComponent || '',
    type: ({ type }) => type ?? '',
  },
});

function defaults(event: Event): void {
  event.involvedObject ??= {};
  event.source ??= {};
}

const textMax = 128;
const messageMax = 1024;

/**
 * An event with `eventTime` is of the newer sort and must say more (`legacyValidateEvent` upstream). `reporterField` is what
 * the version of the request calls `reportingComponent`.
 */
export function validateEvent(event: Event, reporterField: string): FieldError[] {
  const namespace = event.metadata.namespace ?? '';
  const regarding = event.involvedObject.namespace ?? '';
  const mismatch = fieldInvalid('involvedObject.namespace', regarding, 'does not match event.namespace');
  if (event.eventTime === undefined) {
    const matches = regarding === '' ? namespace === 'default' : regarding === namespace;
    return matches ? [] : [mismatch];
  }
  const errors = regarding === '' && namespace !== 'default' && namespace !== 'kube-system' ? [mismatch] : [];
  const component = event.reportingComponent ?? '';
  if (!component) errors.push(fieldRequired(reporterField));
  errors.push(...validateQualifiedName(component, reporterField));
  for (const field of ['reportingInstance', 'action', 'reason'] as const) {
    const text = event[field] ?? '';
    if (!text) errors.push(fieldRequired(field));
    if (byteLength(text) > textMax) errors.push(fieldInvalid(field, '', `can have at most ${textMax} characters`));
  }
  if (byteLength(event.message ?? '') > messageMax)
    errors.push(fieldInvalid('message', '', `can have at most ${messageMax} characters`));
  return errors;
}
