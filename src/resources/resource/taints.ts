/** Taints of devices, and who puts up with them. Facts: OpenAPI of Kubernetes 1.36. */
import { isLabelValue, validateLabelName } from '../../machinery/names.ts';
import { field, int64, list, object, oneOf, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import { fieldInvalid, type FieldError } from '../../machinery/status.ts';
import { invalidEach, validateChoice } from '../shared/format-rules.ts';

const DeviceTolerationSchema = object('io.k8s.api.resource.v1.DeviceToleration', {
  effect: field(oneOf('NoExecute', 'NoSchedule', 'None'), { doc: 'NoSchedule or NoExecute; all of them if left out.' }),
  key: field(string, { doc: 'The key of the taint; all of them if left out, with operator Exists.' }),
  operator: field(oneOf('Equal', 'Exists'), { doc: 'Equal (the default), or Exists for any value.', default: 'Equal' }),
  tolerationSeconds: field(int64, { doc: 'How many seconds a NoExecute taint is put up with; for ever if left out.' }),
  value: field(string, { doc: 'The value of the taint, for Equal.' }),
});
type DeviceToleration = TypeOf<typeof DeviceTolerationSchema>;
export const tolerationsSchema = list(DeviceTolerationSchema);

export const DeviceTaintSchema = object('io.k8s.api.resource.v1.DeviceTaint', {
  effect: required(oneOf('NoExecute', 'NoSchedule', 'None'), {
    doc: 'What happens to pods whose claim does not tolerate it: None, NoSchedule or NoExecute.',
  }),
  key: required(string, { doc: 'The key of the taint.' }),
  timeAdded: field(time, { doc: 'When the taint was added.' }),
  value: field(string, { doc: 'The value of the taint.' }),
});
type DeviceTaint = TypeOf<typeof DeviceTaintSchema>;

const effects = ['NoExecute', 'NoSchedule', 'None'];

export function defaultTolerations(tolerations: readonly DeviceToleration[] = []): void {
  for (const toleration of tolerations) toleration.operator ||= 'Equal';
}

export const validateTaint = ({ key = '', value, effect }: DeviceTaint, path: string): FieldError[] => [
  ...validateLabelName(key, `${path}.key`),
  ...(value ? invalidEach(`${path}.value`, value, isLabelValue(value)) : []),
  ...validateChoice(effect, `${path}.effect`, effects),
];

export const validateTolerations = (tolerations: readonly DeviceToleration[] = [], path: string): FieldError[] =>
  tolerations.flatMap((toleration, i) => validateToleration(toleration, `${path}[${i}]`));

function validateToleration({ key, operator, value = '', effect }: DeviceToleration, path: string): FieldError[] {
  const errors = key ? validateLabelName(key, `${path}.key`) : [];
  if (operator === 'Exists') {
    if (value) errors.push(fieldInvalid(`${path}.value`, value, 'must be empty for operator `Exists`'));
  } else if (operator === 'Equal') errors.push(...invalidEach(`${path}.value`, value, isLabelValue(value)));
  else errors.push(...validateChoice(operator, `${path}.operator`, ['Equal', 'Exists']));
  return effect ? [...errors, ...validateChoice(effect, `${path}.effect`, effects)] : errors;
}

/** Whether a device with these taints may be given to who has the tolerations. */
export const toleratesTaints = (tolerations: readonly DeviceToleration[] = [], taints: readonly DeviceTaint[] = []): boolean =>
  taints.every((taint) => taint.effect === 'None' || tolerations.some((toleration) => tolerates(toleration, taint)));

function tolerates({ key, operator = 'Equal', value = '', effect }: DeviceToleration, taint: DeviceTaint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key ? key !== taint.key : operator !== 'Exists') return false;
  return operator === 'Exists' || value === (taint.value ?? '');
}
