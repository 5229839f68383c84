import { OpenAPIHono } from '@hono/zod-openapi';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { DatabaseError, databaseError } from '../db/errors.ts';
import type { ManagementEnv, ManagementOptions } from './context.ts';
import { groups } from './groups.ts';
import { audit } from './middleware/audit.ts';
import { authenticate } from './middleware/authenticate.ts';
import { authorize, ownCluster } from './middleware/authorize.ts';
import { idempotency } from './middleware/idempotency.ts';
import { jsonBody } from './middleware/json-body.ts';
import { documentationRoutes } from './documentation.ts';
import { methodsAt, operationFinder, operationsOf, type Operation } from './operations.ts';
import { Problem, problemResponse } from './problem.ts';

const bodyBytesMax = 64 * 1024;

/**
 * The management API, `/v1`: JSON; errors are problems (see `problem.ts`). What a request goes through, in order: the route
 * is found; who asks; it is written down; whether he may; the cluster in the path, which is his or does not exist; the body; then the validators
 * of the route's schemas, and its handler. What another tenant has does not exist for the caller.
 */
export function createManagementApp(options: ManagementOptions): OpenAPIHono<ManagementEnv> {
  const routes = new OpenAPIHono<ManagementEnv>();
  for (const group of groups) routes.route('/', group(options));
  const operations = operationsOf(routes);
  const findOperation = operationFinder(operations);

  const app = new OpenAPIHono<ManagementEnv>();
  app.route('/', documentationRoutes(routes));
  app.use('/v1/*', async (c, next) => {
    const operation = findOperation(c);
    // A stranger does not learn what there is.
    if (operation) c.set('operation', operation);
    await next();
  });
  app.use('/v1/*', authenticate(options));
  app.use('/v1/*', async (c, next) => {
    if (!c.get('operation')) throw notServed(operations, c.req.path);
    await next();
  });
  app.use('/v1/*', audit(options));
  app.use('/v1/*', authorize);
  app.use('/v1/*', ownCluster(options));
  app.use('/v1/*', (c, next) => {
    const maxSize = c.get('operation').bodyBytesMax ?? bodyBytesMax;
    return bodyLimit({ maxSize, onError: () => Promise.reject(tooLarge(maxSize)) })(c, next);
  });
  app.use('/v1/*', jsonBody);
  app.use('/v1/*', idempotency(options));
  app.route('/', routes);

  app.notFound(() => problemResponse(new Problem('not_found', 'there is nothing at this path')));
  app.onError((error, c) => {
    const problem = problemOf(error, options.onError);
    c.set('problem', problem.code);
    return problemResponse(problem);
  });
  return app;
}

function problemOf(error: Error, onError: ManagementOptions['onError']): Problem {
  if (error instanceof Problem) return error;
  // The validators' only other one: what was sent is no JSON.
  if (error instanceof HTTPException && error.status === 400) return new Problem('malformed_body', 'the body could not be read as JSON');
  // drizzle's message holds the parameters of the query: it is neither shown nor told.
  const safe = error instanceof DrizzleQueryError ? databaseError(error) : error;
  onError?.(safe);
  const isUnavailable = safe instanceof DatabaseError && safe.code === 'unavailable';
  return new Problem(isUnavailable ? 'unavailable' : 'internal', 'the request could not be completed; try again');
}

const tooLarge = (max: number) => new Problem('body_too_large', `a body has ${max} bytes at most here`);

function notServed(operations: readonly Operation[], path: string): Problem {
  const methods = methodsAt(operations, path);
  if (methods.length === 0) return new Problem('not_found', 'there is nothing at this path');
  return new Problem('method_not_allowed', `this path takes ${methods.join(', ')}`);
}
