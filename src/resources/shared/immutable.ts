import { fieldInvalid, type FieldError } from '../../machinery/status.ts';
import { sameValue } from './same-value.ts';

/** A field that cannot change once the object is there (`ValidateImmutableField` upstream). */
export const validateImmutable = (value: unknown, old: unknown, path: string): FieldError[] =>
  sameValue(value, old) ? [] : [fieldInvalid(path, value, 'field is immutable')];
