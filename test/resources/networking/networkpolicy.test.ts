import { describe, expect, test } from 'vitest';
import { networkPolicies } from '../../../src/resources/networking/networkpolicy.ts';
import { row, stored, wrong } from '../checks.ts';

const policy = (spec: object) => ({ spec });

test('defaults', () => {
  expect(stored(networkPolicies, {}).spec).toEqual({ podSelector: {}, policyTypes: ['Ingress'] });
  const rules = { ingress: [{ ports: [{ port: 80 }, { port: 53, protocol: 'UDP' }] }], egress: [{ ports: [{ port: 'dns' }] }] };
  expect(stored(networkPolicies, policy(rules)).spec).toEqual({
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      {
        ports: [
          { port: 80, protocol: 'TCP' },
          { port: 53, protocol: 'UDP' },
        ],
      },
    ],
    egress: [{ ports: [{ port: 'dns', protocol: 'TCP' }] }],
  });
  expect(stored(networkPolicies, policy({ policyTypes: ['Egress'] })).spec.policyTypes).toEqual(['Egress']);
});

describe('ports', () => {
  const range = 'must be between 1 and 65535, inclusive';
  test.each<[object, string[]]>([
    [{}, []],
    [{ port: 80, endPort: 90 }, []],
    [{ port: 'http' }, []],
    [{ protocol: 'ICMP' }, ['protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"']],
    [{ port: 0 }, [`port: Invalid value: 0: ${range}`]],
    [{ port: 90, endPort: 80 }, ['endPort: Invalid value: 90: must be greater than or equal to `port`']],
    [{ port: 80, endPort: 65536 }, [`endPort: Invalid value: 65536: ${range}`]],
    [{ port: 'http', endPort: 90 }, ['endPort: Invalid value: 90: may not be specified when `port` is non-numeric']],
    [{ endPort: 90 }, ['endPort: Invalid value: 90: may not be specified when `port` is not specified']],
    [
      { port: 'HTTP' },
      [
        'port: Invalid value: "HTTP": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
        'port: Invalid value: "HTTP": must contain at least one letter (a-z)',
      ],
    ],
  ])('%j', (port, expected) => {
    for (const direction of ['ingress', 'egress'])
      expect(wrong(networkPolicies, policy({ [direction]: [{ ports: [port] }] }))).toEqual(
        expected.map((line) => `spec.${direction}[0].ports[0].${line}`),
      );
  });
});

describe('peers', () => {
  test.each<[object, string[]]>([
    [{ podSelector: {} }, []],
    [{ podSelector: {}, namespaceSelector: {} }, []],
    [{}, [': Required value: must specify a peer']],
    [{ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }, [': Forbidden: may not specify both ipBlock and another peer']],
    [
      { namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'Is' }] } },
      ['.namespaceSelector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator'],
    ],
    [
      { podSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } },
      [".podSelector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"],
    ],
    [{ ipBlock: {} }, ['.ipBlock.cidr: Required value']],
    [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }, []],
    [
      { ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/16', '10.0.0.0/8', 'fd00::/16', 'x'] } },
      [
        '.ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
        '.ipBlock.except[1]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`',
        '.ipBlock.except[2]: Invalid value: "fd00::/16": must be a strict subset of `cidr`',
        '.ipBlock.except[3]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      ],
    ],
    [
      { ipBlock: { cidr: '10.0.0.1/8' } },
      ['.ipBlock.cidr: Invalid value: "10.0.0.1/8": must not have bits set beyond the prefix length'],
    ],
  ])('%j', (peer, expected) => {
    expect(wrong(networkPolicies, policy({ ingress: [{ from: [peer] }] }))).toEqual(
      expected.map((line) => `spec.ingress[0].from[0]${line}`),
    );
    expect(wrong(networkPolicies, policy({ egress: [{ to: [peer] }] }))).toEqual(
      expected.map((line) => `spec.egress[0].to[0]${line}`),
    );
  });
});

test('directions', () => {
  expect(wrong(networkPolicies, policy({ policyTypes: ['Ingress', 'Sideways'] }))).toEqual([
    'spec.policyTypes[1]: Unsupported value: "Sideways": supported values: "Ingress", "Egress"',
  ]);
  expect(wrong(networkPolicies, policy({ policyTypes: ['Ingress', 'Egress', 'Ingress'] }))).toEqual([
    'spec.policyTypes: Invalid value: ["Ingress","Egress","Ingress"]: may not specify more than two policyTypes',
  ]);
});

test('addresses that could be written better are accepted with a warning', () => {
  const object = stored(
    networkPolicies,
    policy({ egress: [{ to: [{ ipBlock: { cidr: 'FD00::/16', except: ['fd00:0::/32'] } }] }] }),
  );
  expect(networkPolicies.strategy.validate!(object)).toEqual([]);
  expect(networkPolicies.strategy.warnings!(object)).toEqual([
    'spec.egress[0].to[0].ipBlock.cidr: IPv6 CIDR value "FD00::/16" should be in RFC 5952 canonical format ("fd00::/16")',
    'spec.egress[0].to[0].ipBlock.except[0]: IPv6 CIDR value "fd00:0::/32" should be in RFC 5952 canonical format ("fd00::/32")',
  ]);
});

test.each<[object, string]>([
  [{}, '<none>'],
  [{ matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, 'app=web,tier'],
])('columns of %j', (podSelector, shown) => {
  expect(row(networkPolicies, policy({ podSelector }))).toEqual([
    ['Name', 'web'],
    ['Pod-Selector', shown],
    ['Age', '60m'],
  ]);
});
