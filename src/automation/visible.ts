import type { KubeObject } from '../machinery/meta.ts';
import { secrets } from '../resources/core/secret.ts';

/** kubectl keeps the whole object here, data included. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * What webhooks and their expressions may see of an object: all but who manages which field. What Secrets keep is not seen: of
 * them there is only the metadata.
 */
export function visible(object: KubeObject, resource: string): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  if (resource !== secrets.resource) return { ...object, metadata };
  const { annotations: { [lastApplied]: _applied, ...annotations } = {}, ...rest } = metadata;
  const { apiVersion, kind } = object;
  return { apiVersion, kind, metadata: { ...rest, ...(Object.keys(annotations).length > 0 && { annotations }) } } as KubeObject;
}
