import { describe, expect, test } from 'vitest';
import { endpoints } from '../../../src/resources/core/endpoints.ts';
import { nodes } from '../../../src/resources/core/node.ts';
import { secrets } from '../../../src/resources/core/secret.ts';
import { serviceAccounts } from '../../../src/resources/core/serviceaccount.ts';
import type { ServiceSpec } from '../../../src/resources/core/service.ts';
import { serviceWarnings } from '../../../src/resources/core/service-warnings.ts';
import { endpointSlices } from '../../../src/resources/discovery/endpointslice.ts';

const metadata = { name: 'x' } as never;

describe('warnings', () => {
  test.each<[ServiceSpec, string[]]>([
    [{ type: 'ClusterIP', clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], sessionAffinity: 'None' }, []],
    [
      { type: 'ClusterIP', clusterIP: 'None', sessionAffinity: 'ClientIP', externalIPs: ['1.2.3.4'], loadBalancerIP: '1.2.3.4' },
      [
        'spec.loadBalancerIP is ignored for headless services',
        'spec.externalIPs is ignored for headless services',
        'spec.SessionAffinity is ignored for headless services',
      ],
    ],
    [
      { type: 'NodePort', externalIPs: ['2001:DB8::1'], externalName: 'x', trafficDistribution: 'PreferClose' },
      [
        'spec.externalIPs[0]: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")',
        'spec.externalIPs is deprecated and may no longer be implemented in some clusters',
        'spec.externalName is ignored when spec.type is not "ExternalName"',
        'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
      ],
    ],
    [
      { type: 'ExternalName', externalName: 'x', externalIPs: ['1.2.3.4'] },
      ['spec.externalIPs is ignored when spec.type is "ExternalName"'],
    ],
  ])('of Services: %j', (spec, expected) => {
    expect(serviceWarnings({ metadata, spec } as never)).toEqual(expected);
  });

  test('of an old annotation of Services', () => {
    const annotations = { 'service.kubernetes.io/topology-aware-hints': 'auto' };
    expect(serviceWarnings({ metadata: { annotations }, spec: {} } as never)).toEqual([
      'annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead',
    ]);
  });

  test('of Nodes, Endpoints and EndpointSlices', () => {
    const spec = { externalID: 'x', configSource: {}, podCIDRs: ['2001:DB8::/64'] };
    expect(nodes.strategy.warnings!({ metadata, spec } as never)).toEqual([
      'spec.configSource: the feature is removed',
      'spec.externalID: this field is deprecated, and is unused by Kubernetes',
      'spec.podCIDRs[0]: IPv6 CIDR value "2001:DB8::/64" should be in RFC 5952 canonical format ("2001:db8::/64")',
    ]);
    const written = 'IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")';
    const subsets = [{ notReadyAddresses: [{ ip: '2001:DB8::1' }] }];
    expect(endpoints.strategy.warnings!({ metadata, subsets } as never)).toEqual([
      `subsets[0].notReadyAddresses[0].ip: ${written}`,
    ]);
    const labels = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' };
    expect(endpoints.strategy.warnings!({ metadata: { labels }, subsets } as never)).toEqual([]);
    const slice = { metadata, addressType: 'FQDN', endpoints: [{ addresses: ['2001:DB8::1'] }] } as never;
    expect(endpointSlices.strategy.warnings!(slice)).toEqual([
      'spec.addressType: FQDN endpoints are deprecated',
      `endpoints[0].addresses[0]: ${written}`,
    ]);
    expect(endpointSlices.strategy.warnings!(slice, slice)).toEqual([`endpoints[0].addresses[0]: ${written}`]);
  });

  test('of ServiceAccounts, for who sets the annotation', () => {
    const account = { metadata: { annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } } } as never;
    expect(serviceAccounts.strategy.warnings!(account)).toEqual([
      'metadata.annotations[kubernetes.io/enforce-mountable-secrets]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets',
    ]);
    expect(serviceAccounts.strategy.warnings!(account, account)).toEqual([]);
  });

  const block = (type: string) => btoa(`-----BEGIN ${type}-----\nAAAA\n-----END ${type}-----\n`);
  test.each<[string, string, string[]]>([
    [block('CERTIFICATE'), block('EC PRIVATE KEY'), []],
    ['', block('PRIVATE KEY'), ['tls: failed to find any PEM data in certificate input']],
    [block('CERTIFICATE'), btoa('x'), ['tls: failed to find any PEM data in key input']],
    [
      block('PRIVATE KEY'),
      block('CERTIFICATE'),
      [
        'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
      ],
    ],
    [block('CERTIFICATE'), block('CERTIFICATE'), ['tls: found a certificate rather than a key in the PEM for the private key']],
  ])('of TLS Secrets: %s %s', (certificate, key, expected) => {
    const secret = { metadata, type: 'kubernetes.io/tls', data: { 'tls.crt': certificate, 'tls.key': key } } as never;
    expect(secrets.strategy.warnings!(secret)).toEqual(expected);
  });
});
