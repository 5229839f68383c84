import { kindSchema, type KubeObject } from '../../machinery/meta.ts';
import type { AnyResource, ScaleSubresource } from '../../machinery/resource.ts';
import { int32, object, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldInvalid, invalid } from '../../machinery/status.ts';
import type { Entry } from '../../storage/store.ts';
import { decodeObject } from '../http/decode-body.ts';
import type { BodyKind } from '../../machinery/decode.ts';
import { checkPatchType, decodePatch } from '../http/decode-patch.ts';
import { requestKey, requestWriteOptions, type Handler, type ResourceRequest } from '../http/request.ts';
import { respondEntry } from '../http/respond.ts';
import { checkIdentity } from '../handlers/update.ts';
import { nameAndAge } from './columns.ts';
import { copyPlain } from '../../machinery/plain.ts';
import { transientEntry } from '../verbs/entry.ts';
import { get } from '../verbs/get.ts';
import { updateWith } from '../verbs/update.ts';

export const ScaleSchema = kindSchema('io.k8s.api.autoscaling.v1.Scale', {
  spec: object('io.k8s.api.autoscaling.v1.ScaleSpec', { replicas: int32 }),
  status: object('io.k8s.api.autoscaling.v1.ScaleStatus', { replicas: int32, selector: string }),
});
type Scale = TypeOf<typeof ScaleSchema>;

/** autoscaling/v1 Scale: how many replicas a workload has and should have, whatever its kind. */
export const scaleKind: BodyKind = { apiVersion: 'autoscaling/v1', kind: 'Scale', schema: ScaleSchema };

export const hasScale = (resource: AnyResource): boolean => resource.scale !== undefined;

export const handleGetScale: Handler = async (request) => {
  const entry = await get(request.api, request.resource, requestKey(request), request.query.get('resourceVersion'));
  return respondScale(request, entry);
};

export const handleUpdateScale: Handler = async (request) => {
  const options = requestWriteOptions(request, 'UpdateOptions');
  const scale = (await decodeObject(request, scaleKind, options)) as Scale;
  checkIdentity(request, scale);
  const entry = await updateWith(
    request.api,
    request.resource,
    requestKey(request),
    (current) => scaled(request, current, scale),
    options,
  );
  return respondScale(request, entry);
};

export const handlePatchScale: Handler = async (request) => {
  checkPatchType(request);
  const options = requestWriteOptions(request, 'PatchOptions');
  const patch = await decodePatch(request, scaleKind, options);
  const change = (current: KubeObject) => {
    const scale = patch(scaleOf(scaleRules(request), current)) as Scale;
    checkIdentity(request, scale);
    return scaled(request, current, scale);
  };
  return respondScale(request, await updateWith(request.api, request.resource, requestKey(request), change, options));
};

const scaleRules = ({ resource }: ResourceRequest) => resource.scale as ScaleSubresource<KubeObject>;

function scaleOf(rules: ScaleSubresource<KubeObject>, object: KubeObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: rules.specReplicas(object) },
    status: { replicas: rules.statusReplicas(object), selector: rules.selector(object) },
  };
}

/** The workload with the replicas of a Scale, whose resourceVersion and uid are preconditions if it has them. */
function scaled(request: ResourceRequest, current: KubeObject, scale: Scale): KubeObject {
  const replicas = scale.spec?.replicas ?? 0;
  if (replicas < 0)
    throw invalid({ group: 'autoscaling', kind: 'Scale', name: request.path.name }, [
      fieldInvalid('spec.replicas', replicas, 'must be greater than or equal to 0'),
    ]);
  const next = copyPlain(current);
  scaleRules(request).setSpecReplicas(next, replicas);
  const { resourceVersion, uid } = scale.metadata as Partial<KubeObject['metadata']>;
  Object.assign(next.metadata, { resourceVersion, ...(uid && { uid }) });
  return next;
}

function respondScale(request: ResourceRequest, entry: Entry): Response {
  const scale = scaleOf(scaleRules(request), entry.object);
  return respondEntry(request, transientEntry(entry.key, scale, entry.revision), 200, { columns: nameAndAge, schema: ScaleSchema });
}
