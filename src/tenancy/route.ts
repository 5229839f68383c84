import { createRoute, OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import type { z } from 'zod';
import type { ManagementEnv } from './context.ts';
import type { Permission } from './permissions.ts';
import { invalid, ProblemAnswer } from './problem.ts';

/**
 * A route of the management API: what zod-openapi wants, and the permission that it needs. Everything is checked, and
 * documented, by this definition.
 */
export type RouteDefinition = Omit<RouteConfig, 'middleware' | 'security' | 'hide'> & {
  /** `/v1/…`. With a segment `{cluster}` the handler gets the caller's cluster of that name or id as `c.get('cluster')`. */
  path: `/v1/${string}`;
  /** The name of the route, for clients that are made of the OpenAPI document and for the audit log. */
  operationId: string;
  summary: string;
  permission: Permission;
  /** The longest body that it takes; default: 64 KiB. */
  bodyBytesMax?: number;
};

/** Where the OpenAPI document says which permission a route needs, and where the frame reads it. */
export const permissionField = 'x-permission';
/** Where it says how long a body may be, and where the frame reads it. */
export const bodyBytesField = 'x-body-bytes-max';

/** Makes a route of its definition; every problem is an answer of it. */
export function defineRoute<P extends `/v1/${string}`, R extends RouteDefinition & { path: P }>(definition: R) {
  const { permission, bodyBytesMax, ...route } = definition;
  const bound = bodyBytesMax !== undefined && { [bodyBytesField]: bodyBytesMax };
  const responses = { ...route.responses, default: problemAnswer };
  return createRoute<P, R>({ ...route, responses, [permissionField]: permission, ...bound, security: [{ bearer: [] }] } as unknown as R);
}

/** Routes that belong together; their tag says what they are about. Add the group to the list in `groups.ts`. */
export function routeGroup(): OpenAPIHono<ManagementEnv> {
  return new OpenAPIHono<ManagementEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalid(result.target, result.error);
    },
  });
}

/** An answer in JSON. */
export const json = <S extends z.ZodType>(schema: S, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

/** A body in JSON that has to be there. */
export const body = <S extends z.ZodType>(schema: S) => ({
  required: true as const,
  content: { 'application/json': { schema } },
});

/** A body in JSON that may be left out: nothing in it is required. */
export const optionalBody = <S extends z.ZodType>(schema: S) => ({ content: { 'application/json': { schema } } });

/** An answer without a body. */
export const empty = (description: string) => ({ description });

const problemAnswer = { description: 'What went wrong', content: { 'application/problem+json': { schema: ProblemAnswer } } };
