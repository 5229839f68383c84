import { describe, expect, test } from 'vitest';
import { services, type Service } from '../../../src/resources/core/service.ts';
import { cells, defaulted, lines, metadata, service } from '../objects.ts';

const defaults = (spec: Service['spec']) => defaulted(services, service(spec)).spec;

describe('defaults of Services', () => {
  test.each<[string, Service['spec'], Partial<Service['spec']>]>([
    [
      'a minimal one',
      {},
      {
        type: 'ClusterIP',
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      },
    ],
    [
      'a named target port',
      { ports: [{ port: 80, targetPort: 'http' }] },
      { ports: [{ port: 80, protocol: 'TCP', targetPort: 'http' }] },
    ],
    ['sticky', { sessionAffinity: 'ClientIP' }, { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } }],
    ['a node port', { type: 'NodePort' }, { externalTrafficPolicy: 'Cluster' }],
    ['external addresses', { externalIPs: ['1.2.3.4'] }, { externalTrafficPolicy: 'Cluster' }],
    ['a load balancer', { type: 'LoadBalancer' }, { externalTrafficPolicy: 'Cluster', allocateLoadBalancerNodePorts: true }],
  ])('%s', (_, spec, expected) => {
    expect(defaults(spec)).toMatchObject(expected);
  });

  test('what does not apply stays away', () => {
    expect(defaults({ sessionAffinityConfig: { clientIP: { timeoutSeconds: 1 } } })).not.toHaveProperty('sessionAffinityConfig');
    expect(defaults({ type: 'ExternalName', externalName: 'a.b' })).not.toHaveProperty('internalTrafficPolicy');
    expect(defaults({})).not.toHaveProperty('externalTrafficPolicy');
    expect(defaults({})).not.toHaveProperty('allocateLoadBalancerNodePorts');
  });
});

const port = 'must be between 1 and 65535, inclusive';

describe('validation of Services', () => {
  test.each<[string, Service['spec'], string[]]>([
    ['a minimal one', {}, []],
    ['no ports', { ports: [] }, ['spec.ports: Required value']],
    ['no ports but headless', { ports: [], clusterIP: 'None', clusterIPs: ['None'] }, []],
    [
      'a type of its own',
      { type: 'Magic' },
      ['spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"'],
    ],
    [
      'ports',
      {
        ports: [
          { port: 0, targetPort: 70000 },
          { name: 'a', port: 1, protocol: 'ICMP' },
          { name: 'a', port: 1, targetPort: 'UP' },
          { name: 'c', port: 1 },
        ],
      },
      [
        'spec.ports[0].name: Required value',
        `spec.ports[0].port: Invalid value: 0: ${port}`,
        `spec.ports[0].targetPort: Invalid value: 70000: ${port}`,
        'spec.ports[1].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
        'spec.ports[2].name: Duplicate value: "a"',
        'spec.ports[2].targetPort: Invalid value: "UP": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
        'spec.ports[2].targetPort: Invalid value: "UP": must contain at least one letter (a-z)',
        'spec.ports[3]: Duplicate value: {"protocol":"TCP","port":1}',
      ],
    ],
    [
      'node ports of a ClusterIP',
      { ports: [{ port: 80, nodePort: 30_000 }] },
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      'one node port twice',
      {
        type: 'NodePort',
        ports: [
          { name: 'a', port: 80, nodePort: 30_000 },
          { name: 'b', port: 81, nodePort: 30_000 },
        ],
      },
      ['spec.ports[1].nodePort: Duplicate value: 30000'],
    ],
    [
      'headless with node ports',
      { type: 'NodePort', clusterIP: 'None', clusterIPs: ['None'] },
      ['spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for NodePort services'],
    ],
    [
      'an external name',
      { type: 'ExternalName', externalName: 'Not A Name', clusterIPs: ['10.0.0.1'] },
      [
        'spec.clusterIPs: Forbidden: may not be set for ExternalName services',
        "spec.externalName: Invalid value: \"Not A Name\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ],
    ],
    ['no external name', { type: 'ExternalName' }, ['spec.externalName: Required value']],
    ['a fully qualified external name', { type: 'ExternalName', externalName: 'example.com.' }, []],
    [
      'affinity',
      { sessionAffinity: 'Cookie' },
      ['spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"'],
    ],
    [
      'an affinity too long',
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 90_000 } } },
      ['spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 90000: must be greater than 0 and less than 86400'],
    ],
    [
      'a bad selector',
      { selector: { 'a b': 'c' } },
      [
        "spec.selector: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      ],
    ],
    [
      'cluster IPs that disagree',
      { clusterIP: '10.96.0.2', clusterIPs: ['10.96.0.3'] },
      ['spec.clusterIPs: Invalid value: ["10.96.0.3"]: first value must match `clusterIP`'],
    ],
    [
      'external addresses',
      { externalIPs: ['127.0.0.1', '010.1.1.1'] },
      [
        'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
        'spec.externalIPs[1]: Invalid value: "010.1.1.1": must not have leading 0s',
      ],
    ],
    [
      'what only load balancers have',
      {
        allocateLoadBalancerNodePorts: true,
        loadBalancerClass: 'x',
        loadBalancerSourceRanges: ['10.0.0.1/8'],
        externalTrafficPolicy: 'Local',
        healthCheckNodePort: 1,
      },
      [
        'spec.LoadBalancerSourceRanges[0]: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length',
        "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
        "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
        "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
        'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
        "spec.healthCheckNodePort: Invalid value: 1: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ],
    ],
    [
      'policies',
      { type: 'NodePort', externalTrafficPolicy: 'Near', internalTrafficPolicy: 'Far', trafficDistribution: 'Fair' },
      [
        'spec.externalTrafficPolicy: Unsupported value: "Near": supported values: "Cluster", "Local"',
        'spec.internalTrafficPolicy: Unsupported value: "Far": supported values: "Cluster", "Local"',
        'spec.trafficDistribution: Unsupported value: "Fair": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
      ],
    ],
  ])('%s', (_, spec, expected) => {
    expect(lines(services.strategy.validate!(defaulted(services, service(spec))))).toEqual(expected);
  });

  test.each<[string, Service['spec'], NonNullable<Service['status']>, string[]]>([
    [
      'not a load balancer',
      {},
      { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
      ["status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'"],
    ],
    ['an address', { type: 'LoadBalancer' }, { loadBalancer: { ingress: [{ ip: '1.2.3.4', ipMode: 'VIP' }] } }, []],
    [
      'a bad address and a name that is one',
      { type: 'LoadBalancer' },
      { loadBalancer: { ingress: [{ ip: 'x', ipMode: 'Vip' }, { hostname: '1.2.3.4' }] } },
      [
        'status.loadBalancer.ingress[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        'status.loadBalancer.ingress[0].ipMode: Unsupported value: "Vip": supported values: "Proxy", "VIP"',
        'status.loadBalancer.ingress[1].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
      ],
    ],
  ])('status: %s', (_, spec, status, expected) => {
    expect(lines(services.strategy.validateStatusUpdate!({ ...service(spec), status }, service(spec)))).toEqual(expected);
  });
});

describe('columns of Services', () => {
  test.each<[string, Service['spec'], Service['status'], Record<string, unknown>]>([
    [
      'ClusterIP',
      { clusterIP: '10.96.0.2', clusterIPs: ['10.96.0.2'] },
      {},
      { Type: 'ClusterIP', 'Cluster-IP': '10.96.0.2', 'External-IP': '<none>', 'Port(s)': '80/TCP', 'Selector*': '<none>' },
    ],
    [
      'NodePort',
      {
        type: 'NodePort',
        ports: [
          { port: 8080, nodePort: 30_000 },
          { port: 53, protocol: 'UDP' },
        ],
        selector: { b: '2', a: '1' },
      },
      {},
      { 'Port(s)': '8080:30000/TCP,53/UDP', 'Selector*': 'a=1,b=2' },
    ],
    ['headless', { clusterIPs: ['None'], ports: [] }, {}, { 'Cluster-IP': 'None', 'Port(s)': '<none>' }],
    [
      'ExternalName',
      { type: 'ExternalName', externalName: 'example.com', ports: [] },
      {},
      { 'Cluster-IP': '<none>', 'External-IP': 'example.com' },
    ],
    ['a load balancer that waits', { type: 'LoadBalancer' }, {}, { 'External-IP': '<pending>' }],
    [
      'a load balancer',
      { type: 'LoadBalancer', externalIPs: ['9.9.9.9'] },
      { loadBalancer: { ingress: [{ ip: '1.2.3.4' }, { hostname: 'lb.example.com' }] } },
      { 'External-IP': '1.2.3.4,lb.example.com,9.9.9.9' },
    ],
  ])('%s', (_, spec, status, expected) => {
    const object = { ...defaulted(services, service(spec)), metadata: metadata('web'), status };
    expect(cells(services, object)).toMatchObject({ Name: 'web', Age: '60m', ...expected });
  });

  test('their order', () => {
    expect(Object.keys(cells(services, service()))).toEqual([
      'Name',
      'Type',
      'Cluster-IP',
      'External-IP',
      'Port(s)',
      'Age',
      'Selector*',
    ]);
  });
});
