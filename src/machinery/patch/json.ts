import { JSONPatch, JSONPatchError, JSONPointer, type OpObject } from 'json-p3';
import { limits } from '../../lib/limits.ts';
import { copyPlain, isPlain } from '../plain.ts';
import { badRequest, tooLarge } from '../status.ts';
import { goKind, unprocessable } from './errors.ts';

/**
 * Applies a JSON Patch (RFC 6902). The inputs are not changed. Throws 400 BadRequest for something that is no JSON Patch,
 * 413 for too many operations, 422 for an operation that fails (a missing path, a `test` that does not hold).
 */
export function applyJsonPatch(current: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch))
    throw badRequest(`error decoding patch: json: cannot unmarshal ${goKind(patch)} into Go value of type []handlers.jsonPatchOp`);
  if (patch.length > limits.jsonPatchOperations)
    throw tooLarge(
      `Request entity too large: The allowed maximum operations in a JSON patch is ${limits.jsonPatchOperations}, got ${patch.length}`,
    );
  let document = copyPlain(current);
  const copied = { bytes: 0 };
  for (const [i, operation] of patch.entries()) {
    if (!isPlain(operation)) throw badRequest(`error decoding patch: operation ${i} is not an object`);
    document = applyOperation(document, operation as OpObject, i, copied);
  }
  return document;
}

function applyOperation(document: unknown, operation: OpObject, index: number, copied: { bytes: number }): unknown {
  try {
    if (isMissingTest(document, operation)) return document;
    const own = operation.op === 'copy' ? asAdd(document, operation, copied) : withOwnValue(document, operation);
    return new JSONPatch([withPositiveIndex(document, own)]).apply(document as never);
  } catch (error) {
    if (!(error instanceof JSONPatchError) && !isPointerError(error)) throw error;
    throw unprocessable(`operation ${index}: ${withoutPosition(error.message)}`);
  }
}

const isPointerError = (error: unknown): error is Error => error instanceof Error && error.name.startsWith('JSONPointer');

/** The library's messages end with the operation and its position in the patch, which is always 0 here. */
const withoutPosition = (message: string) => message.replace(/ \([^()]*:0\)$/, '');

/** `test` for null holds where there is nothing, as upstream has it. */
function isMissingTest(document: unknown, { op, path, value }: OpObject): boolean {
  if (op !== 'test' || (value !== null && value !== undefined) || typeof path !== 'string') return false;
  const pointer = new JSONPointer(path);
  return pointer.parent().exists(document as never) && !pointer.exists(document as never);
}

/** Whether a path names a key that an object, which is there, has not. */
function isMissingKey(document: unknown, path: string): boolean {
  const pointer = new JSONPointer(path);
  return isPlain(pointer.parent().resolve(document as never, null as never)) && !pointer.exists(document as never);
}

/**
 * The operation with a value of its own: the library would put the patch's into the document, where later operations
 * change it. As upstream has it, no value is null, and what replaces a missing key adds it.
 */
function withOwnValue(document: unknown, operation: OpObject): OpObject {
  const { op, path, value = null } = operation;
  const adds = op === 'replace' && typeof path === 'string' && isMissingKey(document, path);
  return { ...operation, ...(adds && { op: 'add' }), value: copyPlain(value) as never };
}

/**
 * A copy is an addition of what is there, upstream null for a missing key. What all copies make together is bounded: they can
 * double the document each.
 */
function asAdd(document: unknown, { from, path }: OpObject, copied: { bytes: number }): OpObject {
  if (typeof from !== 'string') throw new JSONPatchError("missing property 'from'");
  const value = isMissingKey(document, from) ? null : new JSONPointer(from).resolve(document as never);
  copied.bytes += JSON.stringify(value)?.length ?? 0;
  if (copied.bytes > limits.requestBodyBytes)
    throw new JSONPatchError(`the values copied are larger than ${limits.requestBodyBytes} bytes together`);
  return { op: 'add', path, value: copyPlain(value) as never };
}

/** Upstream counts negative indices from the end of an array. */
function withPositiveIndex(document: unknown, operation: OpObject): OpObject {
  const { path } = operation;
  const index = typeof path === 'string' ? /^(.*\/)(-\d+)$/.exec(path) : null;
  if (!index) return operation;
  const [, parent = '', digits] = index;
  const array = new JSONPointer(parent.slice(0, -1)).resolve(document as never, null as never) as unknown;
  if (!Array.isArray(array)) return operation;
  const position = array.length + (operation.op === 'add' ? 1 : 0) + Number(digits);
  return position < 0 ? operation : { ...operation, path: `${parent}${position}` };
}
