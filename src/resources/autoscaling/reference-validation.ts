/** `ValidateCrossVersionObjectReference` upstream. */
import { fieldInvalid, type FieldError } from '../../machinery/status.ts';
import { validateSegment } from '../shared/format-rules.ts';
import type { CrossVersionObjectReference } from './metrics.ts';

/** Whether a reference has to name an API group: most kinds have one. `unchecked`: its apiVersion may be anything. */
export type GroupRule = 'required' | 'optional' | 'unchecked';

export function validateReference(reference: CrossVersionObjectReference, group: GroupRule, path: string): FieldError[] {
  const { kind, name, apiVersion = '' } = reference;
  const errors = [...validateSegment(kind, `${path}.kind`), ...validateSegment(name, `${path}.name`)];
  const wrong = wrongApiVersion(apiVersion, group);
  return wrong ? [...errors, fieldInvalid(`${path}.apiVersion`, apiVersion, wrong)] : errors;
}

/** What is wrong with an apiVersion, in the words of apimachinery's ParseGroupVersion. */
export function wrongApiVersion(apiVersion: string, group: GroupRule): string | undefined {
  if (group === 'unchecked') return undefined;
  const parts = apiVersion.split('/');
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  const named = parts.length === 2 && parts[0] !== '';
  return group === 'required' && !named ? 'apiVersion must specify API group' : undefined;
}
