/** How devices are chosen and configured; in classes and in claims. Facts: OpenAPI of Kubernetes 1.36. */
import { any, field, list, object, required, string, type AnySchema, type TypeOf } from '../../machinery/schema.ts';
import { byteLength } from '../../machinery/names.ts';
import { isPlain } from '../../machinery/plain.ts';
import { fieldInvalid, fieldRequired, fieldTooLong, type FieldError } from '../../machinery/status.ts';
import { validateList } from './bounded.ts';
import { validateDriverName } from './names.ts';

const DeviceSelectorSchema = object('io.k8s.api.resource.v1.DeviceSelector', {
  cel: field(
    object('io.k8s.api.resource.v1.CELDeviceSelector', {
      expression: required(string, {
        doc: 'An expression in CEL that must be true of the device, as device.driver == "gpu.example.com".',
      }),
    }),
    { doc: 'An expression in CEL.' },
  ),
});
export const selectorsSchema = list(DeviceSelectorSchema);
type DeviceSelector = TypeOf<typeof DeviceSelectorSchema>;

const parameters: AnySchema = any;
const OpaqueDeviceConfigurationSchema = object('io.k8s.api.resource.v1.OpaqueDeviceConfiguration', {
  driver: required(string, { doc: 'The name of the driver.' }),
  parameters: required(parameters, { doc: 'The settings, as the driver defines them.' }),
});
type OpaqueDeviceConfiguration = TypeOf<typeof OpaqueDeviceConfigurationSchema>;

/** What a driver is told about devices; upstream's DeviceConfiguration, whose fields others have among their own. */
export const configurationFields = {
  opaque: field(OpaqueDeviceConfigurationSchema, { doc: 'Settings that one driver understands.' }),
};

const max = { selectors: 32, expressionBytes: 10 * 1024, parametersBytes: 10 * 1024 };

/** Whether an expression compiles is not looked at here: it is where expressions are run. */
export const validateSelectors = (selectors: readonly DeviceSelector[] | undefined, path: string): FieldError[] =>
  validateList(selectors, max.selectors, validateSelector, path);

function validateSelector({ cel }: DeviceSelector, path: string): FieldError[] {
  if (!cel) return [fieldRequired(`${path}.cel`)];
  return byteLength(cel.expression ?? '') > max.expressionBytes
    ? [fieldTooLong(`${path}.cel.expression`, max.expressionBytes)]
    : [];
}

export function validateConfiguration({ opaque }: { opaque?: OpaqueDeviceConfiguration }, path: string): FieldError[] {
  if (!opaque) return [fieldRequired(`${path}.opaque`)];
  return [
    ...validateDriverName(opaque.driver, `${path}.opaque.driver`),
    ...validateOpaque(opaque.parameters, max.parametersBytes, `${path}.opaque.parameters`),
  ];
}

/** A JSON object of so many bytes that means something to a driver only. */
export function validateOpaque(value: unknown, bytesMax: number, path: string): FieldError[] {
  if (value === undefined || value === null) return [fieldRequired(path)];
  if (byteLength(JSON.stringify(value)) > bytesMax) return [fieldTooLong(path, bytesMax)];
  return isPlain(value) ? [] : [fieldInvalid(path, '<value omitted>', 'must be a valid JSON object')];
}
