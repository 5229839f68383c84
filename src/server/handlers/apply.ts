import { checkConfiguration } from '../../machinery/managedfields/apply.ts';
import { storedKind, toStored } from '../../machinery/versions.ts';
import { decodeApply } from '../http/decode-apply.ts';
import { booleanParameter } from '../http/options.ts';
import { requestKey, requestWriteOptions, type ResourceRequest } from '../http/request.ts';
import { respondEntry } from '../http/respond.ts';
import { apply, type ApplyOptions } from '../verbs/apply.ts';
import type { UpdateSubresource } from '../verbs/decide-update.ts';
import { checkIdentity } from './update.ts';

/** PATCH with a configuration to apply. */
export async function handleApply(request: ResourceRequest, subresource?: UpdateSubresource): Promise<Response> {
  const options = applyOptions(request);
  const { api, resource } = request;
  const { value } = checkConfiguration(resource, await decodeApply(request, options));
  const kind = storedKind(resource);
  const configuration = { kind, value: toStored(resource, value) };
  const { entry, created } = await apply(api, kind, requestKey(request), configuration, { ...options, subresource });
  return respondEntry(request, entry, created ? 201 : 200);
}

/** The options of an apply, and the check that it is about the object that the path names. Throws 422. */
export function applyOptions(request: ResourceRequest): ApplyOptions {
  return {
    ...requestWriteOptions(request, 'PatchOptions', true),
    force: booleanParameter(request.query, 'force') ?? false,
    check: (object) => checkIdentity(request, object),
  };
}
