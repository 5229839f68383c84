/** When a schedule is due, with the rules of the Go library that upstream uses (robfig/cron), also where clocks change. */
import type { Schedule } from './cron-schedule.ts';
import { offsetMs } from './time-zone.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** A schedule that has no time in five years (31 February) has none. */
const yearsMax = 5;

/**
 * The first time after `afterMs` that the schedule means; `undefined` if there is none. Both in ms since the epoch. An hour
 * that clocks leave out is left out; one that they repeat comes twice.
 */
export function nextTime(schedule: Schedule, afterMs: number): number | undefined {
  if (schedule.kind === 'every') return Math.floor(afterMs / 1000) * 1000 + schedule.periodMs;
  const { timeZone, minute, hour, month } = schedule;
  const lastYear = wallOf(timeZone, afterMs).getUTCFullYear() + yearsMax;
  for (let ms = Math.floor(afterMs / minuteMs) * minuteMs + minuteMs; ;) {
    const wall = wallOf(timeZone, ms);
    const year = wall.getUTCFullYear();
    if (year > lastYear) return undefined;
    if (!month.values.has(wall.getUTCMonth() + 1)) ms = startOfDay(timeZone, Date.UTC(year, wall.getUTCMonth() + 1, 1), ms);
    else if (!matchesDay(schedule, wall))
      ms = startOfDay(timeZone, Date.UTC(year, wall.getUTCMonth(), wall.getUTCDate() + 1), ms);
    else if (!hour.values.has(wall.getUTCHours())) ms += hourMs - wall.getUTCMinutes() * minuteMs;
    else if (!minute.values.has(wall.getUTCMinutes())) ms += minuteMs;
    else return ms;
  }
}

/** With both days given one of them is enough; one that is left open leaves it to the other. */
function matchesDay({ dayOfMonth, dayOfWeek }: Schedule & { kind: 'fields' }, wall: Date): boolean {
  const isDayOfMonth = dayOfMonth.values.has(wall.getUTCDate());
  const isDayOfWeek = dayOfWeek.values.has(wall.getUTCDay());
  return dayOfMonth.isOpen || dayOfWeek.isOpen ? isDayOfMonth && isDayOfWeek : isDayOfMonth || isDayOfWeek;
}

/** What clocks in the zone show, as if it were UTC. */
const wallOf = (timeZone: string, ms: number): Date => new Date(ms + offsetMs(timeZone, ms));

/** When the day begins whose midnight clocks would show as `wallMs`: later, if they leave midnight out. Later than `afterMs`. */
function startOfDay(timeZone: string, wallMs: number, afterMs: number): number {
  // Of the two offsets around a change, the one before it is right for whatever comes first.
  const candidates = [wallMs - dayMs, wallMs + dayMs].map((ms) => wallMs - offsetMs(timeZone, ms));
  const exact = candidates.filter((ms) => ms > afterMs && ms + offsetMs(timeZone, ms) === wallMs);
  if (exact.length > 0) return Math.min(...exact);
  // No such midnight: the clocks jump over it, at the moment that would have been midnight before the change.
  return Math.max(afterMs + minuteMs, candidates[0]!);
}
