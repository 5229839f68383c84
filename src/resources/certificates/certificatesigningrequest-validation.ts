/**
 * `ValidateCertificateSigningRequest…` upstream. That the signature of a request is right is for its signer to check:
 * cryptography is not available here.
 */
import {
  fieldDuplicate,
  fieldForbidden,
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
  type FieldError,
} from '../../machinery/status.ts';
import { derSequence, fromBase64, pemBlocks } from '../shared/pem.ts';
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from './certificatesigningrequest.ts';
import { validateSignerName } from '../shared/signer-name.ts';

export const usagesSupported = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];
const expirationSecondsMin = 600;
const legacySigner = 'kubernetes.io/legacy-unknown';

export function validateRequest({ spec }: CertificateSigningRequest): FieldError[] {
  const { request, usages = [], signerName, expirationSeconds: seconds } = spec;
  const errors: FieldError[] = [];
  const wrong = wrongWithRequest(request);
  if (wrong) errors.push(fieldInvalid('spec.request', request, wrong));
  if (usages.length === 0) errors.push(fieldRequired('spec.usages'));
  for (const [i, usage] of usages.entries())
    if (!usagesSupported.includes(usage)) errors.push(fieldNotSupported(`spec.usages[${i}]`, usage, usagesSupported));
  for (const [i, usage] of usages.entries())
    if (usages.indexOf(usage) < i) errors.push(fieldDuplicate(`spec.usages[${i}]`, usage));
  if (signerName === legacySigner)
    errors.push(fieldInvalid('spec.signerName', signerName, 'the legacy signerName is not allowed via this API version'));
  else errors.push(...validateSignerName(signerName, 'spec.signerName'));
  if (seconds !== undefined && seconds < expirationSecondsMin)
    errors.push(fieldInvalid('spec.expirationSeconds', seconds, 'may not specify a duration less than 600 seconds (10 minutes)'));
  return errors;
}

/** The first block must be a request; Go's words for what is wrong with it. */
function wrongWithRequest(base64 = ''): string | undefined {
  const [block] = pemBlocks(fromBase64(base64) ?? '');
  if (block?.type !== 'CERTIFICATE REQUEST') return 'PEM block type must be CERTIFICATE REQUEST';
  const form = derSequence(block.data);
  if (form === 'whole') return undefined;
  if (form === 'other') return "asn1: structure error: tags don't match";
  return `asn1: syntax error: ${form === 'trailing' ? 'trailing data' : 'data truncated'}`;
}

export const validateStatusUpdate = (next: CertificateSigningRequest, old: CertificateSigningRequest): FieldError[] => [
  ...validateConditions(next),
  ...validateCertificate(next, old),
  ...validateKept(next, old),
  ...validateUndecided(next, old),
  ...(old.status?.certificate && next.status?.certificate !== old.status.certificate
    ? [fieldForbidden('status.certificate', 'updates may not modify existing certificate content')]
    : []),
];

export const validateApproval = (next: CertificateSigningRequest, old: CertificateSigningRequest): FieldError[] => [
  ...validateConditions(next),
  ...validateKept(next, old),
];

const path = 'status.conditions';
const final = ['Approved', 'Denied', 'Failed'];

function validateConditions({ status }: CertificateSigningRequest): FieldError[] {
  const conditions = status?.conditions ?? [];
  const opposite: Record<string, string> = { Approved: 'Denied', Denied: 'Approved' };
  return conditions.flatMap(({ type = '', status: value }, i) => {
    const errors = type ? [] : [fieldRequired(`${path}[${i}].type`)];
    const values = final.includes(type) ? ['True'] : ['False', 'True', 'Unknown'];
    if (!value) errors.push(fieldRequired(`${path}[${i}].status`));
    else if (!values.includes(value)) errors.push(fieldNotSupported(`${path}[${i}].status`, value, values));
    const before = conditions.slice(0, i);
    if (type in opposite && before.some((other) => other.type === opposite[type]))
      errors.push(fieldInvalid(path, type, 'Approved and Denied conditions are mutually exclusive'));
    if (before.some((other) => (other.type ?? '') === type)) errors.push(fieldDuplicate(`${path}[${i}].type`, type));
    return errors;
  });
}

const ofType = ({ status }: CertificateSigningRequest, wanted: string): readonly CertificateSigningRequestCondition[] =>
  (status?.conditions ?? []).filter(({ type }) => type === wanted);

/** What was decided stays. */
const validateKept = (next: CertificateSigningRequest, old: CertificateSigningRequest): FieldError[] =>
  final
    .filter((type) => ofType(next, type).length < ofType(old, type).length)
    .map((type) => fieldForbidden(path, `updates may not remove a condition of type ${JSON.stringify(type)}`));

/** Decisions are made through the subresource for them. */
const validateUndecided = (next: CertificateSigningRequest, old: CertificateSigningRequest): FieldError[] =>
  ['Approved', 'Denied']
    .filter((type) => ofType(next, type).length > ofType(old, type).length)
    .map((type) => fieldForbidden(path, `updates may not add a condition of type ${JSON.stringify(type)}`));

function validateCertificate(next: CertificateSigningRequest, old: CertificateSigningRequest): FieldError[] {
  const { certificate } = next.status ?? {};
  if (!certificate || certificate === old.status?.certificate) return [];
  const wrong = wrongWithCertificates(fromBase64(certificate) ?? '');
  return wrong ? [fieldInvalid('status.certificate', '<certificate data>', wrong)] : [];
}

function wrongWithCertificates(text: string): string | undefined {
  const blocks = pemBlocks(text);
  if (blocks.length === 0) return 'must contain at least one CERTIFICATE PEM block';
  for (const { type, hasHeaders, data } of blocks) {
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`;
    if (hasHeaders) return 'no PEM block headers are permitted';
    if (data === '') return 'found CERTIFICATE PEM block containing 0 certificates';
    if (derSequence(data) !== 'whole') return 'x509: malformed certificate';
  }
  return undefined;
}
