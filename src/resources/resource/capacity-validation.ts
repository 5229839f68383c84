/** How much of a capacity may be asked for: some amounts, or a range in steps (`validateRequestPolicy` upstream). */
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityValue,
  type Quantity,
} from '../../machinery/quantity.ts';
import { fieldForbidden, fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { validateSet } from './bounded.ts';
import type { CapacityRequestPolicy, CapacityRequestPolicyRange } from './device.ts';

const valuesMax = 10;

export function validateRequestPolicy(capacity: string, policy: CapacityRequestPolicy, path: string): FieldError[] {
  const { validValues = [], validRange } = policy;
  if (validValues.length > 0 && validRange)
    return [
      fieldForbidden(path, 'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time'),
    ];
  if (validValues.length === 0 && !validRange) return [];
  if (policy.default === undefined)
    return [fieldRequired(`${path}.default`, `required when ${validRange ? 'validRange' : 'validValues'} is defined`)];
  const [whole, byDefault] = [parseQuantity(capacity), parseQuantity(policy.default)];
  return validRange
    ? validateRange(byDefault, whole, validRange, `${path}.validRange`)
    : validateValues(byDefault, whole, validValues, `${path}.validValues`);
}

const isMore = (a: Quantity, b: Quantity): boolean => compareQuantities(a, b) > 0;

function validateValues(byDefault: Quantity, capacity: Quantity, values: readonly string[], path: string): FieldError[] {
  const amounts = values.map(parseQuantity);
  const errors = amounts.flatMap((amount, i) =>
    i > 0 && isMore(amounts[i - 1]!, amount)
      ? [fieldInvalid(`${path}[${i}]`, formatQuantity(amount), 'values must be sorted in ascending order')]
      : [],
  );
  errors.push(
    ...validateSet(
      amounts,
      valuesMax,
      (amount, at) =>
        isMore(amount, capacity)
          ? [fieldInvalid(at, formatQuantity(amount), `option is larger than capacity value: ${formatQuantity(capacity)}`)]
          : [],
      (amount) => String(quantityValue(amount)),
      path,
    ),
  );
  // As upstream, what is too long is not looked through.
  const hasDefault = amounts.length <= valuesMax && amounts.some((amount) => compareQuantities(amount, byDefault) === 0);
  if (!hasDefault)
    errors.push(fieldInvalid(path, formatQuantity(byDefault), 'default value is not valid according to the requestPolicy'));
  return errors;
}

function validateRange(byDefault: Quantity, capacity: Quantity, range: CapacityRequestPolicyRange, path: string): FieldError[] {
  if (range.min === undefined) return [fieldRequired(`${path}.min`, 'required when validRange is defined')];
  const min = parseQuantity(range.min);
  const most = range.max === undefined ? undefined : parseQuantity(range.max);
  const whole = formatQuantity(capacity);
  const errors: FieldError[] = [];
  const check = (isWrong: boolean, part: 'min' | 'max' | 'step', value: Quantity, why: string) => {
    if (isWrong) errors.push(fieldInvalid(`${path}.${part}`, formatQuantity(value), why));
  };
  check(isMore(min, capacity), 'min', min, `min is larger than capacity value: ${whole}`);
  check(isMore(min, byDefault), 'min', byDefault, `default is less than min: ${formatQuantity(min)}`);
  if (most) {
    const shown = formatQuantity(most);
    check(isMore(min, most), 'max', min, `min is larger than max: ${shown}`);
    check(isMore(most, capacity), 'max', most, `max is larger than capacity value: ${whole}`);
    check(isMore(byDefault, most), 'max', byDefault, `default is more than max: ${shown}`);
  }
  if (range.step === undefined) return errors;
  const step = parseQuantity(range.step);
  const next = addQuantities(min, step);
  check(isMore(next, capacity), 'step', step, `one step ${formatQuantity(next)} is larger than capacity value: ${whole}`);
  for (const value of most ? [byDefault, most] : [byDefault])
    check(
      !isReached(value, min, step),
      'step',
      value,
      `value is not a multiple of a given step (${formatQuantity(step)}) from (${formatQuantity(min)})`,
    );
  return errors;
}

/** Whether steps of a whole number of units lead from one amount to the other. Steps of nothing lead nowhere. */
function isReached(value: Quantity, from: Quantity, step: Quantity): boolean {
  const size = quantityValue(step);
  return size !== 0 && (quantityValue(value) - quantityValue(from)) % size === 0;
}
