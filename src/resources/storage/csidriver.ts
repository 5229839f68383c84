import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { boolean, field, int64, list, listOf, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldDuplicate, fieldInvalid, fieldNotSupported, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { validateOptionalChoice } from '../shared/format-rules.ts';
import { sameValue } from '../shared/same-value.ts';

const TokenRequestSchema = object('io.k8s.api.storage.v1.TokenRequest', {
  audience: required(string, { doc: 'Who the token is for; the API server if empty.' }),
  expirationSeconds: field(int64, { doc: 'How many seconds the token is good for. 3600 if left out.' }),
});
type TokenRequest = TypeOf<typeof TokenRequestSchema>;

const CSIDriverSpecSchema = object('io.k8s.api.storage.v1.CSIDriverSpec', {
  attachRequired: field(boolean, {
    doc: 'Whether volumes must be attached by a VolumeAttachment before they are mounted. true if left out.',
  }),
  fsGroupPolicy: field(string, {
    doc: 'Whether volumes can be given to fsGroup: ReadWriteOnceWithFSType (the default), File or None.',
  }),
  nodeAllocatableUpdatePeriodSeconds: field(int64, {
    doc: 'How many seconds lie between updates of how many volumes a node can have. None if left out, 10 at least.',
  }),
  podInfoOnMount: field(boolean, { doc: 'Whether the driver is told which pod a volume is mounted for. false if left out.' }),
  preventPodSchedulingIfMissing: field(boolean, {
    doc: 'Whether pods with volumes of the driver stay away from nodes without it.',
  }),
  requiresRepublish: field(boolean, {
    doc: 'Whether the driver is asked again and again to mount, to refresh what is in the volume. false if left out.',
  }),
  seLinuxMount: field(boolean, { doc: 'Whether the driver can mount with an SELinux context. false if left out.' }),
  serviceAccountTokenInSecrets: field(boolean, {
    doc: 'Whether tokens are passed as secrets instead of in the context of the volume. Needs tokenRequests.',
  }),
  storageCapacity: field(boolean, {
    doc: 'Whether the scheduler goes by the CSIStorageCapacity objects of the driver. false if left out.',
  }),
  tokenRequests: field(list(TokenRequestSchema), {
    doc: 'Tokens of the ServiceAccount of the pod that the driver gets when it mounts.',
  }),
  volumeLifecycleModes: field(listOf(string, { listType: 'set' }), {
    doc: 'Persistent (the default), Ephemeral for volumes in pods, or both.',
  }),
});

const CSIDriverSchema = kindSchema('io.k8s.api.storage.v1.CSIDriver', { spec: required(CSIDriverSpecSchema) });
export type CSIDriver = TypeOf<typeof CSIDriverSchema>;

export const csiDrivers = defineResource<CSIDriver>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  namespaced: false,
  description: 'A driver of volumes that is deployed in the cluster, and how volumes are to be handled for it.',
  schema: CSIDriverSchema,
  strategy: {
    defaults,
    prepareForCreate,
    prepareForUpdate: dropAlphaFields,
    validate,
    validateUpdate,
    warnings,
    requiresResourceVersion: true,
    answersDeletedObject: true,
  },
  columns: [
    nameColumn,
    {
      name: 'AttachRequired',
      type: 'boolean',
      description: 'Whether volumes are attached to a node before they are mounted.',
      cell: ({ spec }) => spec.attachRequired ?? true,
    },
    {
      name: 'PodInfoOnMount',
      type: 'boolean',
      description: 'Whether the driver is told about the pod.',
      cell: ({ spec }) => spec.podInfoOnMount ?? false,
    },
    {
      name: 'StorageCapacity',
      type: 'boolean',
      description: 'Whether the scheduler looks at the capacity that the driver reports.',
      cell: ({ spec }) => spec.storageCapacity ?? false,
    },
    {
      name: 'TokenRequests',
      type: 'string',
      description: 'For which audiences the driver gets tokens of the pod.',
      cell: ({ spec }) => spec.tokenRequests?.map(({ audience }) => audience).join(',') ?? '<unset>',
    },
    {
      name: 'RequiresRepublish',
      type: 'boolean',
      description: 'Whether volumes are published again from time to time.',
      cell: ({ spec }) => spec.requiresRepublish ?? false,
    },
    {
      name: 'Modes',
      type: 'string',
      description: 'Which sorts of volumes the driver has.',
      cell: ({ spec }) => spec.volumeLifecycleModes?.join(',') || '<none>',
    },
    ageColumn,
  ],
});

function defaults(driver: CSIDriver): void {
  const spec = (driver.spec ??= {});
  spec.attachRequired ??= true;
  spec.podInfoOnMount ??= false;
  spec.storageCapacity ??= false;
  spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType';
  if (!spec.volumeLifecycleModes?.length) spec.volumeLifecycleModes = ['Persistent'];
  spec.requiresRepublish ??= false;
  spec.seLinuxMount ??= false;
}

/** Upstream starts to count generations with the first change. */
function prepareForCreate(driver: CSIDriver): void {
  delete driver.metadata.generation;
  dropAlphaFields(driver);
}

function dropAlphaFields({ spec }: CSIDriver): void {
  delete spec.preventPodSchedulingIfMissing;
}

function validate({ spec }: CSIDriver): FieldError[] {
  const { fsGroupPolicy, tokenRequests = [], volumeLifecycleModes = [], nodeAllocatableUpdatePeriodSeconds: period } = spec;
  const modes = ['Persistent', 'Ephemeral'];
  const errors = [
    ...validateOptionalChoice(fsGroupPolicy, 'spec.fsGroupPolicy', ['File', 'None', 'ReadWriteOnceWithFSType']),
    ...validateTokenRequests(tokenRequests),
    ...volumeLifecycleModes
      .filter((mode) => !modes.includes(mode))
      .map((mode) => fieldNotSupported('spec.volumeLifecycleModes', mode, modes)),
  ];
  if (period !== undefined && period < 10)
    errors.push(fieldInvalid('spec.nodeAllocatableUpdatePeriodSeconds', period, 'must be greater than or equal to 10 seconds'));
  if (spec.serviceAccountTokenInSecrets !== undefined && tokenRequests.length === 0)
    errors.push(
      fieldInvalid(
        'spec.serviceAccountTokenInSecrets',
        spec.serviceAccountTokenInSecrets,
        'serviceAccountTokenInSecrets is set but no tokenRequests are specified',
      ),
    );
  return errors;
}

const expirationSeconds = { min: 600, max: 2 ** 32 };

/** Tokens differ in their audience; one may leave it out. */
function validateTokenRequests(requests: readonly TokenRequest[]): FieldError[] {
  const audiences = new Set<string>();
  return requests.flatMap(({ audience = '', expirationSeconds: seconds }, i) => {
    const at = `spec.tokenRequests[${i}]`;
    if (audiences.has(audience)) return [fieldDuplicate(`${at}.audience`, audience)];
    audiences.add(audience);
    if (seconds === undefined) return [];
    if (seconds < expirationSeconds.min)
      return [fieldInvalid(`${at}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes')];
    if (seconds > expirationSeconds.max)
      return [fieldInvalid(`${at}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds')];
    return [];
  });
}

/** The first path is upstream's. */
function validateUpdate({ spec }: CSIDriver, { spec: old }: CSIDriver): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.attachRequired !== old.attachRequired)
    errors.push(fieldInvalid('spec.attachedRequired', spec.attachRequired, 'field is immutable'));
  if (!sameValue(spec.volumeLifecycleModes, old.volumeLifecycleModes))
    errors.push(fieldInvalid('spec.volumeLifecycleModes', spec.volumeLifecycleModes, 'field is immutable'));
  return errors;
}

function warnings({ spec }: CSIDriver, old?: CSIDriver): string[] {
  if (!spec.tokenRequests?.length || spec.serviceAccountTokenInSecrets !== undefined) return [];
  if (old && sameValue(spec.tokenRequests, old.spec.tokenRequests)) return [];
  return [
    'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes',
  ];
}
