/** Field numbers of events/v1; the notation is that of `machinery/protobuf/facts.ts`. */
export const eventsV1 = {
  Event:
    'metadata=1 eventTime=2 series?=3 reportingController=4 reportingInstance=5 action=6 reason=7 regarding=8 related?=9 ' +
    'note=10 type=11 deprecatedSource=12 deprecatedFirstTimestamp=13 deprecatedLastTimestamp=14 deprecatedCount=15',
  EventSeries: 'count=1 lastObservedTime=2',
};
