import type { KubeObject } from '../../machinery/meta.ts';
import { fromStored, storedKind, toStored } from '../../machinery/versions.ts';
import { applyPatchType, decodePatch, patchTypeOf } from '../http/decode-patch.ts';
import { requestKey, requestWriteOptions, type Handler } from '../http/request.ts';
import { respondEntry } from '../http/respond.ts';
import { checkPatchedUid, type UpdateSubresource } from '../verbs/decide-update.ts';
import { updateWith } from '../verbs/update.ts';
import { handleApply } from './apply.ts';
import { checkIdentity } from './update.ts';

/**
 * PATCH of an object, or of one of its subresources that has the same form. The patch is applied to the newest state
 * inside the store's decision, so it conflicts only when it says itself which resourceVersion it is for.
 */
export const patchHandler =
  (subresource?: UpdateSubresource): Handler =>
  async (request) => {
    if (patchTypeOf(request) === applyPatchType) return handleApply(request, subresource);
    const options = requestWriteOptions(request, 'PatchOptions');
    const { api, resource } = request;
    const patch = await decodePatch(request, resource, options);
    const change = (current: KubeObject) => {
      const patched = toStored(resource, patch(fromStored(resource, current)));
      checkIdentity(request, patched);
      checkPatchedUid(resource, current, patched);
      return patched;
    };
    const entry = await updateWith(api, storedKind(resource), requestKey(request), change, { ...options, subresource });
    return respondEntry(request, entry);
  };
