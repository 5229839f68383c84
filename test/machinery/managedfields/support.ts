import { apply as applyTo, checkConfiguration } from '../../../src/machinery/managedfields/apply.ts';
import { showPath } from '../../../src/machinery/managedfields/element.ts';
import type { Entries } from '../../../src/machinery/managedfields/managers.ts';
import { pathsOf, type FieldSet } from '../../../src/machinery/managedfields/set.ts';
import { scopeOf } from '../../../src/machinery/managedfields/scope.ts';
import { updateEntries } from '../../../src/machinery/managedfields/update.ts';
import { kindSchema, type KubeObject, type ManagedFieldsEntry } from '../../../src/machinery/meta.ts';
import { defineResource } from '../../../src/machinery/resource.ts';
import {
  any,
  field,
  int32,
  list,
  listOf,
  map,
  object,
  quantity,
  required,
  string,
  type TypeOf,
} from '../../../src/machinery/schema.ts';

const PartSchema = object('dev.example.v1.Part', {
  name: required(string),
  size: int32,
  args: list(string),
  ports: listOf(
    object('dev.example.v1.Port', { port: required(int32), protocol: field(string, { default: 'TCP' }), label: string }),
    {
      listType: 'map',
      mapKeys: ['protocol', 'port'],
    },
  ),
});
const ThingSchema = kindSchema('dev.example.v1.Thing', {
  spec: object('dev.example.v1.ThingSpec', {
    size: int32,
    amount: quantity,
    parts: listOf(PartSchema, { listType: 'map', mapKeys: ['name'] }),
    tags: listOf(string, { listType: 'set' }),
    words: list(string),
    labels: map(string),
    whole: map(string, { atomic: true }),
    anything: any,
    options: object('dev.example.v1.Options', { a: string, b: string, more: object('dev.example.v1.More', { c: string }) }),
    choice: object('dev.example.v1.Choice', { x: string, y: string }, { atomic: true }),
  }),
  status: object('dev.example.v1.ThingStatus', { phase: string }),
});

/** A kind with every sort of list and map. */
export const things = defineResource<TypeOf<typeof ThingSchema>>({
  group: 'example.dev',
  version: 'v1',
  kind: 'Thing',
  plural: 'things',
  namespaced: true,
  description: 'For tests.',
  schema: ThingSchema,
  strategy: { statusKeepsMetadata: ['labels'] },
  columns: [],
});

export const apiVersion = 'example.dev/v1';

/** A thing as a client sends it. */
export const thing = (spec: object, metadata: object = {}, more: object = {}) =>
  ({ apiVersion, kind: 'Thing', metadata: { name: 'a', ...metadata }, spec, ...more }) as unknown as KubeObject;

export const shownPaths = (set: unknown): string[] => [...pathsOf(set as FieldSet)].map(showPath);

/** One object and those who write it, a second after one another. */
export class World {
  live: KubeObject | undefined;
  seconds = 0;

  get managers(): Entries {
    return this.live?.metadata.managedFields ?? [];
  }

  get spec(): unknown {
    return (this.live as { spec?: unknown } | undefined)?.spec;
  }

  /** What a manager manages, as paths. */
  paths(name: string, operation: 'Apply' | 'Update' = 'Apply'): string[] {
    return shownPaths(this.entry(name, operation)?.fieldsV1 ?? {});
  }

  entry(name: string, operation: 'Apply' | 'Update' = 'Apply'): ManagedFieldsEntry | undefined {
    return this.managers.find((entry) => entry.manager === name && entry.operation === operation);
  }

  update(name: string, next: KubeObject, subresource = ''): void {
    const manager = { name, apiVersion, subresource };
    const entries = updateEntries(scopeOf(things, subresource), this.live, next, this.managers, manager, this.#tick());
    this.#write(next, entries);
  }

  apply(name: string, configuration: unknown, { force = false, subresource = '' } = {}): void {
    const { object, managedFields } = applyTo(checkConfiguration(things, configuration), {
      live: this.live,
      manager: { name, apiVersion, subresource },
      force,
      now: this.#tick(),
    });
    this.#write(object, managedFields);
  }

  #tick(): Date {
    return new Date(Date.UTC(2026, 4, 1) + 1000 * ++this.seconds);
  }

  #write(next: KubeObject, entries: Entries): void {
    this.live = structuredClone({ ...next, metadata: { ...next.metadata, managedFields: [...entries] } });
  }
}
