import { decodeObject } from '../http/decode-body.ts';
import { requestWriteOptions, type Handler } from '../http/request.ts';
import { respondEntry } from '../http/respond.ts';
import { storedKind, toStored } from '../../machinery/versions.ts';
import { create } from '../verbs/create.ts';

/** POST to a collection. */
export const handleCreate: Handler = async (request) => {
  const options = requestWriteOptions(request, 'CreateOptions');
  const { api, resource, path } = request;
  const object = toStored(resource, await decodeObject(request, resource, options));
  return respondEntry(request, await create(api, storedKind(resource), path.namespace, object, options), 201);
};
