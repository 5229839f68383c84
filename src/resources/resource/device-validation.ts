/** `validateDevice` upstream. */
import { byteLength } from '../../machinery/names.ts';
import { fieldForbidden, fieldInvalid, fieldRequired, fieldTooLong, type FieldError } from '../../machinery/status.ts';
import { validateLabel } from '../shared/format-rules.ts';
import { validateBindingConditions } from './binding-conditions.ts';
import { validateList, validateMap, validateSet } from './bounded.ts';
import { validateRequestPolicy } from './capacity-validation.ts';
import { validateCounters } from './counters-validation.ts';
import type { Device, DeviceAttribute, DeviceCapacity, DeviceCounterConsumption } from './device.ts';
import { qualifiedNameLengthMax, validateAttributeName } from './names.ts';
import { validateNodes } from './nodes-validation.ts';
import { validateTaint } from './taints.ts';

const max = { attributesAndCapacities: 32, taints: 16, counterSets: 2, valueBytes: 64 };
const limits = { entries: Infinity, keyLength: qualifiedNameLengthMax };

/** `choosesNodes`: the slice leaves it to its devices to say which nodes can use them. */
export function validateDevice(device: Device, choosesNodes: boolean, path: string): FieldError[] {
  const { name = '', attributes = {}, capacity = {}, taints, consumesCounters, allowMultipleAllocations = false } = device;
  const errors = validateLabel(name, `${path}.name`);
  const count = Object.keys(attributes).length + Object.keys(capacity).length;
  if (count > max.attributesAndCapacities)
    errors.push(
      fieldInvalid(path, count, `the total number of attributes and capacities must not exceed ${max.attributesAndCapacities}`),
    );
  return [
    ...errors,
    ...validateMap(attributes, limits, validateAttributeName, validateAttribute, `${path}.attributes`),
    ...validateMap(
      capacity,
      limits,
      validateAttributeName,
      (each, here) => validateCapacity(each, allowMultipleAllocations, here),
      `${path}.capacity`,
    ),
    ...validateList(taints, max.taints, validateTaint, `${path}.taints`),
    ...validateSet(
      consumesCounters,
      max.counterSets,
      validateConsumption,
      ({ counterSet }) => counterSet,
      `${path}.consumesCounters`,
    ),
    ...validateNodesOfDevice(device, choosesNodes, path),
    ...validateBindingConditions(device, path),
  ];
}

/** A value of one type. Lists are an alpha feature of 1.36 and never get here. */
function validateAttribute(attribute: DeviceAttribute, path: string): FieldError[] {
  const { string, version } = attribute;
  const errors: FieldError[] = [];
  const checkLength = (text: string, at: string) => {
    if (byteLength(text) > max.valueBytes) errors.push(fieldTooLong(at, max.valueBytes));
  };
  if (string !== undefined) checkLength(string, `${path}.string`);
  if (version !== undefined) {
    if (!semanticVersion.test(version))
      errors.push(fieldInvalid(`${path}.version`, version, 'must be a string compatible with semver.org spec 2.0.0'));
    checkLength(version, `${path}.version`);
  }
  const values = [attribute.bool, attribute.int, string, version].filter((value) => value !== undefined);
  if (values.length !== 1)
    errors.push(fieldInvalid(path, values.length === 0 ? '' : attribute, 'exactly one value must be specified'));
  return errors;
}

const number = '(0|[1-9]\\d*)';
const preRelease = '(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)';
const build = '[0-9a-zA-Z-]+';
const semanticVersion = new RegExp(
  `^${number}\\.${number}\\.${number}(-${preRelease}(\\.${preRelease})*)?(\\+${build}(\\.${build})*)?$`,
);

function validateCapacity({ value, requestPolicy }: DeviceCapacity, isShared: boolean, path: string): FieldError[] {
  if (!requestPolicy) return [];
  return isShared
    ? validateRequestPolicy(value ?? '0', requestPolicy, `${path}.requestPolicy`)
    : [fieldForbidden(`${path}.requestPolicy`, 'allowMultipleAllocations must be true')];
}

const validateConsumption = ({ counterSet, counters }: DeviceCounterConsumption, path: string): FieldError[] => [
  ...(counterSet ? validateLabel(counterSet, `${path}.counterSet`) : [fieldRequired(`${path}.counterSet`)]),
  ...validateCounters(counters, `${path}.counters`),
];

function validateNodesOfDevice(device: Device, choosesNodes: boolean, path: string): FieldError[] {
  if (!choosesNodes) {
    const said = [device.nodeName, device.nodeSelector, device.allNodes].some((value) => value !== undefined);
    const why =
      '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
    return said ? [fieldInvalid(path, null, why)] : [];
  }
  const { errors, said } = validateNodes(device, 'must not be empty', path);
  const one =
    'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
  if (said.length === 0) errors.push(fieldRequired(path, one));
  else if (said.length > 1) errors.push(fieldInvalid(path, `{${said.join(', ')}}`, one));
  return errors;
}
