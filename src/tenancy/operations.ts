import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { ManagementEnv } from './context.ts';
import type { Permission } from './permissions.ts';
import { bodyBytesField, permissionField } from './route.ts';

/** What the frame knows of a route. */
export interface Operation {
  id: string;
  /** Upper case. */
  method: string;
  /** With its parameters: `/v1/clusters/{cluster}`. */
  path: string;
  permission: Permission;
  /** Whether a body has to be there. */
  needsBody: boolean;
  /** How long it may be, if the route says so. */
  bodyBytesMax: number | undefined;
}

/** The routes of an app as its own registry has them: what is not in here cannot be asked for. */
export function operationsOf(app: OpenAPIHono<ManagementEnv>): Operation[] {
  return app.openAPIRegistry.definitions.flatMap((definition) => {
    if (definition.type !== 'route') return [];
    const { route } = definition;
    const { [permissionField]: permission, [bodyBytesField]: bodyBytesMax } = route as {
      [permissionField]?: Permission;
      [bodyBytesField]?: number;
    };
    if (permission === undefined || route.operationId === undefined) throw new Error(`${route.path} was not made by defineRoute`);
    const needsBody = route.request?.body?.required === true;
    return [{ id: route.operationId, method: route.method.toUpperCase(), path: route.path, permission, needsBody, bodyBytesMax }];
  });
}

/** Finds the operation of a request: the first route that matches, as Hono serves it. */
export function operationFinder(operations: readonly Operation[]): (c: Context) => Operation | undefined {
  const byRoute = new Map(operations.map((operation) => [`${operation.method} ${honoPath(operation.path)}`, operation]));
  return (c) => {
    for (const { method, path } of matchedRoutes(c)) {
      const operation = byRoute.get(`${method} ${path}`);
      if (operation) return operation;
    }
    return undefined;
  };
}

/** The methods that a path is served with. */
export function methodsAt(operations: readonly Operation[], path: string): string[] {
  return operations.filter((operation) => patternOf(operation.path).test(path)).map(({ method }) => method);
}

const honoPath = (path: string): string => path.replaceAll(/\/{(.+?)}/g, '/:$1');
const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);
