import { copyPlain } from './plain.ts';
import {
  boolean,
  field,
  int64,
  list,
  listOf,
  map,
  object,
  required,
  string,
  time,
  type AnySchema,
  type Field,
  type ObjectSchema,
  type Schema,
  type TypeOf,
} from './schema.ts';

const OwnerReferenceSchema = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference',
  {
    apiVersion: required(string, { doc: 'The group and version of the owner, as apps/v1.' }),
    blockOwnerDeletion: field(boolean, {
      doc: 'Whether the owner, when deleted in the foreground, waits until this object is gone. false if left out.',
    }),
    controller: field(boolean, { doc: 'Whether the owner is the controller that manages this object. At most one owner is.' }),
    kind: required(string, { doc: 'The kind of the owner.' }),
    name: required(string, { doc: 'The name of the owner, which is in the same namespace or in none.' }),
    uid: required(string, { doc: 'The uid of the owner. Another object of the same name is not the owner.' }),
  },
  { atomic: true },
);
export type OwnerReference = TypeOf<typeof OwnerReferenceSchema>;

const FieldsV1Schema: AnySchema = { kind: 'any', name: 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1' };

const ManagedFieldsEntrySchema = object('io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry', {
  apiVersion: field(string, { doc: 'The version of the kind in which the fields are named.' }),
  fieldsType: field(string, { doc: 'The format of the fields; only FieldsV1 exists.' }),
  fieldsV1: field(FieldsV1Schema, { doc: 'The fields, as a tree of their names.' }),
  manager: field(string, { doc: 'Who manages the fields, such as kubectl.' }),
  operation: field(string, { doc: 'Apply for server-side apply, Update for every other write.' }),
  subresource: field(string, { doc: 'The subresource that was written, such as status; empty for the object itself.' }),
  time: field(time, { doc: 'When the fields of the entry last changed.' }),
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
  annotations: field(map(string), { doc: 'Free texts about the object, for tools. Nothing is selected by them.' }),
  creationTimestamp: field(time, { doc: 'CreationTimestamp is a timestamp: when the object was created. Set by the server.' }),
  deletionGracePeriodSeconds: field(int64, {
    doc: 'How many seconds the object may take to end once it is being deleted. Set by the server.',
  }),
  deletionTimestamp: field(time, { doc: 'When the object is to be gone. Set by the server when somebody deletes it.' }),
  finalizers: field(listOf(string, { listType: 'set', patch: {} }), {
    doc: 'Who has to do something before the object may go. It stays until the list is empty.',
  }),
  generateName: field(string, { doc: 'A prefix from which the server makes a unique name if no name is given.' }),
  generation: field(int64, { doc: 'Counts the changes of what is wanted. Set by the server.' }),
  labels: field(map(string), { doc: 'Short texts by which objects are grouped and selected.' }),
  managedFields: field(list(ManagedFieldsEntrySchema), {
    doc: 'Who manages which fields. Kept by the server.',
    keepsEmpty: true,
  }),
  name: field(string, { doc: 'The name of the object, unique for its kind in its namespace. Cannot be changed.' }),
  namespace: field(string, { doc: 'The namespace that the name is unique in. Cannot be changed.' }),
  ownerReferences: field(listOf(OwnerReferenceSchema, { listType: 'map', mapKeys: ['uid'], patch: { mergeKey: 'uid' } }), {
    doc: 'The objects that this one depends on. When all of them are gone, it is deleted too.',
  }),
  resourceVersion: field(string, {
    doc: 'The revision that last changed the object. An update that carries it only lands on that very state.',
  }),
  selfLink: field(string, { doc: 'Not filled in any more.' }),
  uid: field(string, { doc: 'Tells the object from all others that ever were, also of the same name. Set by the server.' }),
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

/** The object without managedFields, sharing all else. Who changes an object has no need of them: the verbs work them out. */
export function withoutManagedFields<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** A private copy of a stored object. Only managedFields are shared: they are never changed in place, and large. */
export function copyObject<T extends KubeObject>(object: T): T {
  const { managedFields } = object.metadata;
  if (!managedFields) return copyPlain(object);
  const copy = copyPlain(withoutManagedFields(object));
  copy.metadata.managedFields = managedFields;
  return copy;
}
