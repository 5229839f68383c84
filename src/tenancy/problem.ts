import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Every way in which the management API says no. Clients may rely on the codes; titles and details are for people. */
const problems = {
  malformed_body: [400, 'The body is not JSON'],
  unauthenticated: [401, 'A valid token is needed'],
  forbidden: [403, 'Not allowed'],
  quota_exceeded: [403, 'A quota is used up'],
  not_found: [404, 'Not found'],
  method_not_allowed: [405, 'Method not allowed'],
  name_taken: [409, 'The name is taken'],
  body_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'The body must be application/json'],
  invalid: [422, 'The request is invalid'],
  internal: [500, 'Something went wrong on our side'],
  unavailable: [503, 'The database cannot be reached'],
} as const satisfies Record<string, readonly [ContentfulStatusCode, string]>;
export type ProblemCode = keyof typeof problems;

/** One thing wrong with a request. `pointer` is a JSON Pointer into the body, `parameter` names a parameter. */
export interface InvalidPart {
  pointer?: string;
  parameter?: string;
  detail: string;
}

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

export function answerProblem(c: Context, problem: Problem): Response {
  const [status, title] = problems[problem.code];
  c.header('Content-Type', 'application/problem+json');
  c.header('Cache-Control', 'no-store');
  if (status === 401) c.header('WWW-Authenticate', 'Bearer');
  if (status === 503) c.header('Retry-After', '1');
  return c.body(
    JSON.stringify({
      type: `urn:hibernetes:problem:${problem.code}`,
      title,
      status,
      detail: problem.message,
      code: problem.code,
      ...(problem.errors && { errors: problem.errors }),
    }),
    status,
  );
}
