/** From what a client sent to an object of a kind: the boundary where request bodies are checked. */
import { limits } from '../lib/limits.ts';
import { countKeysInText, countKeysInValue, findDuplicateKeys, hasMoreValues, parseJson } from './decode/json.ts';
import { MalformedValue } from './decode/scalars.ts';
import { TypeMismatch, walkObject } from './decode/walk.ts';
import type { Draft, KubeObject } from './meta.ts';
import type { ObjectSchema } from './schema.ts';
import { badRequest, fieldInvalid, invalid, StatusError, tooLarge } from './status.ts';

/** Unknown and duplicate fields: refuse the request, warn (the default), or drop them silently. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface DecodeOptions {
  fieldValidation?: FieldValidation;
  /** With `Warn`, sentences for the client are added here. */
  warnings?: string[];
}

/** What a body has to be: a kind of the API, or one that only a subresource knows (Scale, Binding, DeleteOptions). */
export interface BodyKind<T = unknown> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: ObjectSchema<T>;
}

/**
 * The object in a JSON body. Type meta may be missing, but not be that of another kind. Unknown fields and nulls are
 * dropped, quantities and times normalised. Throws 400 BadRequest with upstream's message.
 */
export function decodeBody<T extends KubeObject>(kind: BodyKind<T>, text: string, options: DecodeOptions = {}): Draft<T> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw unrecognized(kind, `couldn't get version/kind; json parse error: ${messageOf(error)}`, text);
  }
  checkValueCount(value, text.length);
  return decodeParsed(kind, value, text, options) as Draft<T>;
}

/**
 * Throws 413 for a body, of so many characters or bytes, that says too much to be looked at: every value costs memory and
 * time many times its length.
 */
export function checkValueCount(value: unknown, length: number): void {
  if (hasMoreValues(value, length, limits.bodyValues))
    throw tooLarge(`Request entity too large: limit is ${limits.bodyValues} values`);
}

/**
 * The same for a body that was parsed already (YAML). Duplicate fields are the parser's to find. A parser's own objects
 * must be plain, as those of `JSON.parse`.
 */
export function decodeValue<T extends KubeObject>(kind: BodyKind<T>, value: unknown, options: DecodeOptions = {}): Draft<T> {
  return decodeParsed(kind, value, undefined, options) as Draft<T>;
}

function decodeParsed(kind: BodyKind, value: unknown, text: string | undefined, options: DecodeOptions): unknown {
  const given = typeMetaOf(kind, value, text);
  if (kind.schema.structural) checkWholeTypeMeta(kind, given, value, text);
  const as = `${given.kind || kind.kind} in version ${JSON.stringify(versionOf(given.apiVersion || kind.apiVersion))} cannot be handled as a ${kind.kind}`;
  if (given.kind !== '' && given.kind !== kind.kind) {
    const [from, to] = [
      `${versionOf(given.apiVersion || kind.apiVersion)}.${given.kind}`,
      `${groupOf(kind.apiVersion) || 'core'}.${kind.kind}`,
    ];
    throw badRequest(`${as}: converting (${from}) to (${to}): unknown conversion`);
  }
  if (given.apiVersion !== '' && given.apiVersion !== kind.apiVersion)
    throw badRequest(
      `the API version in the data (${given.apiVersion}) does not match the expected API version (${kind.apiVersion})`,
    );
  const fail = (message: string) => badRequest(`${as}: ${message}`);
  const { decoded, problems } = checked(kind.schema, value, text, options, fail);
  report(problems, options, fail);
  return withTypeMeta(kind, decoded as Record<string, unknown>);
}

/**
 * The object that a patch made of a stored one. `problems` are those found in the patch itself (`decodePatch`). What
 * needs no change is shared with `value`: copy it before changing it. Throws 422 Invalid, as upstream does for patches.
 */
export function decodePatched<T extends KubeObject>(
  kind: BodyKind<T>,
  value: unknown,
  options: DecodeOptions = {},
  problems: readonly string[] = [],
): T {
  const fail = (message: string) => invalid({ group: '', kind: '', name: '' }, [patchInvalid(message)]);
  if (kind.schema.structural) checkPatchedTypeMeta(kind, value);
  const { decoded, problems: more } = checked(kind.schema, value, undefined, options, fail);
  // Upstream comes by the keys in the order of the alphabet here.
  report([...problems, ...more.sort()], options, fail);
  return withTypeMeta(kind, decoded as Record<string, unknown>) as unknown as T;
}

// Upstream shows the whole patched object here; it may be a Secret, and messages end up in logs.
const patchInvalid = (message: string) => fieldInvalid('patch', '<value omitted>', message);

/** A parsed patch, and what is wrong with it that only matters with field validation. Throws 400 BadRequest. */
export function decodePatch(text: string, options: DecodeOptions = {}): { patch: unknown; problems: string[] } {
  try {
    const patch = parseJson(text);
    checkValueCount(patch, text.length);
    // Counted in any case, because it bounds the depth.
    const keys = countKeysInValue(patch);
    if (options.fieldValidation === 'Ignore' || countKeysInText(text) === keys) return { patch, problems: [] };
    const where = Array.isArray(patch) ? 'json patch ' : '';
    return { patch, problems: findDuplicateKeys(text).map((path) => `${where}${duplicate(path)}`) };
  } catch (error) {
    throw error instanceof StatusError ? error : badRequest(`error decoding patch: ${messageOf(error)}`);
  }
}

function checked(
  schema: ObjectSchema,
  value: unknown,
  text: string | undefined,
  { fieldValidation }: DecodeOptions,
  fail: (message: string) => StatusError,
): { decoded: unknown; problems: string[] } {
  try {
    const walked = walkObject(schema, value);
    if (fieldValidation === 'Ignore') return { decoded: walked.value, problems: [] };
    const problems = walked.unknown.map((path) => `unknown field ${JSON.stringify(path)}`);
    if (text === undefined || countKeysInText(text) === walked.keys) return { decoded: walked.value, problems };
    const duplicates = findDuplicateKeys(text).map(duplicate);
    // Custom resources are read twice upstream: as JSON, then against their schema.
    return { decoded: walked.value, problems: schema.structural ? [...duplicates, ...problems] : [...problems, ...duplicates] };
  } catch (error) {
    if (error instanceof TypeMismatch || error instanceof MalformedValue) throw fail(error.message);
    throw error;
  }
}

function report(problems: readonly string[], options: DecodeOptions, fail: (message: string) => StatusError): void {
  if (problems.length === 0) return;
  if (options.fieldValidation === 'Strict') throw fail(`strict decoding error: ${problems.join(', ')}`);
  options.warnings?.push(...problems);
}

const duplicate = (path: string) => `duplicate field ${JSON.stringify(path)}`;
const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
const versionOf = (apiVersion: string) => apiVersion.slice(apiVersion.indexOf('/') + 1);
const groupIn = (apiVersion: string) => apiVersion.slice(0, Math.max(apiVersion.indexOf('/'), 0));
const groupOf = (apiVersion: string) => groupIn(apiVersion).split('.')[0];

function typeMetaOf(kind: BodyKind, value: unknown, text: string | undefined): { apiVersion: string; kind: string } {
  const wrong = (what: string) =>
    unrecognized(kind, `couldn't get version/kind; json parse error: json: cannot unmarshal ${what}`, text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(`${Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value} into Go value of type struct`);
  const given = value as { apiVersion?: unknown; kind?: unknown };
  for (const field of ['apiVersion', 'kind'] as const)
    if (given[field] !== undefined && given[field] !== null && typeof given[field] !== 'string')
      throw wrong(`${typeof given[field]} into Go struct field .${field} of type string`);
  const { apiVersion, kind: name } = given as { apiVersion?: string | null; kind?: string | null };
  if (apiVersion && apiVersion.split('/').length > 2)
    throw unrecognized(kind, `unexpected GroupVersion string: ${apiVersion}`, text);
  return { apiVersion: apiVersion ?? '', kind: name ?? '' };
}

/**
 * Custom resources have to say what they are, with a field error for another kind, where built-in kinds are known by the
 * path alone.
 */
function checkWholeTypeMeta(kind: BodyKind, given: { apiVersion: string; kind: string }, value: unknown, text?: string): void {
  if (given.kind === '') throw unrecognized(kind, `Object 'Kind' is missing in '${summaryOf(text)}'`, text);
  if (given.apiVersion === '')
    throw badRequest(`the API version in the data () does not match the expected API version (${kind.apiVersion})`);
  if (given.apiVersion === kind.apiVersion) checkKindIs(kind, value);
}

function checkPatchedTypeMeta(kind: BodyKind, value: unknown): void {
  const { apiVersion } = (value ?? {}) as { apiVersion?: unknown };
  if (typeof apiVersion === 'string' && apiVersion !== kind.apiVersion)
    throw invalid({ group: groupIn(apiVersion), kind: kind.kind, name: nameIn(value) }, [
      fieldInvalid('apiVersion', apiVersion, `must be ${kind.apiVersion}`),
    ]);
  checkKindIs(kind, value);
}

function checkKindIs({ apiVersion, kind }: BodyKind, value: unknown): void {
  const given = ((value ?? {}) as { kind?: unknown }).kind;
  if (typeof given === 'string' && given !== kind)
    throw invalid({ group: groupIn(apiVersion), kind: given, name: nameIn(value) }, [
      fieldInvalid('kind', given, `must be ${kind}`),
    ]);
}

function nameIn(value: unknown): string {
  const { metadata } = value as { metadata?: { name?: unknown } | null };
  return typeof metadata?.name === 'string' ? metadata.name : '';
}

const summaryLength = 30;

/** What is shown of a body: it may be long, and a Secret. */
const summaryOf = (text: string | undefined): string =>
  !text ? '<empty>' : text.length > summaryLength ? `${text.slice(0, summaryLength)} ...` : text;

function unrecognized(kind: BodyKind, message: string, text: string | undefined): StatusError {
  return badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): ${message} (${summaryOf(text)})`);
}

function withTypeMeta(kind: BodyKind, value: Record<string, unknown>): unknown {
  const complete = value.apiVersion === kind.apiVersion && value.kind === kind.kind && value.metadata !== undefined;
  if (complete) return value;
  const { apiVersion: _, kind: __, metadata = {}, ...rest } = value;
  return { apiVersion: kind.apiVersion, kind: kind.kind, ...('metadata' in kind.schema.fields && { metadata }), ...rest };
}
