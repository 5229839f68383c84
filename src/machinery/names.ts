/**
 * How names, label keys and label values must look, with upstream's standard messages
 * (apimachinery/pkg/util/validation and pkg/api/validate/content). Each `is…` function returns what is wrong with the
 * value, and an empty list for a good one. What is missing although it is required is the empty text, as in Go.
 */
import { limits } from '../lib/limits.ts';
import type { ResourceDefinition } from './resource.ts';
import { fieldInvalid, fieldTooLong, type FieldError } from './status.ts';

type Messages = readonly string[];
const fine: Messages = [];

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const dns1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const labelKey = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const labelValue = `(${labelKey})?`;

const whole = (pattern: string) => new RegExp(`^${pattern}$`);
const labelPattern = whole(label);
const subdomainPattern = whole(subdomain);
const dns1035Pattern = whole(dns1035);
const labelKeyPattern = whole(labelKey);
const labelValuePattern = whole(labelValue);

/** A sentence about a pattern, as upstream's `RegexError`. */
export function regexMessage(message: string, pattern: string, ...examples: string[]): string {
  const listed = examples.map((example) => `'${example}', `).join(' or ');
  return `${message} (${examples.length ? `e.g. ${listed}` : ''}regex used for validation is '${pattern}')`;
}

const tooManyBytes = (max: number) => `must be no more than ${max} bytes`;
const tooManyCharacters = (max: number) => `must be no more than ${max} characters`;

/** The length of a text in UTF-8 bytes, which is what limits on names and annotations count. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // A surrogate pair is two units here and four bytes there.
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

function check(value: string, max: number, tooLong: string, pattern: RegExp, message: () => string): Messages {
  const long = value.length > max || (value.length * 3 > max && byteLength(value) > max);
  const matches = pattern.test(value);
  if (!long && matches) return fine;
  return [...(long ? [tooLong] : []), ...(matches ? [] : [message()])];
}

/** A label of a DNS name (RFC 1123): namespaces, container names. 63 bytes at most. */
export function isDNS1123Label(value = ''): Messages {
  return check(value, 63, tooManyCharacters(63), labelPattern, () =>
    subdomainPattern.test(value)
      ? 'must not contain dots'
      : regexMessage(
          "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
          label,
          'my-name',
          '123-abc',
        ),
  );
}

const subdomainMessage = () =>
  regexMessage(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    subdomain,
    'example.com',
  );

/** A DNS name (RFC 1123): the names of most objects. 253 bytes at most. */
export const isDNS1123Subdomain = (value = ''): Messages =>
  check(value, 253, tooManyCharacters(253), subdomainPattern, subdomainMessage);

/** A label that starts with a letter (RFC 1035). 63 bytes at most. */
export const isDNS1035Label = (value = ''): Messages =>
  check(value, 63, tooManyCharacters(63), dns1035Pattern, () =>
    regexMessage(
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
      dns1035,
      'my-name',
      'abc-123',
    ),
  );

const labelKeyMessage =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const labelKeyExamples = ['MyName', 'my.name', '123-abc'] as const;

/** A qualified name, optionally with a DNS prefix: keys of labels and annotations, finalizers, resource names. */
export function isQualifiedName(value = ''): Messages {
  const slash = value.indexOf('/');
  if (slash < 0) return isNamePart(value);
  if (value.indexOf('/', slash + 1) >= 0)
    return [
      `a valid label key ${regexMessage(labelKeyMessage, labelKey, ...labelKeyExamples)} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  const prefix = value.slice(0, slash);
  const wrong = prefix === '' ? ['must be non-empty'] : check(prefix, 253, tooManyBytes(253), subdomainPattern, subdomainMessage);
  const rest = isNamePart(value.slice(slash + 1));
  return wrong.length ? [...wrong.map((message) => `prefix part ${message}`), ...rest] : rest;
}

function isNamePart(name: string): Messages {
  const long = name.length > 63 || (name.length * 3 > 63 && byteLength(name) > 63);
  const matches = labelKeyPattern.test(name);
  if (!long && matches) return fine;
  const messages: string[] = [];
  if (name === '') messages.push('name part must be non-empty');
  else if (long) messages.push(`name part ${tooManyBytes(63)}`);
  if (!matches) messages.push(`name part ${regexMessage(labelKeyMessage, labelKey, ...labelKeyExamples)}`);
  return messages;
}

/** The value of a label: may be empty, 63 bytes at most. */
export const isLabelValue = (value = ''): Messages =>
  check(value, 63, tooManyBytes(63), labelValuePattern, () =>
    regexMessage(
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
      labelValue,
      'MyValue',
      'my_value',
      '12345',
    ),
  );

/** A database cannot keep these in a key. Upstream's takes the first, and never sees the second: Go replaces it. */
const notText = /[\0\p{Surrogate}]/u;

/** A name that can stand in a path. A `prefix` will get a suffix, so it may be `.` or `..`. */
export function isPathSegmentName(value = '', prefix = false): Messages {
  if (!prefix && (value === '.' || value === '..')) return [`may not be '${value}'`];
  const wrong = ['/', '%'].filter((part) => value.includes(part)).map((part) => `may not contain '${part}'`);
  return notText.test(value) ? [...wrong, 'may not contain what is not text'] : wrong;
}

/**
 * Checks the name of an object by the rule of its kind. `generateName` is a prefix: it may end with a dash, because
 * something follows. Services follow RFC 1123 since 1.36 (RelaxedServiceNameValidation).
 */
export function isName(rule: ResourceDefinition['nameRule'], value = '', prefix = false): Messages {
  // Upstream cuts the character before the dash too; the length rule depends on it.
  const masked = prefix && value.length > 1 && value.endsWith('-') ? `${value.slice(0, -2)}a` : value;
  switch (rule) {
    case 'subdomain':
      return isDNS1123Subdomain(masked);
    case 'label':
    case 'service':
      return isDNS1123Label(masked);
    case 'path-segment':
      return isPathSegmentName(value, prefix);
  }
}

/** Checks a key that must be a qualified name: of a label, of a selector. */
export const validateLabelName = (name: string, path: string): FieldError[] =>
  isQualifiedName(name).map((message) => fieldInvalid(path, name, message));

/** Checks keys and values of labels. As upstream, all errors are about the map as a whole. */
export function validateLabels(labels: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (labels === undefined) return errors;
  for (const [key, value] of Object.entries(labels)) {
    for (const message of isQualifiedName(key)) errors.push(fieldInvalid(path, key, message));
    for (const message of isLabelValue(value)) errors.push(fieldInvalid(path, value, message));
    if (errors.length >= limits.problemsTold) break;
  }
  return errors;
}

/** The most that keys and values of an object's annotations may have together. */
export const annotationsBytesMax = 256 * 1024;

/** Checks the keys of annotations (in any case) and their total size. */
export function validateAnnotations(annotations: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (annotations === undefined) return errors;
  let units = 0;
  for (const [key, value] of Object.entries(annotations)) {
    for (const message of isQualifiedName(key.toLowerCase())) errors.push(fieldInvalid(path, key, message));
    if (errors.length >= limits.problemsTold) break;
    units += key.length + value.length;
  }
  // A unit is three bytes at most, so small annotations need no counting.
  if (units * 3 > annotationsBytesMax && annotationsBytes(annotations) > annotationsBytesMax)
    errors.push(fieldTooLong(path, annotationsBytesMax));
  return errors;
}

const annotationsBytes = (annotations: Readonly<Record<string, string>>) =>
  Object.entries(annotations).reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);

/** The finalizers that the garbage collector itself uses, by deletion policy. */
export const orphanFinalizer = 'orphan';
export const foregroundFinalizer = 'foregroundDeletion';
/** Holds a namespace back until its content is gone. */
export const contentFinalizer = 'kubernetes';

const standardFinalizers: readonly string[] = [contentFinalizer, orphanFinalizer, foregroundFinalizer];

/** Checks that a finalizer is a standard one or has a domain, as most built-in kinds ask for. */
export const validateQualifiedFinalizer = (name: string, path: string): FieldError[] =>
  name.includes('/') || standardFinalizers.includes(name)
    ? []
    : [fieldInvalid(path, name, 'name is neither a standard finalizer name nor is it fully qualified')];

/** Checks the names of finalizers; orphaning and foreground deletion exclude each other. */
export function validateFinalizers(finalizers: readonly string[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (finalizers === undefined) return errors;
  for (const name of finalizers) {
    for (const message of isQualifiedName(name)) errors.push(fieldInvalid(path, name, message));
    if (errors.length >= limits.problemsTold) return errors;
  }
  if (finalizers.includes(orphanFinalizer) && finalizers.includes(foregroundFinalizer))
    errors.push(fieldInvalid(path, finalizers, `finalizer ${orphanFinalizer} and ${foregroundFinalizer} cannot be both set`));
  return errors;
}
