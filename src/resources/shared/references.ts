/** References from one object to another. Facts: OpenAPI of Kubernetes 1.36. */
import { field, object, required, string, type TypeOf } from '../../machinery/schema.ts';

export const LocalObjectReferenceSchema = object(
  'io.k8s.api.core.v1.LocalObjectReference',
  { name: field(string, { doc: 'The name of an object in the same namespace.', default: '' }) },
  {
    atomic: true,
  },
);
export type LocalObjectReference = TypeOf<typeof LocalObjectReferenceSchema>;

export const ObjectReferenceSchema = object(
  'io.k8s.api.core.v1.ObjectReference',
  {
    apiVersion: field(string, { doc: 'The group and version of the object.' }),
    fieldPath: field(string, { doc: 'A part of the object, as spec.containers{web}.' }),
    kind: field(string, { doc: 'The kind of the object.' }),
    name: field(string, { doc: 'The name of the object.' }),
    namespace: field(string, { doc: 'The namespace of the object.' }),
    resourceVersion: field(string, { doc: 'The revision of the object that is meant.' }),
    uid: field(string, { doc: 'The uid of the object.' }),
  },
  { atomic: true },
);
export type ObjectReference = TypeOf<typeof ObjectReferenceSchema>;

export const TypedLocalObjectReferenceSchema = object(
  'io.k8s.api.core.v1.TypedLocalObjectReference',
  {
    apiGroup: field(string, { doc: 'The group of the object; the core group if left out.' }),
    kind: required(string, { doc: 'The kind of the object.' }),
    name: required(string, { doc: 'The name of the object.' }),
  },
  { atomic: true },
);
export type TypedLocalObjectReference = TypeOf<typeof TypedLocalObjectReferenceSchema>;

export const TypedObjectReferenceSchema = object('io.k8s.api.core.v1.TypedObjectReference', {
  apiGroup: field(string, { doc: 'The group of the object; the core group if left out.' }),
  kind: required(string, { doc: 'The kind of the object.' }),
  name: required(string, { doc: 'The name of the object.' }),
  namespace: field(string, { doc: 'The namespace of the object; the own one if left out.' }),
});
export type TypedObjectReference = TypeOf<typeof TypedObjectReferenceSchema>;
