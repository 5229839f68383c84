import { kindSchema, type KubeObject } from '../../machinery/meta.ts';
import { DeleteOptionsSchema } from '../../machinery/openapi/common.ts';
import { field, type TypeOf } from '../../machinery/schema.ts';
import { badRequest } from '../../machinery/status.ts';
import type { BodyKind } from '../../machinery/decode.ts';
import { decodeObject } from '../http/decode-body.ts';
import { deleteOptionsOf } from '../http/delete-options.ts';
import { requestKey, requestWriteOptions, type Handler } from '../http/request.ts';
import { respondSuccess } from '../http/respond.ts';
import { matchNamespace } from '../verbs/create.ts';
import { evict } from '../verbs/evict.ts';

const EvictionSchema = kindSchema('io.k8s.api.policy.v1.Eviction', {
  deleteOptions: field(DeleteOptionsSchema, { doc: 'How the pod is deleted, as by which grace period.' }),
});
type Eviction = TypeOf<typeof EvictionSchema>;

/** policy/v1 Eviction: asks a pod to go. */
export const evictionKind: BodyKind = { apiVersion: 'policy/v1', kind: 'Eviction', schema: EvictionSchema };

/** POST of pods/NAME/eviction. */
export const handleEviction: Handler = async (request) => {
  const options = requestWriteOptions(request, 'CreateOptions');
  const eviction = (await decodeObject(request, evictionKind, options)) as Eviction;
  matchNamespace({ namespaced: true }, request.path.namespace, eviction);
  const { name } = eviction.metadata as Partial<KubeObject['metadata']>;
  if (name !== request.path.name) throw badRequest('name in URL does not match name in Eviction object');
  const deletion = deleteOptionsOf(eviction.deleteOptions ?? {});
  const write = { ...options, dryRun: options.dryRun || deletion.dryRun };
  await evict(request.api, requestKey(request), eviction as KubeObject, deletion.options, write);
  return respondSuccess(request, undefined, 201);
};
