/** The keywords of JSON Schema about numbers, with upstream's messages. */
import { general, Result, wrongValue, type Place } from './problems.ts';
import type { JSONSchemaProps } from './schema.ts';

const float32Max = 3.4028234663852886e38;

/** Everything wrong with a number. */
export function validateNumber(schema: JSONSchemaProps, value: number, place: Place): Result {
  const result = new Result();
  const whole = Number.isInteger(value);
  const { type, format, multipleOf, maximum, exclusiveMaximum = false, minimum, exclusiveMinimum = false } = schema;
  if (!schema['x-kubernetes-int-or-string'] && !isInRange(type, format, value))
    result.add(general(place, `Checked value must be of type ${type} with format ${format} in ${place.path}`));
  if (multipleOf !== undefined && !isMultiple(value, multipleOf))
    result.add(wrongValue(place, value, `should be a multiple of ${multipleOf}`));
  // Integers are compared with integers.
  const bound = (limit: number) => (whole ? Math.trunc(limit) : limit);
  if (minimum !== undefined) {
    const min = bound(minimum);
    if (value < min || (exclusiveMinimum && value === min))
      result.add(wrongValue(place, value, `should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${min}`));
  }
  if (maximum !== undefined) {
    const max = bound(maximum);
    if (value > max || (exclusiveMaximum && value === max))
      result.add(wrongValue(place, value, `should be less than ${exclusiveMaximum ? '' : 'or equal to '}${max}`));
  }
  result.matches++;
  return result;
}

function isInRange(type: string | undefined, format: string | undefined, value: number): boolean {
  if (type === 'integer' && format === 'int32') return value >= -(2 ** 31) && value < 2 ** 31;
  return type !== 'number' || format !== 'float' || Math.abs(value) <= float32Max;
}

function isMultiple(value: number, factor: number): boolean {
  if (factor <= 0) return false;
  if (Number.isInteger(value) && Number.isInteger(factor)) return value % factor === 0;
  const times = factor < 1 ? (1 / factor) * value : value / factor;
  return Number.isInteger(times) || Math.abs(times - Math.round(times)) < 1e-9 * Math.abs(times);
}
