/**
 * Exact arithmetic on `resource.Quantity` (`100m`, `1.5Gi`, `12e6`), as apimachinery/pkg/api/resource: a fixed-point
 * number of nano units, and the family of suffixes it was written in, which it keeps.
 */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export interface Quantity {
  /** The amount times 10^9. Anything finer was rounded away from zero when it was parsed. */
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

/** What was given is not a quantity. The message is upstream's. */
export class QuantityError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QuantityError';
  }
}

const formatWrong = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const suffixWrong = "unable to parse quantity's suffix";
const numberWrong = 'unable to parse numeric part of quantity';

const nanoPerUnit = 1_000_000_000n;
const binaryMax = (2n ** 63n - 1n) * nanoPerUnit;
// A suffix like e999999999 would need a number of that many digits.
const exponentMax = 100;
const digitsMax = 256;

const decimalExponents: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const decimalSuffixes = Object.fromEntries(Object.entries(decimalExponents).map(([suffix, exponent]) => [exponent, suffix]));
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

const pattern = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;

/** Parses a quantity. A number, as YAML gives it, is read as its shortest decimal form. Throws `QuantityError`. */
export function parseQuantity(text: string | number): Quantity {
  const parts = pattern.exec(typeof text === 'number' ? String(text) : text);
  if (!parts) throw new QuantityError(formatWrong);
  const [, sign, whole = '', fraction = '', suffix = ''] = parts;
  if (whole === '' && fraction === '') throw new QuantityError(formatWrong);
  if (whole.length + fraction.length > digitsMax) throw new QuantityError(numberWrong);
  const [base, exponent, format] = interpret(suffix);

  let amount = BigInt(whole + fraction);
  // amount * base^exponent / 10^fraction, in nano units; the division comes last so that it rounds once.
  const scale = 9 - fraction.length + (base === 10 ? exponent : 0);
  if (base === 2) amount <<= BigInt(exponent);
  amount = scale >= 0 ? amount * 10n ** BigInt(scale) : divideUp(amount, 10n ** BigInt(-scale));
  if (format === 'BinarySI' && amount > binaryMax) amount = binaryMax;
  const shown = format === 'BinarySI' && amount > 0n && amount < nanoPerUnit ? 'DecimalSI' : format;
  return { nano: sign === '-' ? -amount : amount, format: shown };
}

function interpret(suffix: string): [base: 2 | 10, exponent: number, format: QuantityFormat] {
  const decimal = decimalExponents[suffix];
  if (decimal !== undefined) return [10, decimal, 'DecimalSI'];
  const binary = binarySuffixes.indexOf(suffix);
  if (binary > 0) return [2, binary * 10, 'BinarySI'];
  if (!/^[eE][-+]?[0-9]+$/.test(suffix)) throw new QuantityError(suffixWrong);
  const exponent = Number(suffix.slice(1));
  if (Math.abs(exponent) > exponentMax) throw new QuantityError(suffixWrong);
  return [10, exponent, 'DecimalExponent'];
}

/** Rounds away from zero: who asks for a little gets a little. */
function divideUp(amount: bigint, divisor: bigint): bigint {
  const quotient = amount / divisor;
  if (quotient * divisor === amount) return quotient;
  return amount < 0n ? quotient - 1n : quotient + 1n;
}

/** The canonical form: no fraction, the largest suffix that loses nothing. `1.5` is `1500m`, `1024Ki` is `1Mi`. */
export function formatQuantity(quantity: Quantity): string {
  const { nano } = quantity;
  if (nano === 0n) return '0';
  const binary =
    quantity.format === 'BinarySI' && nano % nanoPerUnit === 0n && (nano >= 1024n * nanoPerUnit || nano <= -1024n * nanoPerUnit);
  if (binary) {
    let amount = nano / nanoPerUnit;
    let power = 0;
    while (power < 6 && amount % 1024n === 0n) {
      amount /= 1024n;
      power++;
    }
    return `${amount}${binarySuffixes[power]}`;
  }
  let amount = nano;
  let exponent = -9;
  const exponential = quantity.format === 'DecimalExponent';
  while ((exponential || exponent < 18) && amount % 1000n === 0n) {
    amount /= 1000n;
    exponent += 3;
  }
  if (!exponential) return `${amount}${decimalSuffixes[exponent]}`;
  return exponent === 0 ? String(amount) : `${amount}e${exponent}`;
}

// Three digits cannot end in three zeros, nor be 1024 or more: such a quantity is canonical as it stands. Ei may overflow.
const canonicalPattern = /^(?:0|[1-9][0-9]{0,2}(?:[numkMGTPE]|[KMGTP]i)?)$/;

/** The canonical form of a quantity as a client wrote it. Throws `QuantityError`. */
export function canonicalQuantity(text: string | number): string {
  if (typeof text === 'string' && canonicalPattern.test(text)) return text;
  return formatQuantity(parseQuantity(text));
}

export const zeroQuantity: Quantity = { nano: 0n, format: 'DecimalSI' };

/** Negative if `a` is less than `b`, 0 if they are equal, positive if it is more. */
export const compareQuantities = (a: Quantity, b: Quantity): number => (a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0);

/** The sum, in the format of `a`, or of `b` if `a` is zero. */
export const addQuantities = (a: Quantity, b: Quantity): Quantity => ({
  nano: a.nano + b.nano,
  format: a.nano === 0n ? b.format : a.format,
});

/** The difference, in the format of `a`, or of `b` if `a` is zero. */
export const subtractQuantities = (a: Quantity, b: Quantity): Quantity => ({
  nano: a.nano - b.nano,
  format: a.nano === 0n ? b.format : a.format,
});

/** -1, 0 or 1. */
export const signOfQuantity = (quantity: Quantity): number => (quantity.nano < 0n ? -1 : quantity.nano > 0n ? 1 : 0);

/** The amount in whole units, rounded away from zero. Exact up to 2^53. */
export const quantityValue = (quantity: Quantity): number => Number(divideUp(quantity.nano, nanoPerUnit));

/** The amount in thousandths, rounded away from zero. Exact up to 2^53. */
export const quantityMilliValue = (quantity: Quantity): number => Number(divideUp(quantity.nano, 1_000_000n));

/** A quantity of so many whole units. */
export const quantityOf = (units: number, format: QuantityFormat = 'DecimalSI'): Quantity => ({
  nano: BigInt(units) * nanoPerUnit,
  format,
});

/** A quantity of so many thousandths. */
export const milliQuantityOf = (thousandths: number, format: QuantityFormat = 'DecimalSI'): Quantity => ({
  nano: BigInt(thousandths) * 1_000_000n,
  format,
});
