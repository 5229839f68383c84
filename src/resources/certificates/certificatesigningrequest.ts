import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { bytes, int32, list, listOf, map, object, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn, shortDuration } from '../../machinery/table.ts';
import {
  prepareForApproval,
  prepareForCreate,
  prepareForStatusUpdate,
  prepareForUpdate,
} from './certificatesigningrequest-strategy.ts';
import { validateApproval, validateRequest, validateStatusUpdate } from './certificatesigningrequest-validation.ts';

const CertificateSigningRequestSpecSchema = object('io.k8s.api.certificates.v1.CertificateSigningRequestSpec', {
  expirationSeconds: int32,
  extra: map(list(string)),
  groups: list(string),
  request: required(bytes),
  signerName: required(string),
  uid: string,
  usages: list(string),
  username: string,
});
export type CertificateSigningRequestSpec = TypeOf<typeof CertificateSigningRequestSpecSchema>;

const CertificateSigningRequestConditionSchema = object('io.k8s.api.certificates.v1.CertificateSigningRequestCondition', {
  lastTransitionTime: time,
  lastUpdateTime: time,
  message: string,
  reason: string,
  status: required(string),
  type: required(string),
});
export type CertificateSigningRequestCondition = TypeOf<typeof CertificateSigningRequestConditionSchema>;

const CertificateSigningRequestSchema = kindSchema('io.k8s.api.certificates.v1.CertificateSigningRequest', {
  spec: required(CertificateSigningRequestSpecSchema),
  status: object('io.k8s.api.certificates.v1.CertificateSigningRequestStatus', {
    certificate: bytes,
    conditions: listOf(CertificateSigningRequestConditionSchema, { listType: 'map', mapKeys: ['type'] }),
  }),
});
export type CertificateSigningRequest = TypeOf<typeof CertificateSigningRequestSchema>;

export const certificateSigningRequests = defineResource<CertificateSigningRequest>({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  shortNames: ['csr'],
  namespaced: false,
  nameRule: 'path-segment',
  generation: false,
  description: 'Asks a signer for a certificate. Somebody approves or denies it, and the signer puts the certificate into its status.',
  schema: CertificateSigningRequestSchema,
  strategy: {
    defaults,
    prepareForCreate,
    prepareForUpdate,
    prepareForStatusUpdate,
    prepareForApproval,
    validate: validateRequest,
    validateStatusUpdate,
    validateApproval,
  },
  columns: [
    nameColumn,
    ageColumn,
    {
      name: 'SignerName',
      type: 'string',
      description: 'Who is to sign.',
      cell: ({ spec }) => spec.signerName || '<none>',
    },
    { name: 'Requestor', type: 'string', description: 'Who made the request.', cell: ({ spec }) => spec.username ?? '' },
    {
      name: 'RequestedDuration',
      type: 'string',
      description: 'How long the certificate is to be valid.',
      cell: ({ spec: { expirationSeconds: seconds } }) => (seconds === undefined ? '<none>' : shortDuration(seconds * 1000)),
    },
    { name: 'Condition', type: 'string', description: 'What has become of the request.', cell: conditionOf },
  ],
  selectableFields: { 'spec.signerName': ({ spec }) => spec.signerName },
});

function conditionOf({ status }: CertificateSigningRequest): string {
  const has = (wanted: string) => status?.conditions?.some(({ type }) => type === wanted) ?? false;
  const decided = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return `${decided}${has('Failed') ? ',Failed' : ''}${status?.certificate ? ',Issued' : ''}`;
}

function defaults(request: CertificateSigningRequest): void {
  request.spec ??= {} as CertificateSigningRequestSpec;
}
