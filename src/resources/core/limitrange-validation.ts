/** Rules of LimitRanges (`ValidateLimitRange` upstream). */
import { compareQuantities, parseQuantity, quantityOf, type Quantity } from '../../machinery/quantity.ts';
import { isQualifiedName } from '../../machinery/names.ts';
import { fieldDuplicate, fieldForbidden, fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { invalidEach } from '../shared/format-rules.ts';
import { mayOvercommit, validateContainerResourceName, validateResourceName } from '../shared/resources-validation.ts';
import type { LimitRange, LimitRangeItem } from './limitrange.ts';

const types = ['Pod', 'Container', 'PersistentVolumeClaim'];
/** Of a pod as a whole nothing is filled in. */
const parts = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

export function validateLimitRange({ spec }: LimitRange): FieldError[] {
  const seen = new Set<string>();
  return spec.limits.flatMap((item, i) => {
    const at = `spec.limits[${i}]`;
    const { type = '' } = item;
    const errors = validateType(type, `${at}.type`);
    if (seen.has(type)) errors.push(fieldDuplicate(`${at}.type`, type));
    seen.add(type);
    return [...errors, ...validateItem(item, at)];
  });
}

function validateType(type: string, path: string): FieldError[] {
  const errors = invalidEach(path, type, isQualifiedName(type));
  if (errors.length === 0 && !type.includes('/') && !types.includes(type))
    errors.push(fieldInvalid(path, type, 'must be a standard limit type or fully qualified'));
  return errors;
}

function validateItem(item: LimitRangeItem, path: string): FieldError[] {
  const isPod = item.type === 'Pod';
  const validateName = isPod || item.type === 'Container' ? validateContainerResourceName : validateResourceName;
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const part of parts) {
    const keys = Object.keys(item[part] ?? {});
    if (isPod && (part === 'default' || part === 'defaultRequest')) {
      if (keys.length > 0) errors.push(fieldForbidden(`${path}.${part}`, "may not be specified when `type` is 'Pod'"));
      continue;
    }
    for (const name of keys) {
      errors.push(...validateName(name, `${path}.${part}[${name}]`));
      names.add(name);
    }
  }
  const { min = {}, max = {} } = item;
  if (item.type === 'PersistentVolumeClaim' && min['storage'] === undefined && max['storage'] === undefined)
    errors.push(fieldRequired(`${path}.limits`, 'either minimum or maximum storage value is required, but neither was provided'));
  return [...errors, ...[...names].flatMap((name) => validateAmounts(item, name, path))];
}

/** What the bounds of one resource say about each other. */
function validateAmounts(item: LimitRangeItem, name: string, path: string): FieldError[] {
  const { min, max, default: limit, defaultRequest: request, maxLimitRequestRatio: ratio } = amountsOf(item, name);
  const errors: FieldError[] = [];
  /** Says that the lower of two amounts is above the higher one; `shown` is the one that the error is about. */
  const order = (part: string, low: Amount | undefined, high: Amount | undefined, shown: Amount | undefined): void => {
    if (!low || !high || !shown || compareQuantities(low.quantity, high.quantity) <= 0) return;
    const what = `${low.what} value ${low.text} is greater than ${high.what} value ${high.text}`;
    errors.push(fieldInvalid(`${path}.${part}[${name}]`, shown.text, what));
  };
  const called = (amount: Amount | undefined, what: string) => amount && { ...amount, what };
  order('min', min, max, min);
  order('defaultRequest', min, request, request);
  order('defaultRequest', request, max, request);
  order('defaultRequest', request, called(limit, 'default limit'), request);
  order('default', min, limit, min);
  order('default', limit, max, max);
  const wrong = (part: string, amount: Amount, detail: string) =>
    errors.push(fieldInvalid(`${path}.${part}[${name}]`, amount.text, detail));
  if (ratio) {
    if (compareQuantities(ratio.quantity, quantityOf(1)) < 0)
      wrong('maxLimitRequestRatio', ratio, `ratio ${ratio.text} is less than 1`);
    const largest = min && max ? Number(max.quantity.nano) / Number(min.quantity.nano) : Infinity;
    if (min && max && Number(ratio.quantity.nano) / 1e9 > largest)
      wrong('maxLimitRequestRatio', ratio, `ratio ${ratio.text} is greater than max/min = ${formatFloat(largest)}`);
  }
  if (limit && request && !mayOvercommit(name) && compareQuantities(limit.quantity, request.quantity) !== 0)
    wrong('defaultRequest', request, `default value ${limit.text} must equal to defaultRequest value ${request.text} in ${name}`);
  return errors;
}

/** As Go prints a float. */
const formatFloat = (value: number): string => (Number.isFinite(value) ? value.toFixed(6) : '+Inf');

interface Amount {
  readonly what: string;
  readonly text: string;
  readonly quantity: Quantity;
}

const words = { max: 'max', min: 'min', default: 'default', defaultRequest: 'default request', maxLimitRequestRatio: 'ratio' };

function amountsOf(item: LimitRangeItem, name: string): Partial<Record<(typeof parts)[number], Amount>> {
  const amounts: Partial<Record<(typeof parts)[number], Amount>> = {};
  for (const part of parts) {
    const list = item[part] ?? {};
    // A name may be that of something every object has.
    const text = Object.hasOwn(list, name) ? list[name] : undefined;
    const counts = item.type !== 'Pod' || (part !== 'default' && part !== 'defaultRequest');
    if (text !== undefined && counts) amounts[part] = { what: words[part], text, quantity: parseQuantity(text) };
  }
  return amounts;
}
