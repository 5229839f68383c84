import { copyPlain } from '../../machinery/plain.ts';
import type { Draft, KubeObject } from '../../machinery/meta.ts';
import { decodeObject } from '../http/decode-body.ts';
import { requestKey, requestWriteOptions, type ResourceRequest } from '../http/request.ts';
import { respondEntry } from '../http/respond.ts';
import { admitRequest } from '../verbs/admit-request.ts';
import { matchNamespace } from '../verbs/create.ts';
import { transientEntry } from '../verbs/entry.ts';

/** A question as clients send it: they may leave out its spec too. */
export type Question<T extends KubeObject> = Draft<T> & { spec?: T extends { spec: infer S } ? Partial<S> : never };

/** The question in a request's body. Options of a write are checked and admission is asked; nothing is written. Throws 400, 413, 415, 422. */
export async function decodeReview<T extends KubeObject = KubeObject>(request: ResourceRequest): Promise<Question<T>> {
  const { resource, path } = request;
  const options = requestWriteOptions(request, 'CreateOptions');
  const object = (await decodeObject(request, resource, options)) as KubeObject;
  matchNamespace(resource, path.namespace, object);
  const admitted = await admitRequest(request.api, resource, requestKey(request), { operation: 'CREATE', object }, options);
  return admitted as unknown as Question<T>;
}

/** The answer: the question with its status filled in. */
export function respondReview(request: ResourceRequest, answer: object): Response {
  const { apiVersion, kind } = request.resource;
  const object = { ...copyPlain(answer), apiVersion, kind } as KubeObject;
  return respondEntry(request, transientEntry(requestKey(request), object), 201);
}
