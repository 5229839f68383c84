import { boolean, int64, list, listOf, map, object, required, string, time, any, type Field, type ObjectSchema, type Schema, type TypeOf } from './schema.ts';

const OwnerReferenceSchema = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference',
  {
    apiVersion: required(string),
    blockOwnerDeletion: boolean,
    controller: boolean,
    kind: required(string),
    name: required(string),
    uid: required(string),
  },
  { atomic: true },
);
export type OwnerReference = TypeOf<typeof OwnerReferenceSchema>;

const ManagedFieldsEntrySchema = object('io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry', {
  apiVersion: string,
  fieldsType: string,
  fieldsV1: any,
  manager: string,
  operation: string,
  subresource: string,
  time,
});
export type ManagedFieldsEntry = TypeOf<typeof ManagedFieldsEntrySchema>;

/** What every object carries. `name`, `uid`, … are always there once an object was accepted; see `Draft` for before. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  generateName?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  managedFields?: ManagedFieldsEntry[];
  selfLink?: string;
}

export const ObjectMetaSchema: ObjectSchema<ObjectMeta> = object('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', {
  annotations: map(string),
  creationTimestamp: time,
  deletionGracePeriodSeconds: int64,
  deletionTimestamp: time,
  finalizers: listOf(string, { listType: 'set', patch: {} }),
  generateName: string,
  generation: int64,
  labels: map(string),
  managedFields: list(ManagedFieldsEntrySchema),
  name: string,
  namespace: string,
  ownerReferences: listOf(OwnerReferenceSchema, { listType: 'map', mapKeys: ['uid'], patch: { mergeKey: 'uid' } }),
  resourceVersion: string,
  selfLink: string,
  uid: string,
}) as ObjectSchema<ObjectMeta>;

/** `metadata` of a template inside another object (a pod template): nothing has been accepted yet. */
export const TemplateMetaSchema = ObjectMetaSchema as unknown as ObjectSchema<Partial<ObjectMeta>>;

/** Any object of any kind. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** An object that a client or a controller asks to create: the server has not filled in its metadata yet. */
export type Draft<T extends KubeObject> = Omit<T, 'metadata'> & { metadata: Partial<ObjectMeta> };

/** The schema of a kind: type meta, object meta and the given fields. */
export function kindSchema<F extends Record<string, Schema | Field>>(name: string, fields: F) {
  const schema = object(name, { apiVersion: string, kind: string, metadata: ObjectMetaSchema, ...fields });
  type Own = TypeOf<ReturnType<typeof object<F>>>;
  return schema as unknown as ObjectSchema<KubeObject & Own>;
}

/** The reference of the owner that manages the object, if any (`controller: true`). */
export function controllerOf(object: { metadata: Partial<ObjectMeta> }): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller);
}
