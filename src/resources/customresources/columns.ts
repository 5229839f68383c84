import type { KubeObject } from '../../machinery/meta.ts';
import { withSortedKeys } from '../../machinery/plain.ts';
import type { Column } from '../../machinery/resource.ts';
import { age, nameColumn } from '../../machinery/table.ts';
import type { CustomResourceColumnDefinition } from '../apiextensions/customresourcedefinition.ts';
import { parseJsonPath } from './json-path.ts';

const ageDefinition: CustomResourceColumnDefinition = {
  name: 'Age',
  type: 'date',
  description: 'When the object was created.',
  jsonPath: '.metadata.creationTimestamp',
};

/** The columns of a version. If one of them is not understood, the name is all that is shown, as upstream does. */
export function columnsOf(definitions: readonly CustomResourceColumnDefinition[] | undefined): Column<KubeObject>[] {
  const columns = (definitions?.length ? definitions : [ageDefinition]).map(columnOf);
  return columns.every((column) => column !== undefined) ? [nameColumn, ...columns] : [nameColumn];
}

function columnOf(definition: CustomResourceColumnDefinition): Column<KubeObject> | undefined {
  const { name, type, format, description, priority, jsonPath } = definition;
  const find = parseJsonPath(jsonPath);
  if (!find) return undefined;
  return {
    name,
    type: type as Column<KubeObject>['type'],
    ...(format && { format }),
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    ...(priority && { priority }),
    cell: (object, now) => cellOf(type, find(object)[0], now),
  };
}

function cellOf(type: string, value: unknown, now: Date): string | number | boolean | null {
  if (value === undefined) return null;
  // Go's templates say so of a null.
  if (value === null) return type === 'string' ? '<no value>' : null;
  switch (type) {
    case 'string':
      return typeof value === 'object' ? JSON.stringify(withSortedKeys(value)) : String(value as string | number | boolean);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      if (typeof value !== 'string') return null;
      return Number.isNaN(Date.parse(value)) ? '<invalid>' : age(value, now);
    default:
      return null;
  }
}
