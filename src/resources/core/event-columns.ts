/** How `kubectl get events` shows an event (printers/internalversion `printEvent`). */
import type { Column } from '../../machinery/resource.ts';
import { age, nameColumn } from '../../machinery/table.ts';
import type { Event } from './event.ts';

const firstSeen = ({ firstTimestamp, eventTime }: Event): string | undefined => firstTimestamp ?? eventTime;

const lastSeen = (event: Event): string | undefined =>
  event.series ? event.series.lastObservedTime : (event.lastTimestamp ?? firstSeen(event));

function subject({ involvedObject: { kind = '', name } }: Event): string {
  return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase();
}

function sourceOf({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || reportingComponent || '';
  const instance = source?.host || reportingInstance;
  return instance ? `${component}, ${instance}` : component;
}

export const eventColumns: readonly Column<Event>[] = [
  {
    name: 'Last Seen',
    type: 'string',
    description: 'How long ago it happened last.',
    cell: (event, now) => age(lastSeen(event), now),
  },
  { name: 'Type', type: 'string', description: 'Normal or Warning.', cell: ({ type }) => type ?? '' },
  { name: 'Reason', type: 'string', description: 'What happened, in one word.', cell: ({ reason }) => reason ?? '' },
  { name: 'Object', type: 'string', description: 'What it happened to.', cell: subject },
  {
    name: 'Subobject',
    type: 'string',
    priority: 1,
    description: 'The part of the object that it happened to.',
    cell: ({ involvedObject }) => involvedObject.fieldPath ?? '',
  },
  { name: 'Source', type: 'string', priority: 1, description: 'Who reports it.', cell: sourceOf },
  { name: 'Message', type: 'string', description: 'What happened, for people.', cell: ({ message }) => (message ?? '').trim() },
  {
    name: 'First Seen',
    type: 'string',
    priority: 1,
    description: 'How long ago it happened first.',
    cell: (event, now) => age(firstSeen(event), now),
  },
  {
    name: 'Count',
    type: 'string',
    priority: 1,
    description: 'How often it happened.',
    cell: ({ series, count }) => (series ? (series.count ?? 0) : count || 1),
  },
  { ...nameColumn, priority: 1 },
];
