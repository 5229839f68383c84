import { kindSchema, type KubeObject } from '../../machinery/meta.ts';
import { field, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { badRequest } from '../../machinery/status.ts';
import type { BodyKind } from '../../machinery/decode.ts';
import { decodeObject } from '../http/decode-body.ts';
import { requestWriteOptions, type Handler } from '../http/request.ts';
import { respondSuccess } from '../http/respond.ts';
import { bind } from '../verbs/bind.ts';
import { matchNamespace } from '../verbs/create.ts';

const ObjectReferenceSchema = object('io.k8s.api.core.v1.ObjectReference', {
  apiVersion: field(string, { doc: 'The group and version of the object.' }),
  fieldPath: field(string, { doc: 'A part of the object, as spec.containers{web}.' }),
  kind: field(string, { doc: 'The kind of the object.' }),
  name: field(string, { doc: 'The name of the object.' }),
  namespace: field(string, { doc: 'The namespace of the object.' }),
  resourceVersion: field(string, { doc: 'The revision of the object that is meant.' }),
  uid: field(string, { doc: 'The uid of the object.' }),
});
const BindingSchema = kindSchema('io.k8s.api.core.v1.Binding', { target: required(ObjectReferenceSchema) });
type Binding = TypeOf<typeof BindingSchema>;

/** v1 Binding: gives a pod a node. */
export const bindingKind: BodyKind = { apiVersion: 'v1', kind: 'Binding', schema: BindingSchema };

/** POST of pods/NAME/binding, and of the older `bindings`, where the name is in the object only. */
export const handleBinding: Handler = async (request) => {
  const options = requestWriteOptions(request, 'CreateOptions');
  const binding = (await decodeObject(request, bindingKind, options)) as Binding;
  matchNamespace({ namespaced: true }, request.path.namespace, binding);
  const { name, uid, resourceVersion, annotations, labels } = binding.metadata as Partial<KubeObject['metadata']>;
  if (!name || (request.path.name && name !== request.path.name))
    throw badRequest('name in URL does not match name in Binding object');
  const target = { kind: binding.target?.kind, name: binding.target?.name ?? '' };
  await bind(
    request.api,
    { namespace: request.path.namespace, name, uid, resourceVersion, target, annotations, labels },
    options,
  );
  return respondSuccess(request, undefined, 201);
};
