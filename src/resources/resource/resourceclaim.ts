import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { required, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { validateImmutable } from '../shared/immutable.ts';
import { keepMetadata, statusAlone } from '../shared/status-metadata.ts';
import { defaultClaimSpec, ResourceClaimSpecSchema } from './claim-spec.ts';
import { validateAdminAccess, validateClaimSpec } from './claim-spec-validation.ts';
import { allocatedDevices, defaultClaimStatus, deviceId, ResourceClaimStatusSchema } from './claim-status.ts';
import { validateClaimStatus } from './claim-status-validation.ts';

const ResourceClaimSchema = kindSchema('io.k8s.api.resource.v1.ResourceClaim', {
  spec: required(ResourceClaimSpecSchema),
  status: ResourceClaimStatusSchema,
});
export type ResourceClaim = TypeOf<typeof ResourceClaimSchema>;

export const resourceClaims = defineResource<ResourceClaim>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceClaim',
  plural: 'resourceclaims',
  namespaced: true,
  generation: false,
  description: 'Asks for devices, and says which ones were allocated and who uses them.',
  schema: ResourceClaimSchema,
  strategy: {
    defaults(claim) {
      defaultClaimSpec((claim.spec ??= {}));
      defaultClaimStatus(claim.status);
    },
    ...statusAlone,
    prepareForStatusUpdate,
    allocate: ({ metadata, spec }, old, reader) => (old ? [] : validateAdminAccess(spec, metadata.namespace, reader)),
    // On update, all that can be wrong is that there is a change.
    validateCreate: ({ spec }) => validateClaimSpec(spec, 'spec'),
    validateUpdate: ({ spec }, old) => validateImmutable(spec, old.spec, 'spec'),
    validateStatusUpdate: validateClaimStatus,
    answersDeletedObject: true,
  },
  columns: [
    nameColumn,
    { name: 'State', type: 'string', description: 'What has become of the claim.', cell: stateOf },
    ageColumn,
  ],
});

/** What was said about a device goes with the device, also when who takes it away does not know of it. */
function prepareForStatusUpdate(claim: ResourceClaim, old: ResourceClaim): void {
  keepMetadata(claim, old);
  const { status } = claim;
  if (!status?.devices) return;
  const before = allocatedDevices(old.status);
  const after = allocatedDevices(status);
  status.devices = status.devices.filter((device) => !before.has(deviceId(device)) || after.has(deviceId(device)));
  if (status.devices.length === 0) delete status.devices;
}

function stateOf({ metadata, status }: ResourceClaim): string {
  const isDeleted = metadata.deletionTimestamp !== undefined;
  const states = isDeleted ? ['deleted'] : [];
  if (status?.allocation) states.push('allocated', ...(status.reservedFor?.length ? ['reserved'] : []));
  else if (!isDeleted) states.push('pending');
  return states.join(',');
}
