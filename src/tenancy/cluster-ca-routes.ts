import { z } from '@hono/zod-openapi';
import { findAuthorities } from '../authn/authority-records.ts';
import type { ManagementOptions } from './context.ts';
import { defineRoute, routeGroup } from './route.ts';
import { ClusterPath } from './shapes.ts';

const getAuthorities = defineRoute({
  operationId: 'getClusterCertificateAuthorities',
  method: 'get',
  path: '/v1/clusters/{cluster}/ca',
  tags: ['Access to clusters'],
  summary: 'Shows the certificates of the authorities that sign for a cluster',
  description: 'Those that sign CertificateSigningRequests, the newest first. The certificate of the server itself is not from them.',
  permission: 'clusters.read',
  request: { params: ClusterPath },
  responses: { 200: { description: 'Certificates in PEM', content: { 'application/x-pem-file': { schema: z.string() } } } },
});

/** `/v1/clusters/{cluster}/ca`. */
export function clusterCaRoutes(options: ManagementOptions) {
  const group = routeGroup();
  group.openapi(getAuthorities, async (c) => {
    const { id } = c.get('cluster');
    // A cluster that has none yet makes one.
    const text = (await findAuthorities(options.database.orm, id)) || (await options.clusters.authorities(id));
    return c.body(text, 200, { 'Content-Type': 'application/x-pem-file' });
  });
  return group;
}
