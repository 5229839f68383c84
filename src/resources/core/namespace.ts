import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, list, listOf, object, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';

export const NamespaceSpecSchema = object('io.k8s.api.core.v1.NamespaceSpec', { finalizers: list(string) });
export type NamespaceSpec = TypeOf<typeof NamespaceSpecSchema>;

export const NamespaceConditionSchema = object('io.k8s.api.core.v1.NamespaceCondition', {
  lastTransitionTime: time,
  message: string,
  reason: string,
  status: required(string),
  type: required(string),
});
export type NamespaceCondition = TypeOf<typeof NamespaceConditionSchema>;

export const NamespaceStatusSchema = object('io.k8s.api.core.v1.NamespaceStatus', {
  conditions: listOf(NamespaceConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }),
  phase: string,
});
export type NamespaceStatus = TypeOf<typeof NamespaceStatusSchema>;

const NamespaceSchema = kindSchema('io.k8s.api.core.v1.Namespace', {
  spec: defaulted(NamespaceSpecSchema),
  status: NamespaceStatusSchema,
});
export type Namespace = TypeOf<typeof NamespaceSchema>;

export const namespaces = defineResource<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  nameRule: 'label',
  description: 'A part of the cluster with names of its own; most objects live in one.',
  schema: NamespaceSchema,
  columns: [nameColumn, ageColumn],
});
