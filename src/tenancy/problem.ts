import { z } from '@hono/zod-openapi';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { core } from 'zod';

/** Every way in which the management API says no. Clients may rely on the codes; titles and details are for people. */
const problems = {
  malformed_body: [400, 'The body is not JSON'],
  unauthenticated: [401, 'A valid token is needed'],
  forbidden: [403, 'Not allowed'],
  quota_exceeded: [403, 'A quota is used up'],
  not_found: [404, 'Not found'],
  method_not_allowed: [405, 'Method not allowed'],
  name_taken: [409, 'The name is taken'],
  conflict: [409, 'It does not go with the present state'],
  idempotency_key_in_use: [409, 'A request with this idempotency key is under way'],
  history_gone: [410, 'The history does not reach back that far'],
  precondition_failed: [412, 'It was changed by somebody else'],
  body_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'The body must be application/json'],
  invalid: [422, 'The request is invalid'],
  sql_refused: [422, 'The query is not supported'],
  sql_failed: [422, 'The query failed'],
  sql_timeout: [422, 'The query took too long'],
  idempotency_key_reused: [422, 'The idempotency key was used for another request'],
  too_many_requests: [429, 'Too many requests'],
  internal: [500, 'Something went wrong on our side'],
  unavailable: [503, 'The database cannot be reached'],
  keys_unavailable: [503, 'A key that encrypts is missing, or is another one'],
} as const satisfies Record<string, readonly [ContentfulStatusCode, string]>;
export type ProblemCode = keyof typeof problems;
export const problemCodes = Object.keys(problems) as ProblemCode[];

/** One thing wrong with a request. `pointer` is a JSON Pointer into the body, `parameter` names a parameter. */
export interface InvalidPart {
  pointer?: string;
  parameter?: string;
  detail: string;
}

/** A problem as it is answered. */
export const ProblemAnswer = z
  .object({
    type: z.string().meta({ description: '`urn:hibernetes:problem:CODE`' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What is wrong in this very case, for people.' }),
    code: z.enum(problemCodes as [ProblemCode, ...ProblemCode[]]).meta({ description: 'Clients may rely on it.' }),
    errors: z
      .array(
        z.object({
          pointer: z.string().optional().meta({ description: 'JSON Pointer into the body.' }),
          parameter: z.string().optional().meta({ description: 'The name of a parameter.' }),
          detail: z.string(),
        }),
      )
      .optional(),
  })
  .openapi('Problem');

/** An error that is answered as `application/problem+json` (RFC 9457). Details never hold secrets. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly InvalidPart[] | undefined;
  constructor(code: ProblemCode, detail: string, errors?: readonly InvalidPart[]) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.errors = errors;
  }
}

/** The problem of a body or of parameters that are not as their schema wants them; it lists every mistake. */
export function invalid(target: string, { issues }: { issues: readonly core.$ZodIssue[] }): Problem {
  const where = (path: readonly PropertyKey[]) =>
    target === 'json' ? { pointer: path.map((part) => `/${escaped(String(part))}`).join('') } : { parameter: path.join('.') };
  return invalidParts(issues.map((issue) => ({ ...where(issue.path), detail: issue.message })));
}

/** The same for mistakes that no schema finds. */
export const invalidParts = (errors: readonly InvalidPart[]): Problem =>
  new Problem('invalid', errors.map((error) => `${error.pointer ?? error.parameter ?? ''}: ${error.detail}`).join('; '), errors);

// JSON Pointer, RFC 6901.
const escaped = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1');

/** A problem as an answer. `retryAfterSeconds` is for problems that pass. */
export function problemResponse({ code, message: detail, errors }: Problem, retryAfterSeconds = 1): Response {
  const [status, title] = problems[code];
  const headers = new Headers({ 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' });
  if (status === 401) headers.set('WWW-Authenticate', 'Bearer');
  if (status === 429 || status === 503) headers.set('Retry-After', String(retryAfterSeconds));
  const content = { type: `urn:hibernetes:problem:${code}`, title, status, detail, code, ...(errors && { errors }) };
  return new Response(JSON.stringify(content), { status, headers });
}
