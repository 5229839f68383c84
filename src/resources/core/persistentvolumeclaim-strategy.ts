/** What happens to a claim before it is validated (pkg/api/persistentvolumeclaim upstream). */
import { roundToThousandths } from '../shared/container-defaults.ts';
import type { PersistentVolumeClaimSpec } from '../shared/volume-claim.ts';
import type { PersistentVolumeClaim } from './persistentvolumeclaim.ts';

/** Fills in what a claim leaves out; also one that stands as a template in a StatefulSet. */
export function defaultClaim(claim: PersistentVolumeClaim): void {
  const spec = (claim.spec ??= {});
  const status = (claim.status ??= {});
  status.phase ||= 'Pending';
  spec.volumeMode ??= 'Filesystem';
  spec.resources ??= {};
  for (const amounts of [spec.resources.limits, spec.resources.requests, status.capacity, status.allocatedResources])
    roundToThousandths(amounts);
}

export function prepareForCreate({ spec }: PersistentVolumeClaim): void {
  normalizeDataSources(spec, undefined);
}

export function prepareForUpdate({ spec }: PersistentVolumeClaim, old: PersistentVolumeClaim): void {
  normalizeDataSources(spec, old.spec);
}

const snapshots = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot' };

/**
 * `dataSource` is the old name of `dataSourceRef`; both are always shown. The old field drops what it never knew; the
 * new one drops sources of other namespaces, an alpha feature.
 */
function normalizeDataSources(spec: PersistentVolumeClaimSpec, old: PersistentVolumeClaimSpec | undefined): void {
  if (spec.dataSourceRef?.namespace && !old?.dataSourceRef) delete spec.dataSourceRef;
  const { dataSource, dataSourceRef } = spec;
  if (dataSource && !dataSourceRef && !old?.dataSource && !old?.dataSourceRef) {
    const { apiGroup = '', kind } = dataSource;
    const known = apiGroup === '' ? kind === 'PersistentVolumeClaim' : apiGroup === snapshots.apiGroup && kind === snapshots.kind;
    if (!known) delete spec.dataSource;
  }
  if (spec.dataSource && !dataSourceRef) spec.dataSourceRef = { ...spec.dataSource };
  else if (dataSourceRef && !dataSource && !dataSourceRef.namespace) {
    const { namespace: _, ...local } = dataSourceRef;
    spec.dataSource = local;
  }
}
