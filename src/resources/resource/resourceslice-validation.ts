/** `ValidateResourceSlice` upstream. */
import { fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { validateLabel } from '../shared/format-rules.ts';
import { validateImmutable } from '../shared/immutable.ts';
import { validateSet } from './bounded.ts';
import { validateCounters } from './counters-validation.ts';
import type { CounterSet } from './device.ts';
import { validateDevice } from './device-validation.ts';
import { validateDriverName, validatePoolName } from './names.ts';
import { validateNodes } from './nodes-validation.ts';
import type { ResourceSlice, ResourceSliceSpec } from './resourceslice.ts';

const max = { devices: 128, devicesWithFeatures: 64, counterSets: 8 };

export function validateSlice({ spec }: ResourceSlice): FieldError[] {
  const { driver, pool, devices = [], sharedCounters, perDeviceNodeSelection } = spec;
  const hasFeatures = devices.some(({ taints, consumesCounters }) => taints?.length || consumesCounters?.length);
  return [
    ...validateDriverName(driver, 'spec.driver'),
    ...validatePool(pool),
    ...validateNodesOfSlice(spec),
    ...(sharedCounters && spec.devices
      ? [fieldInvalid('spec', '', 'only one of `sharedCounters` or `devices` is allowed')]
      : []),
    ...validateSet(
      devices,
      hasFeatures ? max.devicesWithFeatures : max.devices,
      (device, path) => validateDevice(device, perDeviceNodeSelection ?? false, path),
      ({ name }) => name,
      'spec.devices',
    ),
    ...validateSet(sharedCounters, max.counterSets, validateCounterSet, ({ name }) => name, 'spec.sharedCounters'),
  ];
}

export const validateSliceUpdate = ({ spec }: ResourceSlice, { spec: old }: ResourceSlice): FieldError[] => [
  ...validateImmutable(spec.pool.name, old.pool.name, 'spec.pool.name'),
  ...validateImmutable(spec.driver, old.driver, 'spec.driver'),
  ...validateImmutable(spec.nodeName, old.nodeName, 'spec.nodeName'),
];

function validatePool({ name, resourceSliceCount = 0, generation = 0 }: ResourceSliceSpec['pool']): FieldError[] {
  const errors = validatePoolName(name, 'spec.pool.name');
  if (resourceSliceCount <= 0)
    errors.push(fieldInvalid('spec.pool.resourceSliceCount', resourceSliceCount, 'must be greater than zero'));
  if (generation < 0) errors.push(fieldInvalid('spec.pool.generation', generation, 'must be greater than or equal to zero'));
  return errors;
}

/** A slice says in one way which nodes can use its devices, or leaves it to each of them. */
function validateNodesOfSlice(spec: ResourceSliceSpec): FieldError[] {
  const { nodeSelector, perDeviceNodeSelection: perDevice } = spec;
  const { errors, said } = validateNodes(spec, 'must be either unset or set to a non-empty string', 'spec');
  // With one term, the selectors of two slices can be put together.
  if (nodeSelector && nodeSelector.nodeSelectorTerms?.length !== 1)
    errors.push(
      fieldInvalid(
        'spec.nodeSelector.nodeSelectorTerms',
        nodeSelector.nodeSelectorTerms,
        'must have exactly one node selector term',
      ),
    );
  if (perDevice) said.push('`perDeviceNodeSelection`');
  else if (perDevice === false)
    errors.push(fieldInvalid('spec.perDeviceNodeSelection', perDevice, 'must be either unset or set to true'));
  const one = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
  if (said.length === 0) errors.push(fieldRequired('spec', one));
  else if (said.length > 1)
    errors.push(fieldInvalid('spec', `{${said.join(', ')}}`, `${one}, but multiple fields are set`));
  return errors;
}

function validateCounterSet({ name, counters = {} }: CounterSet, path: string): FieldError[] {
  return [
    ...(name ? validateLabel(name, `${path}.name`) : [fieldRequired(`${path}.name`)]),
    ...validateCounters(counters, `${path}.counters`),
  ];
}
