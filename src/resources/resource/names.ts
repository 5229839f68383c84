/** Names of pools, attributes and so on (resource/validation upstream). */
import { byteLength, isDNS1123Subdomain, regexMessage } from '../../machinery/names.ts';
import { fieldInvalid, fieldRequired, fieldTooLong, type FieldError } from '../../machinery/status.ts';
import { invalidEach, validateSubdomain } from '../shared/format-rules.ts';
import { validateCSIDriverName } from '../shared/driver-name.ts';

const max = { pool: 253, identifier: 32 };

/** The names of drivers of devices follow the rule of those of volumes. */
export const validateDriverName = validateCSIDriverName;

/** Segments that are DNS names, with slashes between them. */
export function validatePoolName(name: string | undefined, path: string): FieldError[] {
  if (!name) return [fieldRequired(path)];
  return [
    ...(byteLength(name) > max.pool ? [fieldTooLong(path, max.pool)] : []),
    ...name.split('/').flatMap((part) => invalidEach(path, part, isDNS1123Subdomain(part))),
  ];
}

export const validateClassName = (name: string | undefined, path: string): FieldError[] =>
  name ? validateSubdomain(name, path) : [fieldRequired(path)];

/** The most that the name of an attribute has: a domain, a slash and an identifier. */
export const qualifiedNameLengthMax = 63 + 1 + max.identifier;

/** The name of an attribute or capacity: an identifier, maybe after a domain. */
export function validateAttributeName(name: string, path: string): FieldError[] {
  const parts = name.split('/');
  if (parts.length === 1) return validateIdentifier(name, path);
  // As upstream, which has nothing to say about more than one slash.
  if (parts.length > 2) return [];
  const [domain, identifier] = parts as [string, string];
  return [
    ...(domain ? validateDriverName(domain, path) : [fieldInvalid(path, '', 'the domain must not be empty')]),
    ...(identifier ? validateIdentifier(identifier, path) : [fieldInvalid(path, '', 'the name must not be empty')]),
  ];
}

/** The same with a domain. */
export const validateFullAttributeName = (name: string, path: string): FieldError[] => [
  ...validateAttributeName(name, path),
  ...(name.includes('/')
    ? []
    : [fieldInvalid(path, name, 'a fully qualified name must be a domain and a name separated by a slash')]),
];

const identifier = '[A-Za-z_][A-Za-z0-9_]*';

function validateIdentifier(name: string, path: string): FieldError[] {
  const errors = byteLength(name) > max.identifier ? [fieldTooLong(path, max.identifier)] : [];
  if (!new RegExp(`^${identifier}$`).test(name)) {
    const message = "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'";
    errors.push(fieldInvalid(path, name, regexMessage(message, identifier, 'my_name', 'MY_NAME', 'MyName')));
  }
  return errors;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** What Go's parser takes besides: upper case, no dashes, braces, a URN. */
const otherUuid = /^(?:urn:uuid:)?\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$|^[0-9a-f]{32}$/i;
const uuidLengths = [32, 36, 38, 45];

export function validateUid(uid: string, path: string): FieldError[] {
  if (uuid.test(uid)) return [];
  if (otherUuid.test(uid))
    return [
      fieldInvalid(
        path,
        uid,
        'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters',
      ),
    ];
  const problem = uuidLengths.includes(uid.length) ? 'invalid UUID format' : `invalid UUID length: ${uid.length}`;
  return [fieldInvalid(path, uid, `error validating uid: ${problem}`)];
}
