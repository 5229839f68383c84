import { describe, expect, test } from 'vitest';
import { fromStored, storedKind, toStored } from '../../../src/machinery/versions.ts';
import { events as coreEvents } from '../../../src/resources/core/event.ts';
import { ownGroupEvents } from '../../../src/resources/events/event.ts';
import { make, wrong, wrongChange, type Fields } from '../checks.ts';

/** The rules for who writes in this version, about objects as they are stored. */
const kind = storedKind(ownGroupEvents);

const full = {
  action: 'Binding',
  deprecatedCount: 1,
  deprecatedFirstTimestamp: '2026-05-01T11:00:00Z',
  deprecatedLastTimestamp: '2026-05-01T11:30:00Z',
  deprecatedSource: { component: 'a', host: 'b' },
  eventTime: '2026-05-01T11:00:00.000000Z',
  note: 'Hello',
  reason: 'Scheduled',
  regarding: { kind: 'Pod', name: 'web-1' },
  related: { kind: 'Node', name: 'n' },
  reportingController: 'example.com/c',
  reportingInstance: 'c-1',
  series: { count: 2, lastObservedTime: '2026-05-01T11:00:00.000000Z' },
  type: 'Normal',
};

test('the same under other names', () => {
  const event = make(ownGroupEvents, full);
  const inCore = toStored(ownGroupEvents, event);
  expect(inCore).toEqual({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: event.metadata,
    action: 'Binding',
    count: 1,
    firstTimestamp: full.deprecatedFirstTimestamp,
    lastTimestamp: full.deprecatedLastTimestamp,
    source: full.deprecatedSource,
    eventTime: full.eventTime,
    message: 'Hello',
    reason: 'Scheduled',
    involvedObject: full.regarding,
    related: full.related,
    reportingComponent: full.reportingController,
    reportingInstance: 'c-1',
    series: full.series,
    type: 'Normal',
  });
  expect(Object.keys(inCore).every((name) => name in coreEvents.schema.fields)).toBe(true);
  expect(fromStored(ownGroupEvents, inCore)).toEqual(event);
  expect(Object.keys(ownGroupEvents.schema.fields).every((name) => name in event)).toBe(true);
});

const good = {
  eventTime: '2026-05-01T12:00:00.000000Z',
  involvedObject: { namespace: 'default' },
  reportingComponent: 'example.com/c',
  reportingInstance: 'c-1',
  action: 'Binding',
  reason: 'Scheduled',
  type: 'Normal',
};

describe('a new event', () => {
  test.each<[Fields, string[]]>([
    [good, []],
    [{ ...good, eventTime: undefined }, ['eventTime: Required value']],
    [{ ...good, type: 'Odd' }, ['type: Invalid value: "": has invalid value: Odd']],
    [
      { ...good, firstTimestamp: 't', lastTimestamp: 't', count: 1, source: { component: 'a' } },
      ['firstTimestamp', 'lastTimestamp', 'count', 'source'].map((field) => `${field}: Invalid value: "": needs to be unset`),
    ],
    [
      { ...good, series: { count: 1 } },
      ['series.count: Invalid value: "": should be at least 2', 'series.lastObservedTime: Required value'],
    ],
    [
      { ...good, reportingComponent: undefined },
      [
        'reportingController: Required value',
        expect.stringContaining('reportingController: Invalid value: ""') as string,
        expect.any(String) as string,
      ],
    ],
  ])('%j', (fields, expected) => {
    expect(wrong(kind, fields)).toEqual(expected);
  });

  test('of the core group is not held to that', () => {
    expect(wrong(coreEvents, { ...good, type: 'Odd', count: 1 })).toEqual([]);
    expect(coreEvents.strategy.validateUpdate).toBeUndefined();
  });
});

describe('an update', () => {
  test('may say that it happened again', () => {
    const series = { count: 2, lastObservedTime: '2026-05-01T12:01:00.000000Z' };
    expect(wrongChange(kind, good, { ...good, series })).toEqual([]);
    expect(wrongChange(kind, good, { ...good, series: { ...series, count: 1 } })).toEqual([
      'series.count: Invalid value: "": should be at least 2',
    ]);
    const odd = { ...good, series: { count: 1 } };
    expect(wrongChange(kind, odd, odd)).toEqual([]);
  });

  test('may leave out what was empty', () => {
    expect(wrongChange(kind, good, { ...good, source: {}, count: 0, message: '' })).toEqual([]);
  });

  test.each<[object, string]>([
    [{ involvedObject: { namespace: 'x' } }, 'involvedObject: Invalid value: {"namespace":"x"}'],
    [{ reason: 'x' }, 'reason: Invalid value: "x"'],
    [{ message: 'x' }, 'message: Invalid value: "x"'],
    [{ source: { host: 'x' } }, 'source: Invalid value: {"host":"x"}'],
    [{ firstTimestamp: 'x' }, 'firstTimestamp: Invalid value: "x"'],
    [{ lastTimestamp: 'x' }, 'lastTimestamp: Invalid value: "x"'],
    [{ count: 1 }, 'count: Invalid value: 1'],
    [{ type: 'Warning' }, 'type: Invalid value: "Warning"'],
    [{ eventTime: 'x' }, 'eventTime: Invalid value: "x"'],
    [{ action: 'x' }, 'action: Invalid value: "x"'],
    [{ related: { name: 'x' } }, 'related: Invalid value: {"name":"x"}'],
    [{ reportingComponent: 'x' }, 'reportingController: Invalid value: "x"'],
    [{ reportingInstance: 'x' }, 'reportingInstance: Invalid value: "x"'],
  ])('not %j', (change, expected) => {
    expect(wrongChange(kind, good, { ...good, ...change })).toEqual([`${expected}: field is immutable`]);
  });
});

test('fields that select', () => {
  const event = { involvedObject: { kind: 'Pod', name: 'web-1' }, reportingComponent: 'c', reason: 'r', type: 't' } as never;
  const values = Object.entries(ownGroupEvents.selectableFields).map(([name, read]) => [name, read(event)]);
  expect(Object.fromEntries(values)).toEqual({
    'regarding.kind': 'Pod',
    'regarding.namespace': '',
    'regarding.name': 'web-1',
    'regarding.uid': '',
    'regarding.apiVersion': '',
    'regarding.resourceVersion': '',
    'regarding.fieldPath': '',
    reason: 'r',
    reportingController: 'c',
    type: 't',
  });
});
