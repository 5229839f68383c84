import type { JobSpec } from '../../resources/batch/job-spec.ts';
import { countCommon, countOf, parseIndexes, type Indexes } from './indexes.ts';

/** Which rule of the successPolicy the indexes that succeeded fulfil, as the condition tells it; `undefined` for none. */
export function successPolicyMessage({ successPolicy, completions = 0 }: JobSpec, succeeded: Indexes): string | undefined {
  if (succeeded.length === 0) return undefined;
  const met = (successPolicy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeededCount !== undefined && countOf(succeeded) >= succeededCount;
    const wanted = parseIndexes(succeededIndexes, completions);
    if (wanted.length === 0) return false;
    const common = countCommon(wanted, succeeded);
    return common === countOf(wanted) || (succeededCount !== undefined && common >= succeededCount);
  });
  return met < 0 ? undefined : `Matched rules at index ${met}`;
}
