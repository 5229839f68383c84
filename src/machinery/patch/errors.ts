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

/** What is wrong with a patch that could not be applied, in one sentence. */
export const whyUnprocessable = ({ message, details }: StatusError): string => details?.causes?.[0]?.message ?? message;

/** Whether all that is wrong is a `test` that does not hold. */
export const isFailedTest = (error: StatusError): boolean => /^operation \d+: test failed$/.test(whyUnprocessable(error));
