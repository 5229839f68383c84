import { validateLabelName } from '../../machinery/names.ts';
import { fieldDuplicate, fieldInvalid, type FieldError } from '../../machinery/status.ts';
import { validateList } from './bounded.ts';

const countMax = 4;

/** Conditions that must hold, or must not, before a pod is bound to the node of a device: both or none, and no one twice. */
export function validateBindingConditions(
  { bindingConditions: wanted = [], bindingFailureConditions: failed = [] }: { bindingConditions?: string[]; bindingFailureConditions?: string[] },
  path: string,
): FieldError[] {
  const wantedPath = `${path}.bindingConditions`;
  const failedPath = `${path}.bindingFailureConditions`;
  const errors = [
    ...validateList(wanted, countMax, validateLabelName, wantedPath),
    ...validateList(failed, countMax, validateLabelName, failedPath),
  ];
  for (const [i, name] of wanted.entries())
    if (wanted.indexOf(name) < i) errors.push(fieldDuplicate(`${wantedPath}[${i}]`, name));
  for (const [i, name] of failed.entries()) {
    if (failed.indexOf(name) < i) errors.push(fieldDuplicate(`${failedPath}[${i}]`, name));
    if (wanted.includes(name))
      errors.push(fieldInvalid(`${failedPath}[${i}]`, name, 'bindingFailureConditions must not overlap with bindingConditions'));
  }
  if (wanted.length === 0 && failed.length > 0)
    errors.push(fieldInvalid(wantedPath, undefined, 'bindingConditions are required to use bindingFailureConditions'));
  if (failed.length === 0 && wanted.length > 0)
    errors.push(fieldInvalid(failedPath, undefined, 'bindingFailureConditions are required to use bindingConditions'));
  return errors;
}
