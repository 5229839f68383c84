import { kindSchema, type KubeObject } from '../../machinery/meta.ts';
import { required, type TypeOf } from '../../machinery/schema.ts';
import { badRequest } from '../../machinery/status.ts';
import type { BodyKind } from '../../machinery/decode.ts';
import { ObjectReferenceSchema } from '../../resources/shared/references.ts';
import { decodeObject } from '../http/decode-body.ts';
import { requestWriteOptions, type Handler } from '../http/request.ts';
import { respondSuccess } from '../http/respond.ts';
import { bind } from '../verbs/bind.ts';
import { matchNamespace } from '../verbs/create.ts';

const BindingSchema = kindSchema('io.k8s.api.core.v1.Binding', {
  target: required(ObjectReferenceSchema, { doc: 'The node that the pod gets.' }),
});
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
