import { copyPlain, isPlain, setOwn, type Plain } from '../plain.ts';
import { badRequest } from '../status.ts';
import { goKind } from './errors.ts';

/**
 * Applies a JSON merge patch (RFC 7386): null removes, objects merge, everything else replaces. The inputs are not
 * changed; the result shares what the patch leaves alone with `current`, and nothing with the patch. Throws 400
 * BadRequest for a patch that is not an object.
 */
export function applyMergePatch(current: unknown, patch: unknown): unknown {
  if (!isPlain(patch))
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${goKind(patch)} into Go value of type map[string]interface {}`,
    );
  return merge(current, patch);
}

function merge(target: unknown, patch: Plain): Plain {
  const result: Plain = {};
  const old = isPlain(target) ? target : {};
  for (const key in old) {
    if (!Object.hasOwn(patch, key)) setOwn(result, key, old[key]);
    else if (patch[key] !== null) setOwn(result, key, mergeValue(old[key], patch[key]));
  }
  for (const key in patch)
    if (patch[key] !== null && !Object.hasOwn(old, key)) setOwn(result, key, mergeValue(undefined, patch[key]));
  return result;
}

const mergeValue = (target: unknown, patch: unknown) => (isPlain(patch) ? merge(target, patch) : copyPlain(patch));
