/** What the classes of storage have in common (storage/validation upstream). */
import { byteLength } from '../../machinery/names.ts';
import { fieldInvalid, fieldRequired, fieldTooLong, type FieldError } from '../../machinery/status.ts';
import { validateQualifiedName } from '../shared/format-rules.ts';

const max = { parameters: 512, parametersBytes: 256 * 1024 };

/** The name of a driver: a qualified name, in any case. */
export const validateDriver = (name: string | undefined, path: string): FieldError[] =>
  name ? validateQualifiedName(name.toLowerCase(), path) : [fieldRequired(path)];

/** What a driver is told: a bounded map without empty keys. */
export function validateParameters(parameters: Readonly<Record<string, string>> = {}, path: string): FieldError[] {
  const entries = Object.entries(parameters);
  if (entries.length > max.parameters) return [fieldTooLong(path, max.parameters)];
  const errors = entries.flatMap(([key]) => (key === '' ? [fieldInvalid(path, key, 'field can not be empty.')] : []));
  const bytes = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  return bytes > max.parametersBytes ? [...errors, fieldTooLong(path, max.parametersBytes)] : errors;
}
