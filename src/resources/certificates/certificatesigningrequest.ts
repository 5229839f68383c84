import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import {
  bytes,
  field,
  int32,
  list,
  listOf,
  map,
  object,
  oneOf,
  required,
  string,
  time,
  type TypeOf,
} from '../../machinery/schema.ts';
import { ageColumn, nameColumn, shortDuration } from '../../machinery/table.ts';
import {
  prepareForApproval,
  prepareForCreate,
  prepareForStatusUpdate,
  prepareForUpdate,
} from './certificatesigningrequest-strategy.ts';
import {
  usagesSupported,
  validateApproval,
  validateRequest,
  validateStatusUpdate,
} from './certificatesigningrequest-validation.ts';

const CertificateSigningRequestSpecSchema = object('io.k8s.api.certificates.v1.CertificateSigningRequestSpec', {
  expirationSeconds: field(int32, {
    doc: 'How many seconds the certificate should be good for, 600 at least. The signer has the last word.',
  }),
  extra: field(map(list(string)), { doc: 'What else is known about who asks. Set by the server.' }),
  groups: field(list(string), { doc: 'The groups of who asks. Set by the server.' }),
  request: required(bytes, { doc: 'The request, PKCS#10 in PEM, in base64.' }),
  signerName: required(string, { doc: 'Who is asked to sign, as kubernetes.io/kube-apiserver-client.' }),
  uid: field(string, { doc: 'The uid of who asks. Set by the server.' }),
  usages: field(list(oneOf(...usagesSupported)), { doc: 'What the key is for, as client auth.' }),
  username: field(string, { doc: 'The name of who asks. Set by the server.' }),
});
export type CertificateSigningRequestSpec = TypeOf<typeof CertificateSigningRequestSpecSchema>;

const CertificateSigningRequestConditionSchema = object('io.k8s.api.certificates.v1.CertificateSigningRequestCondition', {
  lastTransitionTime: field(time, { doc: 'When the status last changed.' }),
  lastUpdateTime: field(time, { doc: 'When the condition was last reported.' }),
  message: field(string, { doc: 'What is behind the status, for people.' }),
  reason: field(string, { doc: 'Why the status is what it is, in one CamelCase word.' }),
  status: required(string, { doc: 'True, False or Unknown.' }),
  type: required(string, { doc: 'Approved, Denied or Failed.' }),
});
export type CertificateSigningRequestCondition = TypeOf<typeof CertificateSigningRequestConditionSchema>;

const CertificateSigningRequestSchema = kindSchema('io.k8s.api.certificates.v1.CertificateSigningRequest', {
  spec: required(CertificateSigningRequestSpecSchema),
  status: object('io.k8s.api.certificates.v1.CertificateSigningRequestStatus', {
    certificate: field(bytes, { doc: 'The certificate and those of its authorities in PEM, in base64.' }),
    conditions: field(listOf(CertificateSigningRequestConditionSchema, { listType: 'map', mapKeys: ['type'] }), {
      doc: 'What was decided: Approved, Denied or Failed.',
    }),
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
  description:
    'Asks a signer for a certificate. Somebody approves or denies it, and the signer puts the certificate into its status.',
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
