import { describe, expect, test } from 'vitest';
import {
  byteLength,
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isLabelValue,
  isName,
  isPathSegmentName,
  isQualifiedName,
  validateAnnotations,
  validateFinalizers,
  validateLabels,
} from '../../src/machinery/names.ts';

const labelMessage =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const subdomainMessage =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const keyMessage =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const valueMessage =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const a = (n: number) => 'a'.repeat(n);

describe('names', () => {
  test.each([
    ['a', []],
    ['0', []],
    ['a-1', []],
    [a(63), []],
    [a(64), ['must be no more than 63 characters']],
    ['a.b', ['must not contain dots']],
    ['', [labelMessage]],
    ['-a', [labelMessage]],
    ['a-', [labelMessage]],
    ['A', [labelMessage]],
    ['a_b', [labelMessage]],
    ['a b\n', [labelMessage]],
    ['a\n', [labelMessage]],
    ['é'.repeat(32), ['must be no more than 63 characters', labelMessage]],
  ])('DNS label %j', (value, expected) => expect(isDNS1123Label(value)).toEqual(expected));

  test.each([
    ['a.b-c.1', []],
    [`${a(63)}.${a(100)}`, []],
    [a(254), ['must be no more than 253 characters']],
    ['', [subdomainMessage]],
    ['a..b', [subdomainMessage]],
    ['.a', [subdomainMessage]],
    ['a.-b', [subdomainMessage]],
    ['A.b', [subdomainMessage]],
  ])('DNS subdomain %j', (value, expected) => expect(isDNS1123Subdomain(value)).toEqual(expected));

  test('a DNS-1035 label starts with a letter', () => {
    expect(isDNS1035Label('a1')).toEqual([]);
    expect(isDNS1035Label('1a')).toEqual([
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
    ]);
  });

  test.each([
    ['simple', []],
    ['Now-with_dots.and-dashes', []],
    ['1.2.3.4/5678', []],
    [`${a(253)}/${a(63)}`, []],
    ['', ['name part must be non-empty', `name part ${keyMessage}`]],
    ['/a', ['prefix part must be non-empty']],
    ['a/', ['name part must be non-empty', `name part ${keyMessage}`]],
    ['B/a', [`prefix part ${subdomainMessage}`]],
    [`${a(254)}/a`, ['prefix part must be no more than 253 bytes']],
    [a(64), ['name part must be no more than 63 bytes']],
    ['nospecialchars%^=@', [`name part ${keyMessage}`]],
    ['a/b/c', [`a valid label key ${keyMessage} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]],
  ])('qualified name %j', (value, expected) => expect(isQualifiedName(value)).toEqual(expected));

  test.each([
    ['', []],
    ['a', []],
    ['v1.2_3-4', []],
    [a(63), []],
    [a(64), ['must be no more than 63 bytes']],
    ['-a', [valueMessage]],
    ['a b', [valueMessage]],
    ['a/b', [valueMessage]],
  ])('label value %j', (value, expected) => expect(isLabelValue(value)).toEqual(expected));

  test.each([
    ['a:b', false, []],
    ['.', false, ["may not be '.'"]],
    ['..', false, ["may not be '..'"]],
    ['..', true, []],
    ['a/b%c', false, ["may not contain '/'", "may not contain '%'"]],
    ['a\0', false, ['may not contain what is not text']],
    ['\ud800', true, ['may not contain what is not text']],
    ['\u{1F600}', false, []],
  ])('path segment %j, prefix %j', (value, prefix, expected) => expect(isPathSegmentName(value, prefix)).toEqual(expected));

  test('a prefix may end with a dash', () => {
    expect(isName('subdomain', 'web-', true)).toEqual([]);
    expect(isName('subdomain', 'web-')).toEqual([subdomainMessage]);
    expect(isName('label', '-', true)).toEqual([labelMessage]);
    expect(isName('service', '1-a')).toEqual([]);
    expect(isName('path-segment', 'system:node')).toEqual([]);
  });

  test('bytes are those of UTF-8', () => {
    for (const text of ['', 'abc', 'é', '€', '😀', 'a😀é€']) expect(byteLength(text)).toBe(new TextEncoder().encode(text).length);
  });
});

describe('maps of metadata', () => {
  test('labels', () => {
    expect(validateLabels({ a: 'b', 'x.y/z': '' }, 'metadata.labels')).toEqual([]);
    expect(validateLabels({ 'a b': 'c d' }, 'metadata.labels')).toEqual([
      { reason: 'FieldValueInvalid', field: 'metadata.labels', message: `Invalid value: "a b": name part ${keyMessage}` },
      { reason: 'FieldValueInvalid', field: 'metadata.labels', message: `Invalid value: "c d": ${valueMessage}` },
    ]);
  });

  test('annotations: keys in any case, 256 KiB in all', () => {
    expect(validateAnnotations({ 'Example.COM/a': 'any thing' }, 'p')).toEqual([]);
    expect(validateAnnotations({ a: 'x'.repeat(256 * 1024 - 1) }, 'p')).toEqual([]);
    const tooLong = [{ reason: 'FieldValueTooLong', field: 'p', message: 'Too long: may not be more than 262144 bytes' }];
    expect(validateAnnotations({ a: 'x'.repeat(256 * 1024) }, 'p')).toEqual(tooLong);
    expect(validateAnnotations({ a: '€'.repeat(87_382), b: '' }, 'p')).toEqual(tooLong);
    expect(validateAnnotations({ '=': '' }, 'p')).toEqual([
      { reason: 'FieldValueInvalid', field: 'p', message: `Invalid value: "=": name part ${keyMessage}` },
    ]);
  });

  test('finalizers', () => {
    expect(validateFinalizers(['example.com/a', 'orphan'], 'metadata.finalizers')).toEqual([]);
    expect(validateFinalizers(['orphan', 'foregroundDeletion'], 'f')).toEqual([
      {
        reason: 'FieldValueInvalid',
        field: 'f',
        message: 'Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
      },
    ]);
    expect(validateFinalizers(['a/b/c'], 'f')).toHaveLength(1);
  });
});
