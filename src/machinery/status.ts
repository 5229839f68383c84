import { limits } from '../lib/limits.ts';

/**
 * The one vocabulary of errors that the API answers with (`metav1.Status`). Everything that can go wrong on the way of
 * a request becomes one of these; the edge writes it out. Messages never hold data of an object.
 */
export type StatusReason =
  /** Upstream gives none: clients show the message alone. Always 500. */
  | ''
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Expired'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'Invalid'
  | 'TooManyRequests'
  | 'InternalError'
  | 'ServiceUnavailable'
  | 'Timeout';

const codes: Record<StatusReason, number> = {
  '': 500,
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  TooManyRequests: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
  Timeout: 504,
};

export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: {
    /** With 410: goes on with a list whose token is too old, from the state of now. */
    continue?: string;
  };
  status: 'Success' | 'Failure';
  message?: string;
  reason?: StatusReason;
  details?: StatusDetails;
  code?: number;
}

export class StatusError extends Error {
  readonly reason: StatusReason;
  readonly details: StatusDetails | undefined;
  readonly metadata: Status['metadata'];
  constructor(reason: StatusReason, message: string, details?: StatusDetails, metadata: Status['metadata'] = {}) {
    super(message);
    this.name = 'StatusError';
    this.reason = reason;
    this.details = details && named(details);
    this.metadata = metadata;
  }
  get code(): number {
    return codes[this.reason];
  }
  toStatus(): Status {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.metadata,
      status: 'Failure',
      message: this.message,
      ...(this.reason && { reason: this.reason }),
      ...(this.details && { details: this.details }),
      code: this.code,
    };
  }
}

/** Names that are empty are left out, as upstream. */
function named({ name, kind, ...rest }: StatusDetails): StatusDetails {
  return { ...(name && { name }), ...(kind && { kind }), ...rest };
}

/** What an error is about: `pods "web-1"`, `deployments.apps "web"`. */
export interface Subject {
  group: string;
  /** The plural name of the resource. */
  resource: string;
  name?: string;
}

const qualified = (s: Subject) => (s.group ? `${s.resource}.${s.group}` : s.resource);
const details = (s: Subject, more: StatusDetails = {}): StatusDetails => ({
  ...(s.name !== undefined && { name: s.name }),
  ...(s.group && { group: s.group }),
  kind: s.resource,
  ...more,
});

export const notFound = (s: Subject) => new StatusError('NotFound', `${qualified(s)} ${quote(s.name)} not found`, details(s));

export const alreadyExists = (s: Subject) =>
  new StatusError('AlreadyExists', `${qualified(s)} ${quote(s.name)} already exists`, details(s));

/** The standard message of a lost optimistic lock, or `why` for another precondition. */
export const conflict = (
  s: Subject,
  why = 'the object has been modified; please apply your changes to the latest version and try again',
) => new StatusError('Conflict', `Operation cannot be fulfilled on ${qualified(s)} ${quote(s.name)}: ${why}`, details(s));

export const forbidden = (s: Subject, why: string) =>
  new StatusError('Forbidden', `${qualified(s)} ${quote(s.name)} is forbidden: ${why}`, details(s));

/** 422 with the causes, all of them unless there are very many. `s.kind` is the kind (`Pod`), as upstream names it here instead of the resource. */
export function invalid(s: { group: string; kind: string; name: string }, all: readonly FieldError[]): StatusError {
  const causes = all.length > limits.problemsTold ? all.slice(0, limits.problemsTold) : all;
  const list = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const joined = list.length === 1 ? list[0] : `[${list.join(', ')}]`;
  const kind = s.group ? `${s.kind}.${s.group}` : s.kind;
  return new StatusError('Invalid', `${kind} ${quote(s.name)} is invalid: ${joined}`, {
    name: s.name,
    ...(s.group && { group: s.group }),
    kind: s.kind,
    causes: causes.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}

export const badRequest = (message: string) => new StatusError('BadRequest', message);
export const gone = (message: string, metadata?: Status['metadata']) => new StatusError('Expired', message, undefined, metadata);
export const tooManyRequests = (message: string, retryAfterSeconds = 1) =>
  new StatusError('TooManyRequests', message, { retryAfterSeconds });
export const tooLarge = (message: string) => new StatusError('RequestEntityTooLarge', message);
export const unavailable = (message: string, retryAfterSeconds = 1) =>
  new StatusError('ServiceUnavailable', message, { retryAfterSeconds });
export const internalError = (message: string) =>
  new StatusError('InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });

const quote = (name = '') => JSON.stringify(name);

/** What can be wrong with a field, in the words of upstream's `field.Error`. */
export interface FieldError {
  reason:
    | 'FieldValueNotFound'
    | 'FieldValueRequired'
    | 'FieldValueDuplicate'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueForbidden'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueTypeInvalid';
  /** The path, for example `spec.template.spec.containers[0].name`. */
  field: string;
  message: string;
}

const shown = (value: unknown) => (value === undefined ? 'null' : JSON.stringify(value));
const because = (detail: string) => (detail ? `: ${detail}` : '');

export const fieldRequired = (field: string, detail = ''): FieldError => ({
  reason: 'FieldValueRequired',
  field,
  message: `Required value${because(detail)}`,
});
export const fieldInvalid = (field: string, value: unknown, detail: string): FieldError => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${shown(value)}${because(detail)}`,
});
/** As `fieldInvalid`, about a value that is not shown (upstream's OmitValueType). */
export const fieldWrong = (field: string, detail: string): FieldError => ({
  reason: 'FieldValueInvalid',
  field,
  message: `Invalid value: ${detail}`,
});
/** `supported` in upstream's order, which is the alphabet's at most places. */
export const fieldNotSupported = (field: string, value: unknown, supported: readonly string[]): FieldError => ({
  reason: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${shown(value)}: supported values: ${supported.map(shown).join(', ')}`,
});
export const fieldDuplicate = (field: string, value: unknown, detail = ''): FieldError => ({
  reason: 'FieldValueDuplicate',
  field,
  message: `Duplicate value: ${shown(value)}${because(detail)}`,
});
export const fieldForbidden = (field: string, detail: string): FieldError => ({
  reason: 'FieldValueForbidden',
  field,
  message: `Forbidden${because(detail)}`,
});
export const fieldTooLong = (field: string, maxBytes: number): FieldError => ({
  reason: 'FieldValueTooLong',
  field,
  message: `Too long: may not be more than ${maxBytes} bytes`,
});
export const fieldTooMany = (field: string, count: number, max: number): FieldError => ({
  reason: 'FieldValueTooMany',
  field,
  message: `Too many: ${count}: must have at most ${max} item${max === 1 ? '' : 's'}`,
});
export const fieldNotFound = (field: string, value: unknown, detail = ''): FieldError => ({
  reason: 'FieldValueNotFound',
  field,
  message: `Not found: ${shown(value)}${because(detail)}`,
});
