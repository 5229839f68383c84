import { copyObject, kindSchema, type KubeObject } from '../../machinery/meta.ts';
import type { AnyResource, ScaleSubresource } from '../../machinery/resource.ts';
import { field, int32, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { scaleOf } from '../../machinery/scale.ts';
import { fieldInvalid, invalid } from '../../machinery/status.ts';
import type { Entry } from '../../storage/store.ts';
import { decodeObject } from '../http/decode-body.ts';
import type { BodyKind } from '../../machinery/decode.ts';
import { checkConfiguration, type Configuration } from '../../machinery/managedfields/apply.ts';
import { applyOptions } from '../handlers/apply.ts';
import { decodeApply } from '../http/decode-apply.ts';
import { applyPatchType, decodePatch, patchTypeOf } from '../http/decode-patch.ts';
import { requestKey, requestWriteOptions, type Handler, type ResourceRequest } from '../http/request.ts';
import type { WriteOptionsKind } from '../http/options.ts';
import { respondEntry } from '../http/respond.ts';
import { checkIdentity } from '../handlers/update.ts';
import { scaleColumns } from './columns.ts';
import { transientEntry } from '../verbs/entry.ts';
import { apply } from '../verbs/apply.ts';
import { get } from '../verbs/get.ts';
import { updateWith } from '../verbs/update.ts';

export const ScaleSchema = kindSchema('io.k8s.api.autoscaling.v1.Scale', {
  spec: object('io.k8s.api.autoscaling.v1.ScaleSpec', { replicas: field(int32, { doc: 'How many pods there should be.' }) }),
  status: object('io.k8s.api.autoscaling.v1.ScaleStatus', {
    replicas: required(int32, { doc: 'How many pods there are.' }),
    selector: field(string, { doc: 'The labels of the pods, as app=web.' }),
  }),
});
type Scale = TypeOf<typeof ScaleSchema>;

/** autoscaling/v1 Scale: how many replicas a workload has and should have, whatever its kind. */
export const scaleKind: BodyKind = { apiVersion: 'autoscaling/v1', kind: 'Scale', schema: ScaleSchema };

export const hasScale = (resource: AnyResource): boolean => resource.scale !== undefined;

export const handleGetScale: Handler = async (request) => {
  const entry = await get(request.api, request.resource, requestKey(request), request.query.get('resourceVersion'));
  scaleRules(request).requireReplicas?.(entry.object);
  return respondScale(request, entry);
};

export const handleUpdateScale: Handler = async (request) => {
  const options = scaleOptions(request, 'UpdateOptions');
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
  if (patchTypeOf(request) === applyPatchType) return handleApplyScale(request);
  const options = scaleOptions(request, 'PatchOptions');
  const patch = await decodePatch(request, scaleKind, options);
  const change = (current: KubeObject) => {
    const scale = patch(scaleOf(scaleRules(request), current)) as Scale;
    checkIdentity(request, scale);
    return scaled(request, current, scale);
  };
  return respondScale(request, await updateWith(request.api, request.resource, requestKey(request), change, options));
};

/** Who scales is known to manage the number of replicas, through this subresource. */
const managedAs = 'scale';

const scaleOptions = (request: ResourceRequest, kind: WriteOptionsKind) => ({ ...requestWriteOptions(request, kind), managedAs });

/** Applying a Scale is applying the number of replicas to what is scaled. */
async function handleApplyScale(request: ResourceRequest): Promise<Response> {
  const options = applyOptions(request);
  const { value } = checkConfiguration(scaleConfiguration, await decodeApply(request, options));
  const entry = await apply(request.api, request.resource, requestKey(request), parentOf(request, value as unknown as Scale), {
    ...options,
    managedAs,
  });
  return respondScale(request, entry.entry);
}

const scaleConfiguration = { ...scaleKind, group: 'autoscaling', version: 'v1', hasStatus: true, strategy: {} };

function parentOf(request: ResourceRequest, { metadata, spec }: Scale): Configuration {
  const { apiVersion, kind } = request.resource;
  const { name, namespace, uid, resourceVersion } = (metadata ?? {}) as Partial<KubeObject['metadata']>;
  const identity = {
    ...(name && { name }),
    ...(namespace && { namespace }),
    ...(uid && { uid }),
    ...(resourceVersion && { resourceVersion }),
  };
  const replicas: number | null | undefined = spec?.replicas;
  if (replicas === undefined || replicas === null)
    return { kind: request.resource, value: { apiVersion, kind, metadata: identity } };
  checkReplicas(request, replicas);
  const value = { apiVersion, kind, metadata: identity, spec: {} };
  scaleRules(request).setSpecReplicas(value as unknown as KubeObject, replicas);
  return { kind: request.resource, value };
}

const scaleRules = ({ resource }: ResourceRequest) => resource.scale as ScaleSubresource<KubeObject>;

/** The workload with the replicas of a Scale, whose resourceVersion and uid are preconditions if it has them. */
function scaled(request: ResourceRequest, current: KubeObject, scale: Scale): KubeObject {
  const replicas = scale.spec?.replicas ?? 0;
  checkReplicas(request, replicas);
  const next = copyObject(current);
  scaleRules(request).setSpecReplicas(next, replicas);
  const { resourceVersion, uid } = scale.metadata as Partial<KubeObject['metadata']>;
  // Without a resourceVersion, a Scale is for the workload as it is, also of kinds whose updates must have one.
  Object.assign(next.metadata, { ...(resourceVersion && { resourceVersion }), ...(uid && { uid }) });
  return next;
}

function checkReplicas(request: ResourceRequest, replicas: number): void {
  // Custom resources are validated as what they are.
  if (replicas < 0 && !request.resource.schema.structural)
    throw invalid({ group: 'autoscaling', kind: 'Scale', name: request.path.name }, [
      fieldInvalid('spec.replicas', replicas, 'must be greater than or equal to 0'),
    ]);
}

function respondScale(request: ResourceRequest, entry: Entry): Response {
  const scale = scaleOf(scaleRules(request), entry.object);
  return respondEntry(request, transientEntry(entry.key, scale, entry.revision), 200, {
    columns: scaleColumns,
    schema: ScaleSchema,
  });
}
