import { byteLength, isDNS1123Subdomain } from '../../machinery/names.ts';
import { fieldRequired, fieldTooLong, type FieldError } from '../../machinery/status.ts';
import { invalidEach } from './format-rules.ts';

const lengthMax = 63;

/** The name of a driver where it is referred to: a DNS name in any case, of 63 bytes (`ValidateCSIDriverName` upstream). */
export function validateCSIDriverName(name: string | undefined, path: string): FieldError[] {
  if (!name) return [fieldRequired(path)];
  return [
    ...(byteLength(name) > lengthMax ? [fieldTooLong(path, lengthMax)] : []),
    ...invalidEach(path, name, isDNS1123Subdomain(name.toLowerCase())),
  ];
}
