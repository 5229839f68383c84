/** What the mutations of a MutatingAdmissionPolicy make of an object (policy/mutating/patch). */
import { misnamedObjects } from '../../cel/library/mutation.ts';
import { toJson } from '../../cel/values/json.ts';
import { isFault, MapValue, type ListValue, type Value } from '../../cel/values/value.ts';
import { showElement } from '../../machinery/managedfields/element.ts';
import { mergeConfiguration } from '../../machinery/managedfields/merge.ts';
import { kindType, type Type } from '../../machinery/managedfields/type.ts';
import { joinErrors, typeErrors } from '../../machinery/managedfields/validate.ts';
import { isFailedTest, whyUnprocessable } from '../../machinery/patch/errors.ts';
import { applyJsonPatch } from '../../machinery/patch/json.ts';
import { isPlain, type Plain } from '../../machinery/plain.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { StatusError } from '../../machinery/status.ts';

/** A mutation that cannot be carried out. */
export class MutationError extends Error {}

/** The object with what an `Object{…}` says merged into it, as in server-side apply without anybody managing anything. */
export function applyConfiguration(kind: AnyResource, object: Plain, value: Value): Plain {
  checkNames(value);
  const configuration = { ...(toJson(value) as Plain), apiVersion: object.apiVersion, kind: object.kind };
  const type = kindType(kind.schema);
  const errors = typeErrors(type, configuration);
  if (errors.length > 0) throw failed(`failed to convert patch object to typed object: ${joinErrors(errors)}`);
  const atomics = atomicsIn(type, configuration, '');
  if (atomics.length > 0)
    throw failed(`invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`);
  return mergeConfiguration(type, object, configuration);
}

const failed = (why: string) => new MutationError(`error applying patch: ${why}`);

/** The objects in a value have the names of the fields they stand in, beneath `path`. */
function checkNames(value: Value, path?: string): void {
  const wrong = misnamedObjects(value, path);
  if (wrong.length > 0) throw new MutationError(`type mismatch: ${wrong.join('\n')}`);
}

/** Where a configuration says something about what is one value: it would replace all of it. */
function atomicsIn(type: Type, value: unknown, path: string): string[] {
  switch (type.kind) {
    case 'struct':
    case 'map': {
      if (!isPlain(value)) return [];
      const own = type.atomic ? [path] : [];
      const fields = Object.entries(value).flatMap(([name, child]) => {
        const of = type.kind === 'map' ? type.values : type.fields.get(name)?.type;
        return of ? atomicsIn(of, child, `${path}.${name}`) : [];
      });
      return [...own, ...fields];
    }
    case 'list': {
      if (!Array.isArray(value)) return [];
      const own = type.listType === 'atomic' ? [path] : [];
      return [...own, ...value.flatMap((item, i) => atomicsIn(type.items, item, `${path}${showElement(`i:${i}`)}`))];
    }
    default:
      return [];
  }
}

/** The object after a list of `JSONPatch{…}`; as it was if a `test` among them does not hold. */
export function applyPatches(object: Plain, value: Value): Plain {
  const operations = [...(value as ListValue)].map((item) => {
    if (isFault(item)) throw new MutationError(item.message);
    return operationOf(item as MapValue);
  });
  try {
    return applyJsonPatch(object, operations) as Plain;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (isFailedTest(error)) return object;
    throw new MutationError(`JSON Patch: ${whyUnprocessable(error)}`);
  }
}

function operationOf(patch: MapValue): Plain {
  const operation: Plain = {};
  for (const name of ['op', 'path', 'from', 'value']) {
    const field = patch.find(name);
    if (field === undefined || isFault(field)) continue;
    // A value may be that of any field, so what it is called is the beginning.
    if (field instanceof MapValue && field.objectType) checkNames(field, field.objectType.name);
    operation[name] = toJson(field);
  }
  return operation;
}
