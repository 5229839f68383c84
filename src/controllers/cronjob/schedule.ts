import type { EventDraft } from '../../machinery/reconcile.ts';
import { parseSchedule, ScheduleError, type Schedule } from '../../resources/batch/cron-schedule.ts';
import type { CronJob } from '../../resources/batch/cronjob.ts';
import { isTimeZone } from '../../resources/batch/time-zone.ts';
import { dueTime, nextDueMs } from './due.ts';

/** What the schedule of a CronJob says at a moment. */
export interface ScheduleReading {
  /** The time whose job is to run now, in ms since the epoch. */
  due?: number;
  /** When to look again, in ms from now; `undefined`: only when something changes. */
  nextInMs?: number;
  events: EventDraft[];
}

/** Reads the schedule. One that is suspended, ends or cannot be read is never due. */
export function readSchedule(cronJob: CronJob, now: Date): ScheduleReading {
  const { metadata, spec } = cronJob;
  const warning = (reason: string, message: string): EventDraft => ({ regarding: cronJob, type: 'Warning', reason, message });
  if (metadata.deletionTimestamp !== undefined) return { events: [] };
  const { timeZone: zone, schedule: text } = spec;
  if (zone !== undefined && !isTimeZone(zone)) {
    const message = `invalid timeZone: ${JSON.stringify(zone)}: unknown time zone ${zone}`;
    return { events: [warning('UnknownTimeZone', message)] };
  }
  if (spec.suspend) return { events: [] };

  const events: EventDraft[] = [];
  if (text.includes('TZ'))
    events.push(
      warning(
        'UnsupportedSchedule',
        `CRON_TZ or TZ used in schedule ${JSON.stringify(text)} is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details`,
      ),
    );
  let schedule: Schedule;
  try {
    schedule = parseSchedule(text, isTimeZone, zone);
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    return {
      events: [...events, warning('UnparseableSchedule', `unparseable schedule: ${JSON.stringify(text)} : ${error.message}`)],
    };
  }

  const due = dueTime(cronJob, schedule, now);
  if (due === 'never') {
    const message = `invalid schedule: ${text} : time difference between two schedules is less than 1 second`;
    return { events: [...events, warning('InvalidSchedule', message)] };
  }
  if (due?.isFarBehind) {
    const message = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
    events.push(warning('TooManyMissedTimes', message));
  }
  const next = nextDueMs(cronJob, schedule, now);
  return { due: due?.atMs, nextInMs: next === undefined ? undefined : next - now.getTime(), events };
}
