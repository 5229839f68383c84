import type { KubeObject } from '../../../src/machinery/meta.ts';
import type { ResourceDefinition } from '../../../src/machinery/resource.ts';
import { decodeValue } from '../../../src/machinery/decode.ts';

export const template = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'nginx:1.29' }] },
};

export const metadata = {
  name: 'web',
  namespace: 'default',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2026-05-01T12:00:00Z',
};

/** An object as the server would have it after a create: decoded, and with its defaults. */
export function accepted<T extends KubeObject>(definition: ResourceDefinition<T>, spec: object, more: object = {}): T {
  const { apiVersion, kind } = definition;
  const object = decodeValue(definition, structuredClone({ apiVersion, kind, metadata, spec, ...more })) as unknown as T;
  definition.strategy.defaults?.(object);
  return object;
}

/** The errors of a validation, in one line each. */
export const shown = (errors: readonly { field: string; message: string }[] = []) =>
  errors.map(({ field, message }) => `${field}: ${message}`);

/** The cells of an object's row, by the name of the column; wide ones in their place. */
export const cells = <T extends KubeObject>(definition: ResourceDefinition<T>, object: T) =>
  Object.fromEntries(definition.columns.map((column) => [column.name, column.cell(object, new Date('2026-05-01T13:00:00Z'))]));
