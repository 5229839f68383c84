import { isDeepStrictEqual } from 'node:util';

/**
 * The strategic merge patch that turns the status of a pod or node into `status`; undefined if it is that already. Of the
 * conditions it holds only those that differ, so that it takes nothing from their other writers. It names the object's
 * uid: one of the same name that came later is not touched (409).
 */
export function statusPatch(object: { metadata: { uid: string }; status?: object }, status: object): object | undefined {
  const old = plain(object.status ?? {});
  const wanted = plain(status);
  const patch: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(old), ...Object.keys(wanted)])) {
    if (isDeepStrictEqual(old[key], wanted[key])) continue;
    patch[key] = key === 'conditions' ? changedConditions(old[key], wanted[key]) : (wanted[key] ?? null);
  }
  if (Object.keys(patch).length === 0) return undefined;
  return { metadata: { uid: object.metadata.uid }, status: patch };
}

/** As JSON has it: without fields that are undefined. */
const plain = (value: object) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;

function changedConditions(old: unknown, wanted: unknown): unknown[] {
  const before = new Map(conditionsOf(old).map((condition) => [condition.type, condition]));
  return conditionsOf(wanted)
    .filter((condition) => !isDeepStrictEqual(before.get(condition.type), condition))
    .map((condition) => {
      // A merge keeps what a patch does not mention: what is gone has to be said.
      const gone = Object.keys(before.get(condition.type) ?? {}).filter((key) => !(key in condition));
      return { ...condition, ...Object.fromEntries(gone.map((key) => [key, null])) };
    });
}

const conditionsOf = (value: unknown) => (value ?? []) as { type: string }[];
