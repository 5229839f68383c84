/** Objects as a client sends them, and helpers that write them as the server does. */
import type { KubeObject } from '../../src/machinery/meta.ts';
import type { Reader } from '../../src/machinery/reader.ts';
import type { Column, ResourceDefinition, StrategyContext } from '../../src/machinery/resource.ts';
import type { FieldError } from '../../src/machinery/status.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { Pod } from '../../src/resources/core/pod.ts';
import { pods } from '../../src/resources/core/pod.ts';
import type { Service } from '../../src/resources/core/service.ts';
import type { Container } from '../../src/resources/shared/container.ts';
import type { PodSpec } from '../../src/resources/shared/pod-spec.ts';

export const now = new Date('2026-05-01T12:00:00Z');
export const context: StrategyContext = { now, random: seededRandom(1) };

export const metadata = (name: string, more: Partial<KubeObject['metadata']> = {}): KubeObject['metadata'] => ({
  name,
  namespace: 'default',
  uid: `uid-${name}`,
  resourceVersion: '1',
  creationTimestamp: '2026-05-01T11:00:00Z',
  ...more,
});

export const container = (more: Partial<Container> = {}): Container => ({ name: 'web', image: 'nginx:1.27', ...more });

/** A pod as a client sends it. */
export const pod = (spec: Partial<PodSpec> = {}, more: Partial<Pod> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: metadata('web'),
  spec: { containers: [container()], ...spec },
  ...more,
});

/** The same with defaults, as it is stored. */
export function defaulted<T extends KubeObject>(resource: ResourceDefinition<T>, object: T): T {
  const copy = structuredClone(object);
  resource.strategy.defaults?.(copy);
  return copy;
}

export const service = (spec: Service['spec'] = {}, name = 'web', namespace = 'default'): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(name, { namespace }),
  spec: { ports: [{ port: 80 }], ...spec },
});

/** One line for each error, as the message of a 422 lists them. */
export const lines = (errors: readonly FieldError[]): string[] => errors.map(({ field, message }) => `${field}: ${message}`);

/** What is wrong with a pod once it has its defaults. */
export const podErrors = (spec: Partial<PodSpec>, more: Partial<Pod> = {}): string[] => {
  const object = defaulted(pods, pod(spec, more));
  return lines([...pods.strategy.validate!(object), ...pods.strategy.validateCreate!(object)]);
};

/** A reader over a fixed list of objects of one kind. */
export const readerOf = (objects: readonly KubeObject[]): Reader => ({
  get: ({ kind }, namespace, name) =>
    objects.find((o) => o.kind === kind && (o.metadata.namespace ?? '') === namespace && o.metadata.name === name) as never,
  list: ({ kind }) => objects.filter((o) => o.kind === kind) as never,
});

/** The cells of an object by the name of their column; a wide column's name ends with an asterisk. */
export const cells = <T extends KubeObject>({ columns }: { columns: readonly Column<T>[] }, object: T): Record<string, unknown> =>
  Object.fromEntries(columns.map((column) => [column.name + (column.priority ? '*' : ''), column.cell(object, now)]));
