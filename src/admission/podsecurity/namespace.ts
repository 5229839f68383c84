import { controllerOf } from '../../machinery/meta.ts';
import type { Reader } from '../../machinery/reader.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { describeInShort, violations } from './evaluate.ts';
import { compareLevels, formatLevel, samePolicy, type LevelVersion } from './policy.ts';

/** So many pods are looked at when a namespace becomes stricter. */
const podsMax = 3_000;

/** What to tell somebody who makes a namespace stricter, about the pods that are there already. */
export function namespaceWarnings(namespace: string, enforce: LevelVersion, old: LevelVersion, reader: Reader): string[] {
  if (samePolicy(enforce, old) || enforce.level === 'privileged') return [];
  if (enforce.minor === old.minor && compareLevels(enforce.level, old.level) <= 0) return [];
  const all = onePerController(reader.list(pods, namespace));
  const checked = all.slice(0, podsMax);
  const byWarning = new Map<string, string[]>();
  for (const { metadata, spec } of checked) {
    const found = violations(enforce, { annotations: metadata.annotations ?? {}, spec });
    if (found.length === 0) continue;
    const warning = describeInShort(found);
    byWarning.set(warning, [...(byWarning.get(warning) ?? []), metadata.name]);
  }
  const warnings: string[] = [];
  if (checked.length < all.length)
    warnings.push(
      `new PodSecurity enforce level only checked against the first ${checked.length} of ${all.length} existing pods`,
    );
  if (byWarning.size > 0)
    warnings.push(
      `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level "${formatLevel(enforce)}"`,
    );
  return [...warnings, ...[...byWarning].map(([warning, names]) => `${shown(names)}: ${warning}`).sort()];
}

/** The first pod of each controller before its others, which are like it. */
function onePerController(all: readonly Pod[]): Pod[] {
  const seen = new Set<string>();
  const repeated: Pod[] = [];
  const first = all.filter((pod) => {
    const uid = controllerOf(pod)?.uid;
    if (uid === undefined) return true;
    if (!seen.has(uid)) return seen.add(uid);
    repeated.push(pod);
    return false;
  });
  return [...first, ...repeated];
}

function shown(names: readonly string[]): string {
  const [first] = [...names].sort();
  if (names.length === 1) return first!;
  return `${first} (and ${names.length - 1} other ${names.length === 2 ? 'pod' : 'pods'})`;
}
