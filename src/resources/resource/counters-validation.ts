import { fieldRequired, type FieldError } from '../../machinery/status.ts';
import { validateLabel } from '../shared/format-rules.ts';
import { validateMap } from './bounded.ts';

const limits = { entries: 32, keyLength: 63 };

/** Counters by name: what there is of them, or what a device uses up. */
export const validateCounters = (counters: Readonly<Record<string, unknown>> = {}, path: string): FieldError[] =>
  Object.keys(counters).length === 0
    ? [fieldRequired(path)]
    : validateMap(counters, limits, validateLabel, () => [], path);
