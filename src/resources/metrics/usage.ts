import type { Column } from '../../machinery/resource.ts';
import { map, quantity } from '../../machinery/schema.ts';

/** `{ cpu: '250m', memory: '64Mi' }`. */
export const usageSchema = map(quantity);

export const definition = (name: string) => `io.k8s.metrics.pkg.apis.metrics.v1beta1.${name}`;

/** The column of one resource. */
export const usageColumn = <T>(resource: string, used: (object: T) => string | undefined): Column<T> => ({
  name: resource,
  type: 'string',
  description: `How much ${resource} is used.`,
  cell: (object) => used(object) ?? '0',
});

export const windowColumn: Column<{ window: string }> = {
  name: 'Window',
  type: 'string',
  description: 'Over which time that was measured.',
  cell: ({ window }) => window,
};
