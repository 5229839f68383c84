import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { boolean, bytes, field, map, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldForbidden, fieldInvalid, fieldRequired, fieldTooLong, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { invalidEach, isConfigKey } from '../shared/format-rules.ts';
import { fromBase64, pemBlocks } from '../shared/pem.ts';
import { sameValue } from '../shared/same-value.ts';

const SecretSchema = kindSchema('io.k8s.api.core.v1.Secret', {
  data: field(map(bytes), { doc: 'Keys and bytes in base64. Keys are made of letters, digits, hyphens, underscores and dots.' }),
  immutable: field(boolean, { doc: 'Whether the data can no longer be changed, nor this field. false if left out.' }),
  stringData: field(map(string), { doc: 'Keys and texts that are put into data when written. Never read back.' }),
  type: field(string, {
    doc: 'What the Secret is for, and which keys it must have, as kubernetes.io/tls. Opaque if left out; cannot be changed.',
  }),
});
export type Secret = TypeOf<typeof SecretSchema>;

/** A secret that keeps a token of the ServiceAccount that its annotations name. */
export const serviceAccountTokenType = 'kubernetes.io/service-account-token';
export const accountNameAnnotation = 'kubernetes.io/service-account.name';
export const accountUidAnnotation = 'kubernetes.io/service-account.uid';
/** Where in `data` the token is. */
export const tokenKey = 'token';

export const secrets = defineResource<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  description: 'Confidential data for pods to consume, as keys with values.',
  schema: SecretSchema,
  strategy: { defaults, prepareForUpdate, validate, validateUpdate, warnings },
  columns: [
    nameColumn,
    { name: 'Type', type: 'string', description: 'What the keys of the secret are for.', cell: ({ type }) => type ?? '' },
    { name: 'Data', type: 'string', description: 'The number of keys.', cell: ({ data }) => Object.keys(data ?? {}).length },
    ageColumn,
  ],
  selectableFields: { type: ({ type }) => type ?? '' },
});

/** All values of one Secret or ConfigMap together. */
const dataBytesMax = 1024 * 1024;

/** `stringData` is for writing only: it goes into `data`, over what is there. */
function defaults(secret: Secret): void {
  for (const [key, text] of Object.entries(secret.stringData ?? {})) (secret.data ??= {})[key] = toBase64(text);
  delete secret.stringData;
  secret.type ||= 'Opaque';
}

const toBase64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));

/** How many bytes a text in base64 stands for. */
const decodedBytes = (base64: string): number => Math.floor((base64.replace(/=+$/, '').length * 3) / 4);

/** A client that says no type means the one there is; defaults have made it Opaque. */
function prepareForUpdate(secret: Secret, old: Secret): void {
  secret.type ||= old.type;
}

function validate({ type, data = {}, metadata }: Secret): FieldError[] {
  const errors = Object.keys(data).flatMap((key) => invalidEach(`data[${key}]`, key, isConfigKey(key)));
  if (Object.values(data).reduce((bytes, value) => bytes + decodedBytes(value), 0) > dataBytesMax)
    errors.push(fieldTooLong('data', dataBytesMax));
  const missing = (...keys: string[]) =>
    keys.filter((key) => data[key] === undefined).map((key) => fieldRequired(`data[${key}]`));
  switch (type) {
    case serviceAccountTokenType:
      if (!metadata.annotations?.[accountNameAnnotation])
        errors.push(fieldRequired(`metadata.annotations[${accountNameAnnotation}]`));
      break;
    case 'kubernetes.io/dockercfg':
      errors.push(...missing('.dockercfg'), ...validateJson(data, '.dockercfg'));
      break;
    case 'kubernetes.io/dockerconfigjson':
      errors.push(...missing('.dockerconfigjson'), ...validateJson(data, '.dockerconfigjson'));
      break;
    case 'kubernetes.io/basic-auth':
      // Either may be empty or left out, but not both.
      if (missing('username', 'password').length === 2) errors.push(...missing('username', 'password'));
      break;
    case 'kubernetes.io/ssh-auth':
      if (!data['ssh-privatekey']) errors.push(fieldRequired('data[ssh-privatekey]'));
      break;
    case 'kubernetes.io/tls':
      errors.push(...missing('tls.crt', 'tls.key'));
      break;
  }
  return errors;
}

/** The message says nothing of the content. */
function validateJson(data: Readonly<Record<string, string>>, key: string): FieldError[] {
  const value = data[key];
  if (value === undefined || isJsonObject(value)) return [];
  return [fieldInvalid(`data[${key}]`, '<secret contents redacted>', 'must be a JSON object')];
}

function isJsonObject(base64: string): boolean {
  try {
    const value: unknown = JSON.parse(atob(base64));
    return value === null || (typeof value === 'object' && !Array.isArray(value));
  } catch {
    return false;
  }
}

function validateUpdate(secret: Secret, old: Secret): FieldError[] {
  const errors = secret.type === old.type ? [] : [fieldInvalid('type', secret.type, 'field is immutable')];
  if (!old.immutable) return errors;
  const immutable = 'field is immutable when `immutable` is set';
  if (!secret.immutable) errors.push(fieldForbidden('immutable', immutable));
  if (!sameValue(secret.data ?? {}, old.data ?? {})) errors.push(fieldForbidden('data', immutable));
  return errors;
}

/** What is wrong with a key and its certificate, as Go says it. Whether they belong together is not looked at. */
function warnings({ type, data = {} }: Secret): string[] {
  if (type !== 'kubernetes.io/tls') return [];
  const isKey = (name: string) => name === 'PRIVATE KEY' || name.endsWith(' PRIVATE KEY');
  const typesIn = (key: string) => pemBlocks(fromBase64(data[key] ?? '') ?? '').map((block) => block.type);
  const certificates = typesIn('tls.crt');
  const keys = typesIn('tls.key');
  if (certificates.length === 0) return ['tls: failed to find any PEM data in certificate input'];
  if (!certificates.includes('CERTIFICATE'))
    return [
      certificates.length === 1 && isKey(certificates[0]!)
        ? 'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched'
        : `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [${certificates.join(' ')}]`,
    ];
  if (keys.length === 0) return ['tls: failed to find any PEM data in key input'];
  if (keys.some(isKey)) return [];
  return [
    keys.length === 1 && keys[0] === 'CERTIFICATE'
      ? 'tls: found a certificate rather than a key in the PEM for the private key'
      : `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [${keys.join(' ')}]`,
  ];
}
