import { validateFieldManager } from '../../machinery/metadata.ts';
import {
  badRequest,
  fieldForbidden,
  fieldNotSupported,
  fieldRequired,
  invalid,
  type FieldError,
} from '../../machinery/status.ts';
import type { WriteOptions } from '../api.ts';

export type WriteOptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions';

/**
 * Checks the options of a write (`dryRun`, `fieldManager`, `fieldValidation`). An apply must say who applies, and only an
 * apply may be forced. Throws 422 as upstream.
 */
export function writeOptions(
  kind: WriteOptionsKind,
  query: URLSearchParams,
  userAgent: string | null,
  warnings: string[],
  isApply = false,
): WriteOptions {
  if (query.size === 0 && !isApply) return { fieldManager: managerOf(userAgent), fieldValidation: 'Warn', warnings };
  const errors: FieldError[] = [];
  const manager = query.get('fieldManager') ?? '';
  if (isApply) {
    if (manager === '') errors.push(fieldRequired('fieldManager', 'is required for apply patch'));
  } else if (kind === 'PatchOptions' && query.has('force'))
    errors.push(fieldForbidden('force', 'may not be specified for non-apply patch'));
  errors.push(...validateFieldManager(manager, 'fieldManager'));
  const dryRun = dryRunOf(query.getAll('dryRun'), errors);
  const validation = query.get('fieldValidation') || 'Warn';
  if (!isFieldValidation(validation))
    errors.push(fieldNotSupported('fieldValidation', validation, ['', 'Ignore', 'Strict', 'Warn']));
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind, name: '' }, errors);
  const asked = query.get('fieldValidation');
  return {
    fieldManager: manager || managerOf(userAgent),
    stated: { ...(manager && { fieldManager: manager }), ...(asked && { fieldValidation: asked }) },
    ...(dryRun && { dryRun }),
    fieldValidation: validation as WriteOptions['fieldValidation'],
    warnings,
  };
}

const isFieldValidation = (value: string) => value === 'Strict' || value === 'Warn' || value === 'Ignore';

/** Whether the write is to be tried only. `All` is the one stage there is. */
export function dryRunOf(stages: readonly string[], errors: FieldError[]): boolean {
  if (stages.some((stage) => stage !== 'All')) errors.push(fieldNotSupported('dryRun', stages, ['All']));
  return stages.length > 0;
}

/** A client that names no field manager is known by the first part of its User-Agent. */
function managerOf(userAgent: string | null): string {
  return (userAgent ?? '').split('/', 1)[0]!.slice(0, 128) || 'unknown';
}

/** A boolean of a query, as Go parses them, generously: present and not `false` or `0` is true. */
export function booleanParameter(query: URLSearchParams, name: string): boolean | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  return value !== 'false' && value !== '0';
}

/** A whole number of a query. Throws 400 with Go's words. */
export function integerParameter(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  const number = Number(value);
  if (!/^[-+]?\d+$/.test(value) || !Number.isSafeInteger(number))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  return number;
}
