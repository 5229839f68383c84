import type { KubeObject } from '../../machinery/meta.ts';
import { badRequest } from '../../machinery/status.ts';
import { storedKind, toStored } from '../../machinery/versions.ts';
import { decodeObject } from '../http/decode-body.ts';
import { requestKey, requestWriteOptions, type Handler, type ResourceRequest } from '../http/request.ts';
import { respondEntry } from '../http/respond.ts';
import { matchNamespace } from '../verbs/create.ts';
import type { UpdateSubresource } from '../verbs/decide-update.ts';
import { updateOrCreate } from '../verbs/update.ts';

/** PUT of an object, or of one of its subresources that has the same form. */
export const updateHandler =
  (subresource?: UpdateSubresource): Handler =>
  async (request) => {
    const options = requestWriteOptions(request, 'UpdateOptions');
    const { api, resource } = request;
    const object = toStored(resource, (await decodeObject(request, resource, options)) as KubeObject);
    checkIdentity(request, object);
    const { entry, created } = await updateOrCreate(api, storedKind(resource), requestKey(request), object, {
      ...options,
      subresource,
    });
    return respondEntry(request, entry, created ? 201 : 200);
  };

/** The object has the name and namespace of the path. Throws 400 in upstream's words. */
export function checkIdentity({ resource, path }: Pick<ResourceRequest, 'resource' | 'path'>, object: KubeObject): void {
  matchNamespace(resource, path.namespace, object);
  const { name } = object.metadata as Partial<KubeObject['metadata']>;
  if (!name) throw badRequest(`the name of the object (${path.name} based on URL) was undeterminable: name must be provided`);
  if (name !== path.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${path.name})`);
}
