/** Numbers as Go reads and writes them. */

/** What `strconv.ParseBool` takes. */
export function parseBool(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : undefined;
}

/** A double; out of range is none, and no text so long is one. */
export function parseFloat64(text: string): number | undefined {
  if (text.length > 1_024) return undefined;
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[+-]/, '').toLowerCase();
  if (body === 'inf' || body === 'infinity') return sign * Infinity;
  if (body === 'nan') return NaN;
  if (!/^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(body)) return undefined;
  const value = Number(body);
  return Number.isFinite(value) ? sign * value : undefined;
}

const special = (value: number): string | undefined =>
  Number.isFinite(value) ? undefined : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';

const withSign = (value: number, digits: string) => (Object.is(value, -0) ? `-${digits}` : digits);

/** The shortest digits, with an exponent from a million on and below 0.0001 (`%g`). */
export function formatGeneral(value: number): string {
  const name = special(value);
  if (name) return name;
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  const text = power < -4 || power >= 6 ? `${digits}e${goExponent(power)}` : decimal(value);
  return withSign(value, text);
}

const goExponent = (power: number) => `${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;

/** Without an exponent; JavaScript writes one below a millionth. */
function decimal(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(20).replace(/0+$/, '') : text;
}

/** `%.<precision>f`. Exact halves go to the even digit, as in Go; JavaScript rounds them up. */
export function formatFixed(value: number, precision: number): string {
  const name = special(value);
  if (name) return name;
  const [whole, fraction] = exactDigits(Math.abs(value));
  const digits = rounded(whole + fraction, fraction.length - precision).padStart(precision + 1, '0');
  const text = precision === 0 ? digits : `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
  return value < 0 || Object.is(value, -0) ? `-${text}` : text;
}

/** `%.<precision>e`. */
export function formatScientific(value: number, precision: number): string {
  const name = special(value);
  if (name) return name;
  const [whole, fraction] = exactDigits(Math.abs(value));
  const all = (whole + fraction).replace(/^0+(?=.)/, '');
  const digits = rounded(all, all.length - precision - 1);
  // Rounding may have made one digit more.
  const power = value === 0 ? 0 : all.length - fraction.length - 1 + (digits.length - precision - 1);
  const shown = digits.slice(0, precision + 1);
  const text = `${shown[0]}${precision === 0 ? '' : `.${shown.slice(1)}`}e${goExponent(power)}`;
  return value < 0 || Object.is(value, -0) ? `-${text}` : text;
}

/** Digits without the last `drop`; a negative number adds zeros. */
function rounded(digits: string, drop: number): string {
  if (drop <= 0) return digits + '0'.repeat(-drop);
  const unit = 10n ** BigInt(drop);
  const amount = BigInt(digits);
  const twice = 2n * (amount % unit);
  const whole = amount / unit;
  return String(twice > unit || (twice === unit && whole % 2n === 1n) ? whole + 1n : whole);
}

/** All digits of a double, which is a whole number times a power of two. */
function exactDigits(value: number): [whole: string, fraction: string] {
  let power = 0;
  let mantissa = value;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    power++;
  }
  const digits = String(BigInt(mantissa) * 5n ** BigInt(power)).padStart(power + 1, '0');
  return power === 0 ? [digits, ''] : [digits.slice(0, -power), digits.slice(-power)];
}
