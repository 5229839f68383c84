/** The subresource scale of custom resources: where the numbers are is said by paths of plain names. */
import type { KubeObject } from '../../machinery/meta.ts';
import { isPlain, setOwn, type Plain } from '../../machinery/plain.ts';
import type { ScaleSubresource } from '../../machinery/resource.ts';
import { fieldInvalid, internalError, type FieldError } from '../../machinery/status.ts';
import type { CustomResourceSubresourceScale } from '../apiextensions/customresourcedefinition.ts';
import { maxInt32 } from '../shared/format-rules.ts';

const namesIn = (path: string): string[] => path.replace(/^\./, '').split('.');

function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const name of namesIn(path)) value = isPlain(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

const numberAt = (object: unknown, path: string): number | undefined => {
  const value = valueAt(object, path);
  return typeof value === 'number' ? Math.trunc(value) : undefined;
};

export function scaleOf({
  specReplicasPath,
  statusReplicasPath,
  labelSelectorPath,
}: CustomResourceSubresourceScale): ScaleSubresource<KubeObject> {
  return {
    specReplicas: (object) => numberAt(object, specReplicasPath) ?? 0,
    statusReplicas: (object) => numberAt(object, statusReplicasPath) ?? 0,
    selector: (object) => {
      const value = labelSelectorPath ? valueAt(object, labelSelectorPath) : undefined;
      return typeof value === 'string' ? value : '';
    },
    setSpecReplicas: (object, replicas) => setAt(object as unknown as Plain, namesIn(specReplicasPath), replicas),
    requireReplicas: (object) => {
      if (numberAt(object, specReplicasPath) === undefined)
        throw internalError(`the spec replicas field ${JSON.stringify(specReplicasPath)} does not exist`);
    },
  };
}

function setAt(object: Plain, names: readonly string[], value: unknown): void {
  let holder = object;
  for (const name of names.slice(0, -1)) {
    if (!isPlain(Object.hasOwn(holder, name) ? holder[name] : undefined)) setOwn(holder, name, {});
    holder = holder[name] as Plain;
  }
  setOwn(holder, names.at(-1)!, value);
}

/** Everything wrong with the wanted number of replicas. */
export const validateScaleSpec = (object: KubeObject, { specReplicasPath }: CustomResourceSubresourceScale): FieldError[] =>
  validateReplicas(object, specReplicasPath);

/** Everything wrong with the number of replicas that there are, and their selector. */
export function validateScaleStatus(object: KubeObject, scale: CustomResourceSubresourceScale): FieldError[] {
  const { statusReplicasPath, labelSelectorPath } = scale;
  const selector = labelSelectorPath ? valueAt(object, labelSelectorPath) : undefined;
  const errors = validateReplicas(object, statusReplicasPath);
  if (selector !== undefined && typeof selector !== 'string')
    errors.push(fieldInvalid(labelSelectorPath!, '', wrongType(labelSelectorPath!, selector, 'string')));
  return errors;
}

function validateReplicas(object: KubeObject, path: string): FieldError[] {
  const value = valueAt(object, path);
  if (value === undefined) return [];
  if (typeof value !== 'number' || !Number.isInteger(value)) return [fieldInvalid(path, 0, wrongType(path, value, 'int64'))];
  if (value < 0) return [fieldInvalid(path, value, 'should be a non-negative integer')];
  return value > maxInt32 ? [fieldInvalid(path, value, `should be less than or equal to ${maxInt32}`)] : [];
}

function wrongType(path: string, value: unknown, wanted: string): string {
  const type = Array.isArray(value)
    ? '[]interface {}'
    : isPlain(value)
      ? 'map[string]interface {}'
      : typeof value === 'boolean'
        ? 'bool'
        : typeof value === 'number'
          ? 'float64'
          : typeof value;
  const shown = typeof value === 'object' ? type : String(value);
  return `${path} accessor error: ${shown} is of the type ${type}, expected ${wanted}`;
}
