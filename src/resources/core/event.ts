import { kindSchema, ObjectMetaSchema } from '../../machinery/meta.ts';
import { byteLength } from '../../machinery/names.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, int32, microTime, object, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import { fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { validateQualifiedName } from '../shared/format-rules.ts';
import { ObjectReferenceSchema } from '../shared/references.ts';
import { eventColumns } from './event-columns.ts';

export const EventSourceSchema = object('io.k8s.api.core.v1.EventSource', {
  component: field(string, { doc: 'The component that reports.' }),
  host: field(string, { doc: 'The node it reports from.' }),
});
export type EventSource = TypeOf<typeof EventSourceSchema>;

export const EventSeriesSchema = object('io.k8s.api.core.v1.EventSeries', {
  count: field(int32, { doc: 'How often it happened until then.' }),
  lastObservedTime: field(microTime, { doc: 'When it happened last.' }),
});
export type EventSeries = TypeOf<typeof EventSeriesSchema>;

const EventSchema = kindSchema('io.k8s.api.core.v1.Event', {
  metadata: required(ObjectMetaSchema),
  action: field(string, { doc: 'What was done, or what failed.' }),
  count: field(int32, { doc: 'How often it happened.' }),
  eventTime: field(microTime, { doc: 'When it happened first.' }),
  firstTimestamp: field(time, { doc: 'When it happened first, to the second.' }),
  involvedObject: required(ObjectReferenceSchema, { doc: 'What it happened to.' }),
  lastTimestamp: field(time, { doc: 'When it happened last, to the second.' }),
  message: field(string, { doc: 'What happened, for people.' }),
  reason: field(string, { doc: 'What happened, in one CamelCase word.' }),
  related: field(ObjectReferenceSchema, { doc: 'Another object that had to do with it.' }),
  reportingComponent: field(string, { doc: 'Who reports it, as example.com/controller.' }),
  reportingInstance: field(string, { doc: 'Which instance of the controller.' }),
  series: field(EventSeriesSchema, { doc: 'For what happens over and over: when last, and how often.' }),
  source: field(EventSourceSchema, { doc: 'Who reports it, in events of the old kind.' }),
  type: field(string, { doc: 'Normal or Warning.' }),
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
