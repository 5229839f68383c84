import type { KubeObject } from '../../machinery/meta.ts';

export const hasFinalizer = ({ metadata }: KubeObject, finalizer: string): boolean =>
  metadata.finalizers?.includes(finalizer) ?? false;

/** The object with the finalizer at the end of the list; `object` itself must not have it. */
export const withFinalizer = <T extends KubeObject>(object: T, finalizer: string): T => ({
  ...object,
  metadata: { ...object.metadata, finalizers: [...(object.metadata.finalizers ?? []), finalizer] },
});

/** The object without the finalizer. An empty list is none. */
export function withoutFinalizer<T extends KubeObject>(object: T, finalizer: string): T {
  const { finalizers: before = [], ...metadata } = object.metadata;
  const finalizers = before.filter((name) => name !== finalizer);
  return { ...object, metadata: finalizers.length > 0 ? { ...metadata, finalizers } : metadata };
}
