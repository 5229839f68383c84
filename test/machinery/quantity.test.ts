import { describe, expect, test } from 'vitest';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  milliQuantityOf,
  parseQuantity,
  quantityMilliValue,
  quantityOf,
  quantityValue,
  signOfQuantity,
  subtractQuantities,
  zeroQuantity,
} from '../../src/machinery/quantity.ts';

describe('canonical form', () => {
  test.each([
    ['0', '0'],
    ['0n', '0'],
    ['0Ki', '0'],
    ['-0', '0'],
    ['+5', '5'],
    ['-5', '-5'],
    ['007', '7'],
    ['1.', '1'],
    ['.5', '500m'],
    ['0.5', '500m'],
    ['0.05', '50m'],
    ['1.5', '1500m'],
    ['1000m', '1'],
    ['100m', '100m'],
    ['1500m', '1500m'],
    ['1n', '1n'],
    ['1000n', '1u'],
    ['0.1n', '1n'],
    ['-0.1n', '-1n'],
    ['1.1n', '2n'],
    ['999', '999'],
    ['1000', '1k'],
    ['1024', '1024'],
    ['1000000', '1M'],
    ['1200000', '1200k'],
    ['1E', '1E'],
    ['1000E', '1000E'],
    ['10Ki', '10Ki'],
    ['1024Ki', '1Mi'],
    ['1.5Gi', '1536Mi'],
    ['0.5Ki', '512'],
    ['0.5Mi', '512Ki'],
    ['0.0001Ki', '102400u'],
    ['1.1Ki', '1126400m'],
    ['500Ki', '500Ki'],
    ['1023Ki', '1023Ki'],
    ['2048Pi', '2Ei'],
    ['100Ei', '9223372036854775807'],
    ['8Ei', '9223372036854775807'],
    ['12e6', '12e6'],
    ['1200e4', '12e6'],
    ['1e3', '1e3'],
    ['1E3', '1e3'],
    ['100e1', '1e3'],
    ['1e0', '1'],
    ['1e-3', '1e-3'],
    ['1e+3', '1e3'],
    ['1.1E-2', '11e-3'],
    ['1e30', '1e30'],
    [0.5, '500m'],
    [2, '2'],
    [1e21, '1e21'],
    ['9999999999999999999999', '9999999999999999999999'],
  ])('%j is %s', (text, expected) => expect(canonicalQuantity(text)).toBe(expected));

  test('is stable, and equal to what was parsed', () => {
    for (const text of ['123m', '1Ki', '1024Mi', '3e9', '77', '12345678901234567', '1.000000001', '512Gi'])
      expect(compareQuantities(parseQuantity(canonicalQuantity(text)), parseQuantity(text))).toBe(0);
  });
});

describe('errors', () => {
  const format = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  test.each([
    ['', format],
    ['abc', format],
    ['1 ', format],
    ['1.1.1', format],
    ['1b', format],
    ['Mi', format],
    ['.', format],
    ['1i', "unable to parse quantity's suffix"],
    ['1mi', "unable to parse quantity's suffix"],
    ['1MiMi', "unable to parse quantity's suffix"],
    ['1e', "unable to parse quantity's suffix"],
    ['1e999999999', "unable to parse quantity's suffix"],
    ['9'.repeat(1000), 'unable to parse numeric part of quantity'],
  ])('%j', (text, message) => expect(() => parseQuantity(text)).toThrow(message));
});

describe('arithmetic', () => {
  test.each([
    ['1', '1000m', 0],
    ['1Ki', '1024', 0],
    ['1Ki', '1k', 1],
    ['100m', '1', -1],
    ['-1', '1n', -1],
  ])('%s against %s', (a, b, expected) => expect(compareQuantities(parseQuantity(a), parseQuantity(b))).toBe(expected));

  test('sums keep the format of what they are added to', () => {
    const sum = (a: string, b: string) => formatQuantity(addQuantities(parseQuantity(a), parseQuantity(b)));
    expect(sum('1Gi', '1Gi')).toBe('2Gi');
    expect(sum('0', '1Mi')).toBe('1Mi');
    expect(sum('1M', '1Mi')).toBe('2048576');
    expect(sum('900m', '100m')).toBe('1');
    const difference = subtractQuantities(parseQuantity('1Gi'), parseQuantity('512Mi'));
    expect(formatQuantity(difference)).toBe('512Mi');
    expect(formatQuantity(subtractQuantities(zeroQuantity, parseQuantity('1Ki')))).toBe('-1Ki');
    expect(signOfQuantity(difference)).toBe(1);
  });

  test.each([
    ['1', 1, 1000],
    ['1m', 1, 1],
    ['1001m', 2, 1001],
    ['1u', 1, 1],
    ['-1500m', -2, -1500],
    ['1Gi', 1073741824, 1073741824000],
    ['0', 0, 0],
  ])('%s rounds up to %d units and %d thousandths', (text, value, milli) => {
    expect(quantityValue(parseQuantity(text))).toBe(value);
    expect(quantityMilliValue(parseQuantity(text))).toBe(milli);
  });

  test('made from numbers', () => {
    expect(formatQuantity(quantityOf(1024, 'BinarySI'))).toBe('1Ki');
    expect(formatQuantity(milliQuantityOf(1500))).toBe('1500m');
  });
});
