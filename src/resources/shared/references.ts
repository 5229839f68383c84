/** References from one object to another. Facts: OpenAPI of Kubernetes 1.36. */
import { field, object, required, string, type TypeOf } from '../../machinery/schema.ts';

export const LocalObjectReferenceSchema = object('io.k8s.api.core.v1.LocalObjectReference', { name: field(string, { default: '' }) }, {
  atomic: true,
});
export type LocalObjectReference = TypeOf<typeof LocalObjectReferenceSchema>;

export const ObjectReferenceSchema = object(
  'io.k8s.api.core.v1.ObjectReference',
  {
    apiVersion: string,
    fieldPath: string,
    kind: string,
    name: string,
    namespace: string,
    resourceVersion: string,
    uid: string,
  },
  { atomic: true },
);
export type ObjectReference = TypeOf<typeof ObjectReferenceSchema>;

export const TypedLocalObjectReferenceSchema = object(
  'io.k8s.api.core.v1.TypedLocalObjectReference',
  {
    apiGroup: string,
    kind: required(string),
    name: required(string),
  },
  { atomic: true },
);
export type TypedLocalObjectReference = TypeOf<typeof TypedLocalObjectReferenceSchema>;

export const TypedObjectReferenceSchema = object('io.k8s.api.core.v1.TypedObjectReference', {
  apiGroup: string,
  kind: required(string),
  name: required(string),
  namespace: string,
});
export type TypedObjectReference = TypeOf<typeof TypedObjectReferenceSchema>;
