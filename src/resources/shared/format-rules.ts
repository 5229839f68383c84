/**
 * How values inside objects must look, beyond names and labels (see `machinery/names.ts`), with upstream's messages
 * (apimachinery/pkg/util/validation). Each `is…` function returns what is wrong with the value.
 */
import { isDNS1123Label, isDNS1123Subdomain, isPathSegmentName, isQualifiedName, regexMessage } from '../../machinery/names.ts';
import { fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';

type Messages = readonly string[];

export const maxInt32 = 2 ** 31 - 1;

export const inclusiveRange = (low: number, high: number): string => `must be between ${low} and ${high}, inclusive`;

export const isPortNumber = (port: number): Messages =>
  Number.isInteger(port) && port >= 1 && port <= 65535 ? [] : [inclusiveRange(1, 65535)];

/** The name of a port as IANA has it: 15 lower-case characters with a letter among them. */
export function isPortName(name: string): Messages {
  const messages: string[] = [];
  if (name.length > 15) messages.push('must be no more than 15 characters');
  if (!/^[-a-z0-9]+$/.test(name)) messages.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  if (!/[a-z]/.test(name)) messages.push('must contain at least one letter (a-z)');
  if (name.includes('--')) messages.push('must not contain consecutive hyphens');
  if (/^-|-$/.test(name)) messages.push('must not begin or end with a hyphen');
  return messages;
}

/** Relaxed since 1.34: anything printable but `=`. */
export function isEnvironmentName(name: string): Messages {
  if (name === '') return ['environment variable name must be non-empty'];
  if (/^[\x20-\x3c\x3e-\x7e]*$/.test(name)) return [];
  return ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

/** A key of a ConfigMap or Secret; it may become the name of a file. */
export function isConfigKey(key: string): Messages {
  const messages: string[] = [];
  if (key.length > 253) messages.push('must be no more than 253 characters');
  if (!/^[-._a-zA-Z0-9]+$/.test(key))
    messages.push(
      regexMessage(
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
        '[-._a-zA-Z0-9]+',
        'key.name',
        'KEY_NAME',
        'key-name',
      ),
    );
  if (key === '.' || key === '..') messages.push(`must not be '${key}'`);
  else if (key.startsWith('..')) messages.push("must not start with '..'");
  return messages;
}

export const isHeaderName = (name: string): Messages =>
  /^[-A-Za-z0-9]+$/.test(name)
    ? []
    : [regexMessage("a valid HTTP header must consist of alphanumeric characters or '-'", '[-A-Za-z0-9]+', 'X-Header-Name')];

/** A DNS name whose first label is an asterisk. */
export function isWildcardSubdomain(name: string): Messages {
  const messages = name.length > 253 ? ['must be no more than 253 characters'] : [];
  if (wildcardPattern.test(name)) return messages;
  const rule =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
  return [...messages, regexMessage(rule, wildcard, '*.example.com')];
}

const wildcard = '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*';
const wildcardPattern = new RegExp(`^${wildcard}$`);

/** The name of a program or a finalizer of the newer sort: a domain, a slash, and a path. */
export function validateDomainPrefixedPath(value: string, path: string): FieldError[] {
  if (value === '') return [fieldRequired(path)];
  const slash = value.indexOf('/');
  const host = value.slice(0, slash);
  const rest = value.slice(slash + 1);
  if (slash < 1 || rest === '') return [fieldInvalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  const errors = invalidEach(path, host, isDNS1123Subdomain(host));
  if (!httpPathPattern.test(rest)) errors.push(fieldInvalid(path, rest, regexMessage('Invalid path', httpPath)));
  return errors;
}

const httpPath = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const httpPathPattern = new RegExp(`^${httpPath}$`);

/** A user or group id of Linux. */
export const isUnixId = (id: number): Messages => (id >= 0 && id <= maxInt32 ? [] : [inclusiveRange(0, maxInt32)]);

/** One error for each message. */
export const invalidEach = (path: string, value: unknown, messages: Messages): FieldError[] =>
  messages.map((message) => fieldInvalid(path, value, message));

export const validateLabel = (value: string, path: string): FieldError[] => invalidEach(path, value, isDNS1123Label(value));

export const validateSubdomain = (value: string, path: string): FieldError[] =>
  invalidEach(path, value, isDNS1123Subdomain(value));

export const validateQualifiedName = (value: string, path: string): FieldError[] =>
  invalidEach(path, value, isQualifiedName(value));

/** A name that must be there and can stand in a path. */
export const validateSegment = (value: string | undefined, path: string): FieldError[] =>
  value ? invalidEach(path, value, isPathSegmentName(value)) : [fieldRequired(path)];

/** The field must be one of the supported values; an empty one is missing. */
export function validateChoice(value: string | undefined, path: string, supported: readonly string[]): FieldError[] {
  if (!value) return [fieldRequired(path)];
  return supported.includes(value) ? [] : [fieldNotSupported(path, value, supported)];
}

/** As `validateChoice`, for a field that may be left out. */
export const validateOptionalChoice = (value: string | undefined, path: string, supported: readonly string[]): FieldError[] =>
  value === undefined || supported.includes(value) ? [] : [fieldNotSupported(path, value, supported)];

export const validateNotNegative = (value: number | undefined, path: string): FieldError[] =>
  value !== undefined && value < 0 ? [fieldInvalid(path, value, 'must be greater than or equal to 0')] : [];

export const validatePositive = (value: number, path: string): FieldError[] =>
  value > 0 ? [] : [fieldInvalid(path, value, 'must be greater than zero')];

/** A port by number or by name. */
export const validatePort = (port: number | string | undefined, path: string): FieldError[] =>
  typeof port === 'string' ? invalidEach(path, port, isPortName(port)) : invalidEach(path, port ?? 0, isPortNumber(port ?? 0));

export const protocols = ['SCTP', 'TCP', 'UDP'];

/** A path within a volume: relative, and never above it. */
export function validateDescendingPath(value: string, path: string): FieldError[] {
  const errors = value.startsWith('/') ? [fieldInvalid(path, value, 'must be a relative path')] : [];
  return [...errors, ...validateNoBacksteps(value, path)];
}

export const validateNoBacksteps = (value: string, path: string): FieldError[] =>
  value.split('/').includes('..') ? [fieldInvalid(path, value, "must not contain '..'")] : [];

/** As `validateDescendingPath`; names that start with two dots are the kubelet's. */
export function validateFilePath(value: string, path: string): FieldError[] {
  const errors = validateDescendingPath(value, path);
  if (value.startsWith('..') && !value.startsWith('../') && value !== '..')
    errors.push(fieldInvalid(path, value, "must not start with '..'"));
  return errors;
}

export const validateFileMode = (mode: number | undefined, path: string): FieldError[] =>
  mode === undefined || (mode >= 0 && mode <= 0o777)
    ? []
    : [fieldInvalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')];
