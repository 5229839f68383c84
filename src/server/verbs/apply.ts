import { apply as applyTo, type Configuration } from '../../machinery/managedfields/apply.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { copyPlain } from '../../machinery/plain.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { conflict } from '../../machinery/status.ts';
import type { ObjectKey } from '../../storage/store.ts';
import type { ClusterApi } from '../api.ts';
import { checkPatchedUid } from './decide-update.ts';
import { subjectOf } from './entry.ts';
import { write, type UpdateOptions, type UpdateResult } from './update.ts';

export interface ApplyOptions extends UpdateOptions {
  /** Takes over what others manage. */
  force: boolean;
  /** Throws if the object is not the one that the request is about. It may fill in what the configuration leaves out. */
  check(object: KubeObject): void;
}

/**
 * Server-side apply: merges a configuration into an object, or creates it. Runs inside the store's decision, so it cannot
 * lose a race. Throws 409 for what others manage and for a `resourceVersion` or `uid` in the configuration that is not the
 * object's, 404 for a subresource of a missing object, and what any update or create does.
 */
export function apply(
  api: ClusterApi,
  resource: AnyResource,
  key: ObjectKey,
  configuration: Configuration,
  options: ApplyOptions,
): Promise<UpdateResult> {
  const { fieldManager, subresource, managedAs = subresource ?? '', force } = options;
  const manager = { name: fieldManager, apiVersion: resource.apiVersion, subresource: managedAs };
  const change = (live: KubeObject | undefined) => {
    const { object, managedFields } = applyTo(configuration, { live, manager, force, now: api.clock.now() });
    const own = copyPlain(object);
    own.metadata ??= {} as KubeObject['metadata'];
    const { uid } = own.metadata;
    if (!live && uid)
      throw conflict(
        subjectOf(resource, key.name),
        `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
      );
    options.check(own);
    if (live) checkPatchedUid(resource, live, own);
    return { object: own, managedFields };
  };
  return write(api, resource, key, change, options, managedAs === '');
}
