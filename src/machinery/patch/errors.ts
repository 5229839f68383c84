import { StatusError } from '../status.ts';

/** What Go calls the type of a JSON value. */
export function goKind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** A patch that cannot be applied to this object: 422 with upstream's sentence, and as its cause what is wrong. */
export const unprocessable = (cause: string) =>
  new StatusError('Invalid', 'the server rejected our request due to an error in our request', {
    causes: [{ reason: 'FieldValueInvalid', message: cause, field: 'patch' }],
  });
