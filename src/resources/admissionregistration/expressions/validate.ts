import { fieldInvalid, type FieldError } from '../../../machinery/status.ts';
import type { Expression } from './compiler.ts';

/** What is wrong with an expression, as of the field that it stands in. */
export const expressionErrors = ({ text, error }: Expression, path: string): FieldError[] =>
  error === undefined ? [] : [fieldInvalid(path, text, error)];
