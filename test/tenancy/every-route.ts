import type { Operation } from '../../src/tenancy/operations.ts';

/** A body for each route that needs one, with which it would do its work. A route that is new fails the tests until it has one. */
export const bodies: Readonly<Record<string, unknown>> = {
  createCluster: { name: 'another' },
  cloneCluster: { name: 'a-clone' },
  updateCluster: { settings: { controllers: [] } },
  createClusterToken: { role: 'admin' },
  createTenant: { name: 'another', owner: { email: 'owner@another.example' } },
  updateTenant: { name: 'renamed' },
  updateAnyTenant: { name: 'renamed' },
  createMember: { email: 'eve@example.com', role: 'viewer' },
  updateMember: { name: 'Eve' },
  createApiKey: { name: 'another' },
  createWebhook: { name: 'another', url: 'https://hooks.example', rules: [{ apiGroups: [''], resources: ['pods'] }] },
  updateWebhook: { suspend: true },
  querySql: { query: 'select * from objects, log' },
  createHook: { name: 'another', namespace: 'default', format: 'github', actions: [{ type: 'restart', kind: 'Deployment', name: 'web' }] },
  updateHook: { suspend: true },
  replayWebhook: { afterRevision: 1 },
  createIssuer: {
    name: 'another',
    jwt: {
      issuer: { url: 'https://issuer.example', audiences: ['kubectl'] },
      claimMappings: { username: { claim: 'sub', prefix: 'oidc:' } },
    },
  },
  replaceIssuer: {
    jwt: {
      issuer: { url: 'https://other.example', audiences: ['kubectl'] },
      claimMappings: { username: { claim: 'sub', prefix: 'oidc:' } },
    },
  },
};

/** The names of the parameters of a route's path, in order. */
export const parametersOf = ({ path }: Operation): string[] => [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!);

/** The path of a route, with its parameters filled in. What is in a cluster and not said is `some`; anything else has to be said. */
export function pathOf(operation: Operation, parameters: Readonly<Record<string, string>>): string {
  return parametersOf(operation).reduce((path, name) => {
    const value = parameters[name] ?? (path.startsWith('/v1/clusters/') ? 'some' : undefined);
    if (value === undefined) throw new Error(`${operation.path}: say in the test what {${name}} is`);
    return path.replace(`{${name}}`, encodeURIComponent(value));
  }, operation.path);
}

/** The body of a route. Throws if it needs one and has none here; below a cluster nobody looks at it who has not got the cluster. */
export function bodyOf({ id, path, needsBody }: Operation): unknown {
  if (needsBody && !(id in bodies) && !path.startsWith('/v1/clusters/{')) throw new Error(`${id}: put a body into test/tenancy/every-route.ts`);
  return bodies[id] ?? (needsBody ? {} : undefined);
}
