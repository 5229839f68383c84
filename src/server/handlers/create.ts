import { decodeObject } from '../http/decode-body.ts';
import { requestWriteOptions, type Handler } from '../http/request.ts';
import { respondEntry } from '../http/respond.ts';
import { create } from '../verbs/create.ts';

/** POST to a collection. */
export const handleCreate: Handler = async (request) => {
  const options = requestWriteOptions(request, 'CreateOptions');
  const object = await decodeObject(request, request.resource, options);
  return respondEntry(request, await create(request.api, request.resource, request.path.namespace, object, options), 201);
};
