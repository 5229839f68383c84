/** Events as events.k8s.io/v1 has them: the same objects as those of the core group, with other names and stricter rules. */
import { kindSchema } from '../../machinery/meta.ts';
import { field, int32, microTime, object, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import { fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { defineVersion } from '../../machinery/versions.ts';
import { events as coreEvents, EventSourceSchema, validateEvent, type Event as CoreEvent } from '../core/event.ts';
import { validateImmutable } from '../shared/immutable.ts';
import { ObjectReferenceSchema } from '../shared/references.ts';
import { sameValue } from '../shared/same-value.ts';

export const EventSeriesSchema = object('io.k8s.api.events.v1.EventSeries', {
  count: required(int32, { doc: 'How often it happened until then.' }),
  lastObservedTime: required(microTime, { doc: 'When it happened last.' }),
});

const EventSchema = kindSchema('io.k8s.api.events.v1.Event', {
  action: field(string, { doc: 'What was done, or what failed.' }),
  deprecatedCount: field(int32, { doc: 'The count of the event in the core group.' }),
  deprecatedFirstTimestamp: field(time, { doc: 'The firstTimestamp of the event in the core group.' }),
  deprecatedLastTimestamp: field(time, { doc: 'The lastTimestamp of the event in the core group.' }),
  deprecatedSource: field(EventSourceSchema, { doc: 'The source of the event in the core group.' }),
  eventTime: required(microTime, { doc: 'When it happened first.' }),
  note: field(string, { doc: 'What happened, for people.' }),
  reason: field(string, { doc: 'What happened, in one word.' }),
  regarding: field(ObjectReferenceSchema, { doc: 'What it happened to.' }),
  related: field(ObjectReferenceSchema, { doc: 'Another object that had to do with it.' }),
  reportingController: field(string, { doc: 'Who reports it, as example.com/controller.' }),
  reportingInstance: field(string, { doc: 'Which instance of the controller.' }),
  series: field(EventSeriesSchema, { doc: 'For what happens over and over: when last, and how often.' }),
  type: field(string, { doc: 'Normal or Warning.' }),
});
export type Event = TypeOf<typeof EventSchema>;

/** What is called differently: the name here, and the name in the core group. */
const renamed: readonly (readonly [here: keyof Event, core: keyof CoreEvent])[] = [
  ['deprecatedCount', 'count'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedSource', 'source'],
  ['note', 'message'],
  ['regarding', 'involvedObject'],
  ['reportingController', 'reportingComponent'],
];
const toCore: ReadonlyMap<string, string> = new Map(renamed);
const fromCore: ReadonlyMap<string, string> = new Map(renamed.map(([here, core]) => [core, here]));

const rename = (event: object, names: ReadonlyMap<string, string>): object =>
  Object.fromEntries(Object.entries(event).map(([name, value]) => [names.get(name) ?? name, value]));

/** Names of fields of the core group, as selectors of this group write them. */
const selectable = (field: string): [name: string, read: (event: CoreEvent) => string] => [
  (fromCore.get(field) ?? field).replace(/^involvedObject\./, 'regarding.'),
  coreEvents.selectableFields[field]!,
];

export const ownGroupEvents = defineVersion<CoreEvent, Event>(coreEvents, {
  group: 'events.k8s.io',
  version: 'v1',
  schema: EventSchema,
  toStored: (event) => rename(event, toCore),
  fromStored: (event) => rename(event, fromCore),
  selectableFields: Object.fromEntries(
    Object.keys(coreEvents.selectableFields)
      .filter((field) => field !== 'source')
      .map(selectable),
  ),
  strategy: {
    validate: (event) => validateEvent(event, 'reportingController'),
    validateCreate: validateNew,
    validateUpdate,
  },
});

/** Who writes in the newer form may not leave out what is new in it, nor use what is old (`ValidateEventCreate` upstream). */
function validateNew(event: CoreEvent): FieldError[] {
  const { type = '', source } = event;
  const errors = validateSeries(event);
  if (event.eventTime === undefined) errors.push(fieldRequired('eventTime'));
  if (type !== 'Normal' && type !== 'Warning') errors.push(fieldInvalid('type', '', `has invalid value: ${type}`));
  const unset = (field: string) => fieldInvalid(field, '', 'needs to be unset');
  if (event.firstTimestamp !== undefined) errors.push(unset('firstTimestamp'));
  if (event.lastTimestamp !== undefined) errors.push(unset('lastTimestamp'));
  if (event.count) errors.push(unset('count'));
  if (source?.component || source?.host) errors.push(unset('source'));
  return errors;
}

function validateSeries({ series }: CoreEvent): FieldError[] {
  if (!series) return [];
  const errors = (series.count ?? 0) < 2 ? [fieldInvalid('series.count', '', 'should be at least 2')] : [];
  return series.lastObservedTime === undefined ? [...errors, fieldRequired('series.lastObservedTime')] : errors;
}

/** What has happened stays, by path: only how often may change. An absent field is the same as an empty one. */
const fixed: readonly (readonly [path: string, read: (event: CoreEvent) => unknown])[] = [
  ['involvedObject', (event) => event.involvedObject],
  ['reason', (event) => event.reason ?? ''],
  ['message', (event) => event.message ?? ''],
  ['source', (event) => event.source ?? {}],
  ['firstTimestamp', (event) => event.firstTimestamp],
  ['lastTimestamp', (event) => event.lastTimestamp],
  ['count', (event) => event.count ?? 0],
  ['type', (event) => event.type ?? ''],
  ['eventTime', (event) => event.eventTime],
  ['action', (event) => event.action ?? ''],
  ['related', (event) => event.related],
  ['reportingController', (event) => event.reportingComponent ?? ''],
  ['reportingInstance', (event) => event.reportingInstance ?? ''],
];

/** `ValidateEventUpdate` upstream, with its paths, which are those of neither version. */
function validateUpdate(event: CoreEvent, old: CoreEvent): FieldError[] {
  return [
    ...(sameValue(event.series, old.series) ? [] : validateSeries(event)),
    ...fixed.flatMap(([path, read]) => validateImmutable(read(event), read(old), path)),
  ];
}
