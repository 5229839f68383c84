import { baselineChecks } from './baseline.ts';
import type { Check, Checked, Violation } from './check.ts';
import type { LevelVersion } from './policy.ts';
import { restrictedChecks } from './restricted.ts';

/** What a pod has that the level forbids, in the order of upstream: baseline first, each ordered by id. */
export function violations({ level, minor }: LevelVersion, pod: Checked): Violation[] {
  if (level === 'privileged') return [];
  const found: Violation[] = [];
  for (const rule of rulesOf(level, minor === 'latest' ? Infinity : minor)) {
    const violation = rule(pod);
    if (violation) found.push(violation);
  }
  return found;
}

/** The rules of a level as they were in a minor version. */
function rulesOf(level: 'baseline' | 'restricted', minor: number) {
  const present = (checks: readonly Check[]) => checks.filter(({ versions }) => versions[0]!.since <= minor);
  const baseline = present(baselineChecks);
  const restricted = level === 'restricted' ? present(restrictedChecks) : [];
  const replaced = new Set(restricted.map(({ overrides }) => overrides));
  return [...baseline.filter(({ id }) => !replaced.has(id)), ...restricted].map(
    ({ versions }) => versions.findLast(({ since }) => since <= minor)!.check,
  );
}

/** As `privileged (container "a" must not …), hostPort (…)`. */
export const describeInFull = (found: readonly Violation[]): string =>
  found.map(({ reason, detail }) => (detail ? `${reason} (${detail})` : reason)).join(', ');

/** As `privileged, hostPort`. */
export const describeInShort = (found: readonly Violation[]): string => found.map(({ reason }) => reason).join(', ');
