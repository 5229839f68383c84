/** Which of its times a CronJob still has to act on (upstream's `mostRecentScheduleTime`). */
import type { Schedule } from '../../resources/batch/cron-schedule.ts';
import { nextTime } from '../../resources/batch/cron-times.ts';
import type { CronJob } from '../../resources/batch/cronjob.ts';

/** More missed times than this are told of. */
const missedMax = 100;
const minuteMs = 60_000;

export interface Due {
  /** The last time that was due and has seen no job, in ms since the epoch. Those before it are skipped. */
  atMs: number;
  /** So many times were missed that clocks may be wrong. */
  isFarBehind: boolean;
}

/**
 * The time whose job should run now, if any. Times before the last one that was acted on, before the CronJob was there or
 * further back than its starting deadline do not count. `'never'`: a schedule without times, as 31 February.
 */
export function dueTime({ metadata, spec, status }: CronJob, schedule: Schedule, now: Date): Due | 'never' | undefined {
  const nowMs = now.getTime();
  const { startingDeadlineSeconds: deadline } = spec;
  const fromMs = Math.max(
    Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp),
    deadline === undefined ? -Infinity : nowMs - deadline * 1000,
  );
  const first = nextTime(schedule, fromMs);
  if (first === undefined) return 'never';
  if (first > nowMs) return undefined;
  const second = nextTime(schedule, first);
  if (second === undefined) return 'never';
  const missed = Math.floor((nowMs - first) / (second - first)) + 1;
  return { atMs: lastTime(schedule, first, nowMs), isFarBehind: missed > missedMax };
}

/** When to look again: the next time of the schedule, counted from the last one where it has no times of day. */
export function nextDueMs(cronJob: CronJob, schedule: Schedule, now: Date): number | undefined {
  const nowMs = now.getTime();
  if (schedule.kind === 'fields') return nextTime(schedule, nowMs);
  const first = nextTime(schedule, Date.parse(cronJob.status?.lastScheduleTime ?? cronJob.metadata.creationTimestamp))!;
  return first > nowMs ? first : lastTime(schedule, first, nowMs) + schedule.periodMs;
}

/** The last time up to `nowMs`, of those from `firstMs` on. */
function lastTime(schedule: Schedule, firstMs: number, nowMs: number): number {
  if (schedule.kind === 'every') return firstMs + Math.floor((nowMs - firstMs) / schedule.periodMs) * schedule.periodMs;
  // Bisection, for there may be very many of them: after `low` comes one that counts, after `high` none.
  let low = firstMs - minuteMs;
  let high = nowMs;
  while (high - low > minuteMs) {
    const middle = low + Math.floor((high - low) / 2);
    if ((nextTime(schedule, middle) ?? Infinity) <= nowMs) low = middle;
    else high = middle;
  }
  let last = nextTime(schedule, low)!;
  for (let next = nextTime(schedule, last)!; next <= nowMs; next = nextTime(schedule, last)!) last = next;
  return last;
}
