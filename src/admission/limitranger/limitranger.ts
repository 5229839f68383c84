import type { LimitRange, LimitRangeItem } from '../../resources/core/limitrange.ts';
import { limitRanges } from '../../resources/core/limitrange.ts';
import type { PersistentVolumeClaim } from '../../resources/core/persistentvolumeclaim.ts';
import type { Pod } from '../../resources/core/pod.ts';
import { refuse, type AdmissionContext, type AdmissionPlugin, type Attributes, type WriteAttributes } from '../plugin.ts';
import { boundsOfClaim, boundsOfPod } from './bounds.ts';
import { fillInResources } from './defaults.ts';

/** Keeps pods and claims within the LimitRanges of their namespace, and fills in what containers leave out. */
export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  operations: ['CREATE', 'UPDATE'],
  resources: ['pods', 'persistentvolumeclaims'],
  subresources: ['', 'resize'],
  admit(attributes: WriteAttributes<Pod>, context) {
    if (attributes.resource.resource !== 'pods') return;
    for (const range of rangesFor(attributes, context)) fillInResources(attributes.object, range.spec.limits);
  },
  validate(attributes, context) {
    for (const { spec } of rangesFor(attributes, context)) {
      const wrong = broken(attributes, spec.limits);
      if (wrong.length > 0) throw refuse(attributes, wrong.length === 1 ? wrong[0]! : `[${wrong.join(', ')}]`);
    }
  },
};

/** The resources of a pod change by `resize` only, and what is being deleted is left alone. */
function rangesFor(attributes: Attributes, { pending }: AdmissionContext): readonly LimitRange[] {
  const { operation, resource, subresource, namespace, oldObject } = attributes;
  if (resource.resource === 'pods' && operation === 'UPDATE' && subresource !== 'resize') return [];
  if (oldObject?.metadata.deletionTimestamp !== undefined) return [];
  return pending.list(limitRanges, namespace);
}

/** What is wrong, each once, in upstream's words. */
function broken({ resource, object }: Attributes, items: readonly LimitRangeItem[]): string[] {
  const found =
    resource.resource === 'pods' ? boundsOfPod(object as Pod, items) : boundsOfClaim(object as PersistentVolumeClaim, items);
  return [...new Set(found)];
}
