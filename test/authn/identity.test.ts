import { describe, expect, it } from 'vitest';
import { authorizeCluster, wellKnownGroups, type Identity } from '../../src/authn/identity.ts';

const { masters, tenantAdmins, nodeJoiners } = wellKnownGroups;
const identity = (groups: string[], cluster?: string): Identity => ({ tenant: 't1', cluster, user: { name: 'u', groups } });

describe('authorizeCluster', () => {
  // Who, the cluster, its tenant, then whether the API and the tunnel open.
  it.each([
    ['kubeconfig', identity([masters], 'c1'), 'c1', 't1', true, true],
    ['kubeconfig of another cluster', identity([masters], 'c2'), 'c1', 't1', false, false],
    ['plain user of the cluster', identity(['dev'], 'c1'), 'c1', 't1', true, false],
    ['join token', identity([nodeJoiners], 'c1'), 'c1', 't1', false, true],
    ['join token of another cluster', identity([nodeJoiners], 'c2'), 'c1', 't1', false, false],
    ['admin key', identity([tenantAdmins, masters]), 'c1', 't1', true, true],
    ['API key', identity([tenantAdmins]), 'c1', 't1', false, false],
    ['admin key of another tenant', identity([tenantAdmins, masters]), 'c1', 't2', false, false],
    ['admin key, no such cluster', identity([tenantAdmins, masters]), 'c1', undefined, false, false],
  ])('%s', (_, who, cluster, tenant, api, tunnel) => {
    for (const [door, opens] of [
      ['api', api],
      ['tunnel', tunnel],
    ] as const) {
      const error = authorizeCluster(who, cluster, tenant, door);
      expect(error?.code).toBe(opens ? undefined : 403);
    }
  });
});
