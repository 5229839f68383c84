/** What a kind says of objects as clients write them: what is wrong with them, and how they are shown. */
import type { KubeObject } from '../../src/machinery/meta.ts';
import type { ResourceDefinition } from '../../src/machinery/resource.ts';
import { cells, defaulted, lines, metadata } from './objects.ts';

/** What a client writes, as far as it matters to a test. */
export type Fields = Record<string, unknown> & { metadata?: Partial<KubeObject['metadata']> };

/** An object called `web`. */
export function make<T extends KubeObject>(resource: ResourceDefinition<T>, { metadata: more, ...fields }: Fields): T {
  return { apiVersion: resource.apiVersion, kind: resource.kind, metadata: metadata('web', more), ...fields } as unknown as T;
}

/** The same as it is stored. */
export const stored = <T extends KubeObject>(resource: ResourceDefinition<T>, fields: Fields): T =>
  defaulted(resource, make(resource, fields));

/** What is wrong with a new object. */
export function wrong<T extends KubeObject>(resource: ResourceDefinition<T>, fields: Fields): string[] {
  const { validate, validateCreate } = resource.strategy;
  const object = stored(resource, fields);
  return lines([...(validate?.(object) ?? []), ...(validateCreate?.(object) ?? [])]);
}

/** What is wrong with a change, the new object by itself aside. */
export const wrongChange = <T extends KubeObject>(resource: ResourceDefinition<T>, from: Fields, to: Fields): string[] =>
  lines(resource.strategy.validateUpdate!(stored(resource, to), stored(resource, from)));

/** What is wrong with a new status. */
export const wrongStatus = <T extends KubeObject>(resource: ResourceDefinition<T>, status: object, old: object = {}): string[] =>
  lines(resource.strategy.validateStatusUpdate!(stored(resource, { status }), stored(resource, { status: old })));

/** How a table shows the object, as pairs of column and cell, so that their order counts. */
export const row = <T extends KubeObject>(resource: ResourceDefinition<T>, fields: Fields): [string, unknown][] =>
  Object.entries(cells(resource, make(resource, fields)));
