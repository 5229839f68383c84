import type { KubeObject } from '../../machinery/meta.ts';
import { copyPlain } from '../../machinery/plain.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { ObjectKey } from '../../storage/store.ts';
import type { ClusterApi, WriteOptions } from '../api.ts';
import { attributesOf, type AdmissionRequest } from './admission.ts';
import { consulting } from './consultation.ts';
import { decisionContext } from './context.ts';

/**
 * Admission of a request that stores nothing: a token, a review, a connection to a pod. Resolves to its object as admission
 * leaves it. `complete` adds what the server says, after the object may have been changed and before it is judged. Rejects with
 * what admission refuses with.
 */
export function admitRequest<T extends KubeObject>(
  api: ClusterApi,
  resource: AnyResource,
  key: Pick<ObjectKey, 'namespace' | 'name'>,
  request: AdmissionRequest & { object: T },
  options: WriteOptions,
  complete?: (object: T) => void,
): Promise<T> {
  return consulting(api, options, async (consultation) => {
    const context = decisionContext(api, api.committed, options, consultation);
    const object = context.mayRepeat ? copyPlain(request.object) : request.object;
    const attributes = attributesOf(resource, key, { ...request, object }, context);
    context.admission.admit(attributes, context);
    complete?.(object);
    context.admission.validate(attributes, context);
    return object;
  });
}
