import type { Context } from 'hono';
import type { z } from 'zod';
import { Problem, type InvalidPart } from './problem.ts';

/** The request's JSON body, checked; `fallback` stands for a missing one. Throws a Problem that lists every mistake. */
export async function parseBody<S extends z.ZodType>(c: Context, schema: S, fallback?: unknown): Promise<z.output<S>> {
  const text = await c.req.text();
  if (text === '' && fallback !== undefined) return schema.parse(fallback);
  const mediaType = c.req.header('Content-Type')?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== undefined && mediaType !== 'application/json')
    throw new Problem('unsupported_media_type', `the body came as ${mediaType}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem('malformed_body', 'the body could not be read as JSON');
  }
  return checked(schema, value, (path) => ({ pointer: path.map((part) => `/${escaped(String(part))}`).join('') }));
}

/** The query's parameters, checked. */
export function parseQuery<S extends z.ZodType>(c: Context, schema: S): z.output<S> {
  return checked(schema, c.req.query(), (path) => ({ parameter: path.join('.') }));
}

function checked<S extends z.ZodType>(
  schema: S,
  value: unknown,
  where: (path: PropertyKey[]) => Partial<InvalidPart>,
): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => ({ ...where(issue.path), detail: issue.message }));
  throw new Problem(
    'invalid',
    errors.map((error) => `${error.pointer ?? error.parameter ?? ''}: ${error.detail}`).join('; '),
    errors,
  );
}

// JSON Pointer, RFC 6901.
const escaped = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1');
