import type { PriorityLevelConfiguration } from '../../resources/flowcontrol/prioritylevelconfiguration.ts';

/** How many seats a priority level has. */
export interface LevelLimits {
  /** Its share. It may use so many at any time, even if others have borrowed them. */
  nominal: number;
  /** What of them is never lent. */
  lower: number;
  /** The most that it may use, borrowed ones included. */
  upper: number;
}

/**
 * Divides the seats of the server among the levels by their shares, rounding up, so the sum may be a little more. Source:
 * `finishQueueSetReconfigsLocked`.
 */
export function divideSeats(total: number, levels: readonly PriorityLevelConfiguration[]): Map<string, LevelLimits> {
  const sharesOf = ({ spec }: PriorityLevelConfiguration) => (spec.limited ?? spec.exempt)?.nominalConcurrencyShares ?? 0;
  const sum = levels.reduce((shares, level) => shares + sharesOf(level), 0);
  return new Map(
    levels.map((level) => {
      const { limited, exempt } = level.spec;
      const nominal = sum === 0 ? 0 : Math.ceil((total * sharesOf(level)) / sum);
      const percent = (share: number) => Math.round((nominal * share) / 100);
      const lent = percent((limited ?? exempt)?.lendablePercent ?? 0);
      const borrowed = limited?.borrowingLimitPercent === undefined ? total : percent(limited.borrowingLimitPercent);
      return [level.metadata.name, { nominal, lower: nominal - lent, upper: nominal + borrowed }];
    }),
  );
}

/** Of the seats of a level, the share that one request may take at most. */
const widestShare = 0.15;

/** How many seats one request of a level may take at most. Source: `priorityLevelMaxSeatsPercent`. */
export const widestRequest = (nominal: number, handSize: number): number =>
  Math.max(1, Math.min(Math.ceil(nominal * widestShare), Math.floor(nominal / handSize)));
