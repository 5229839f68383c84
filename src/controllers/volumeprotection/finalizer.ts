import type { KubeObject } from '../../machinery/meta.ts';
import { emptyPlan, type Plan } from '../../machinery/reconcile.ts';
import type { ResourceDefinition } from '../../machinery/resource.ts';

/** Whether there may be something to do about the object: it lacks the finalizer, or is only held by it. */
export const needsLook = ({ metadata }: KubeObject, finalizer: string): boolean =>
  (metadata.deletionTimestamp === undefined) !== (metadata.finalizers?.includes(finalizer) ?? false);

/**
 * Keeps an object that is being deleted until it is not in use. What came before admission gave out the finalizer gets it
 * here.
 */
export function protect<T extends KubeObject>(
  resource: ResourceDefinition<T>,
  object: T,
  finalizer: string,
  isUsed: () => boolean,
): Plan {
  const { finalizers = [], deletionTimestamp } = object.metadata;
  if (!needsLook(object, finalizer)) return emptyPlan();
  if (deletionTimestamp !== undefined && isUsed()) return emptyPlan();
  const wanted =
    deletionTimestamp === undefined ? [...finalizers, finalizer] : finalizers.filter((name) => name !== finalizer);
  const next: T = { ...object, metadata: { ...object.metadata, finalizers: wanted } };
  return { ...emptyPlan(), writes: [{ verb: 'update', resource, object: next }] };
}
