/** Defaults and rules of the smaller kinds. */
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/machinery/meta.ts';
import type { ResourceDefinition } from '../../../src/machinery/resource.ts';
import { leases } from '../../../src/resources/coordination/lease.ts';
import { configMaps } from '../../../src/resources/core/configmap.ts';
import { endpoints } from '../../../src/resources/core/endpoints.ts';
import { events } from '../../../src/resources/core/event.ts';
import { namespaces } from '../../../src/resources/core/namespace.ts';
import { nodes } from '../../../src/resources/core/node.ts';
import { secrets } from '../../../src/resources/core/secret.ts';
import { serviceAccounts } from '../../../src/resources/core/serviceaccount.ts';
import { endpointSlices } from '../../../src/resources/discovery/endpointslice.ts';
import { context, defaulted, lines, metadata } from '../objects.ts';

/** What a client writes, as far as it matters to a test. */
type Fields = Record<string, unknown> & { metadata?: Partial<KubeObject['metadata']> };

function make<T extends KubeObject>(resource: ResourceDefinition<T>, { metadata: more, ...fields }: Fields): T {
  return { apiVersion: resource.apiVersion, kind: resource.kind, metadata: metadata('web', more), ...fields } as unknown as T;
}

/** What is wrong with a new object. */
const wrong = <T extends KubeObject>(resource: ResourceDefinition<T>, fields: Fields): string[] =>
  lines(resource.strategy.validate!(defaulted(resource, make(resource, fields))));

/** What is wrong with a change. */
const wrongChange = <T extends KubeObject>(resource: ResourceDefinition<T>, from: Fields, to: Fields): string[] =>
  lines(resource.strategy.validateUpdate!(defaulted(resource, make(resource, to)), defaulted(resource, make(resource, from))));

const configKey = (key: string) =>
  `Invalid value: "${key}": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`;

describe('ConfigMap', () => {
  test('keys', () => {
    expect(wrong(configMaps, { data: { 'a b': '', '..': '', '..x': '', c: '' }, binaryData: { c: '' } })).toEqual([
      `data[a b]: ${configKey('a b')}`,
      `data[..]: Invalid value: "..": must not be '..'`,
      `data[..x]: Invalid value: "..x": must not start with '..'`,
      'data[c]: Invalid value: "c": duplicate of key present in binaryData',
    ]);
  });
  test('size', () => {
    expect(wrong(configMaps, { data: { a: 'é'.repeat(512 * 1024) } })).toEqual([]);
    expect(wrong(configMaps, { data: { a: 'é'.repeat(512 * 1024), b: 'x' } })).toEqual([
      ': Too long: may not be more than 1048576 bytes',
    ]);
  });
  test('immutable is for good', () => {
    const fields = { data: { a: '1' }, immutable: true };
    expect(wrongChange(configMaps, fields, fields)).toEqual([]);
    expect(wrongChange(configMaps, { ...fields, immutable: false }, { data: { a: '2' } })).toEqual([]);
    expect(wrongChange(configMaps, fields, { data: { a: '2' } })).toEqual([
      'immutable: Forbidden: field is immutable when `immutable` is set',
      'data: Forbidden: field is immutable when `immutable` is set',
    ]);
  });
});

describe('Secret', () => {
  test('stringData goes into data, over what is there', () => {
    const secret = defaulted(secrets, make(secrets, { data: { a: 'AA==', b: 'AA==' }, stringData: { a: 'grün' } }));
    expect(secret).toMatchObject({ type: 'Opaque', data: { a: 'Z3LDvG4=', b: 'AA==' } });
    expect(secret).not.toHaveProperty('stringData');
  });
  test.each<[string, Record<string, string>, string[]]>([
    ['kubernetes.io/tls', {}, ['data[tls.crt]: Required value', 'data[tls.key]: Required value']],
    ['kubernetes.io/basic-auth', {}, ['data[username]: Required value', 'data[password]: Required value']],
    ['kubernetes.io/basic-auth', { username: '' }, []],
    ['kubernetes.io/ssh-auth', { 'ssh-privatekey': '' }, ['data[ssh-privatekey]: Required value']],
    ['kubernetes.io/dockerconfigjson', {}, ['data[.dockerconfigjson]: Required value']],
    [
      'kubernetes.io/dockerconfigjson',
      { '.dockerconfigjson': btoa('no') },
      ['data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": must be a JSON object'],
    ],
    ['kubernetes.io/dockerconfigjson', { '.dockerconfigjson': btoa('{}') }, []],
    ['kubernetes.io/service-account-token', {}, ['metadata.annotations[kubernetes.io/service-account.name]: Required value']],
    ['example.com/own', { 'a b': '' }, [`data[a b]: ${configKey('a b')}`]],
  ])('%s with %j', (type, data, expected) => {
    expect(wrong(secrets, { type, data })).toEqual(expected);
  });
  test('size, decoded', () => {
    expect(wrong(secrets, { data: { a: btoa('x'.repeat(1024 * 1024)) } })).toEqual([]);
    expect(wrong(secrets, { data: { a: btoa('x'.repeat(1024 * 1024 + 1)) } })).toEqual([
      'data: Too long: may not be more than 1048576 bytes',
    ]);
  });
  test('the type stays, immutable is for good', () => {
    expect(wrongChange(secrets, { type: 'a.b/c' }, {})).toEqual(['type: Invalid value: "Opaque": field is immutable']);
    expect(wrongChange(secrets, { immutable: true, data: { a: 'AA==' } }, { immutable: true, data: { a: 'AQ==' } })).toEqual([
      'data: Forbidden: field is immutable when `immutable` is set',
    ]);
  });
});

describe('Namespace', () => {
  test('a new one is active, labelled and held until its content is gone', () => {
    const namespace = defaulted(namespaces, make(namespaces, { status: { phase: 'Terminating' } }));
    namespaces.strategy.prepareForCreate!(namespace, context);
    expect(namespace).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'web' } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  });
  test('an update does not touch what finalize does', () => {
    const old = make(namespaces, { spec: { finalizers: ['kubernetes'] } });
    const next = make(namespaces, { spec: { finalizers: [] } });
    namespaces.strategy.prepareForUpdate!(next, old, context);
    expect(next.spec.finalizers).toEqual(['kubernetes']);
  });
  test('finalizers and phases', () => {
    expect(wrong(namespaces, { spec: { finalizers: ['kubernetes', 'example.com/a', 'own'] } })).toEqual([
      'spec.finalizers: Invalid value: "own": name is neither a standard finalizer name nor is it fully qualified',
    ]);
    const status = (phase: string, deletionTimestamp?: string) =>
      lines(
        namespaces.strategy.validateStatusUpdate!(
          make(namespaces, { status: { phase }, metadata: { deletionTimestamp } }),
          make(namespaces, {}),
        ),
      );
    expect(status('Active')).toEqual([]);
    expect(status('Terminating')).toEqual([
      'status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
    ]);
    expect(status('Active', '2026-05-01T12:00:00Z')).toEqual([
      'status.Phase: Invalid value: "Active": may only be \'Terminating\' if `deletionTimestamp` is not empty',
    ]);
  });
});

describe('Node', () => {
  test('defaults', () => {
    expect(defaulted(nodes, make(nodes, { spec: { podCIDR: '10.0.1.0/24' }, status: { capacity: { cpu: '4' } } }))).toMatchObject(
      {
        spec: { podCIDR: '10.0.1.0/24', podCIDRs: ['10.0.1.0/24'] },
        status: { capacity: { cpu: '4' }, allocatable: { cpu: '4' } },
      },
    );
    expect(nodes.strategy.keepsStatusOnCreate).toBe(true);
  });
  test('rules', () => {
    const taints = [
      { key: 'a', effect: 'NoSchedule' },
      { key: 'a', effect: 'NoSchedule' },
      { key: 'b', effect: 'Never' },
    ];
    const fields = {
      spec: { taints, podCIDRs: ['10.0.1.0/24', '10.0.2.0/24'] },
      status: { capacity: { pods: '1500m', memory: '-1' }, declaredFeatures: ['b', 'A'] },
    };
    expect(wrong(nodes, fields)).toEqual([
      'metadata.taints[1]: Duplicate value: {"key":"a","effect":"NoSchedule"}: taints must be unique by key and effect pair',
      'metadata.taints[2].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      'status.capacity.pods: Invalid value: "1500m": must be an integer',
      'status.capacity.memory: Invalid value: "-1": must be greater than or equal to 0',
      'status.allocatable.pods: Invalid value: "1500m": must be an integer',
      'status.allocatable.memory: Invalid value: "-1": must be greater than or equal to 0',
      expect.stringContaining(
        'status.declaredFeatures[0]: Invalid value: "b": invalid feature name "b": must start with an UpperCamelCase segment',
      ),
      'status.declaredFeatures[1]: Invalid value: "A": list must be sorted alphabetically',
      'spec.podCIDRs: Invalid value: ["10.0.1.0/24","10.0.2.0/24"]: may specify no more than one CIDR for each IP family',
    ]);
  });
  test('identity is set once', () => {
    expect(wrongChange(nodes, {}, { spec: { podCIDR: '10.0.1.0/24', providerID: 'a' } })).toEqual([]);
    expect(
      wrongChange(
        nodes,
        { spec: { podCIDR: '10.0.1.0/24', providerID: 'a' } },
        { spec: { podCIDR: '10.0.2.0/24', providerID: 'b' } },
      ),
    ).toEqual([
      'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
      'spec.providerID: Forbidden: node updates may not change providerID except from "" to valid',
    ]);
  });
  test('addresses are not reported twice', () => {
    const address = { type: 'InternalIP', address: '10.0.0.1' };
    const node = make(nodes, { status: { addresses: [address, address] } });
    expect(lines(nodes.strategy.validateStatusUpdate!(node, node))).toEqual([
      'status.addresses[1]: Duplicate value: {"type":"InternalIP","address":"10.0.0.1"}',
    ]);
  });
});

describe('Event', () => {
  const newer = { eventTime: '2026-05-01T12:00:00.000000Z', involvedObject: { namespace: 'default' } };
  test.each<[string, Fields, string[]]>([
    ['about an object here', { involvedObject: { namespace: 'default' } }, []],
    [
      'about an object elsewhere',
      { involvedObject: { namespace: 'other' } },
      ['involvedObject.namespace: Invalid value: "other": does not match event.namespace'],
    ],
    ['about a node', {}, []],
    [
      'about a node, not in default',
      { metadata: { namespace: 'other' } },
      ['involvedObject.namespace: Invalid value: "": does not match event.namespace'],
    ],
    ['of the newer sort', { ...newer, reportingComponent: 'a', reportingInstance: 'b', action: 'c', reason: 'd' }, []],
    [
      'of the newer sort, too long',
      { ...newer, reportingComponent: 'a', reportingInstance: 'x'.repeat(129), action: 'c', message: 'x'.repeat(1025) },
      [
        'reportingInstance: Invalid value: "": can have at most 128 characters',
        'reason: Required value',
        'message: Invalid value: "": can have at most 1024 characters',
      ],
    ],
  ])('%s', (_, fields, expected) => {
    expect(wrong(events, fields)).toEqual(expected);
  });
});

test('Lease', () => {
  expect(
    wrong(leases, { spec: { leaseDurationSeconds: 0, leaseTransitions: -1, strategy: 'Mine', preferredHolder: 'a' } }),
  ).toEqual([
    'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
    'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
    'spec.strategy.strategy: Unsupported value: "Mine": supported values: "OldestEmulationVersion"',
  ]);
  expect(wrong(leases, { spec: { preferredHolder: 'a' } })).toEqual([
    'spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined',
  ]);
  expect(wrong(leases, { spec: { strategy: 'example.com/Mine', preferredHolder: 'a' } })).toEqual([]);
});

test('ServiceAccount: only the names of secrets count', () => {
  const account = make(serviceAccounts, { secrets: [{ name: 'a', kind: 'Secret', namespace: 'elsewhere' }] });
  serviceAccounts.strategy.prepareForCreate!(account, context);
  expect(account.secrets).toEqual([{ name: 'a' }]);
});

describe('Endpoints', () => {
  test('rules', () => {
    const subsets = [
      { ports: [{ port: 80 }] },
      {
        addresses: [{ ip: '169.254.1.1', hostname: 'A' }, { ip: 'x' }],
        ports: [{ port: 0 }, { name: 'a', port: 1, protocol: 'X' }],
      },
    ];
    expect(wrong(endpoints, { subsets })).toEqual([
      'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`',
      expect.stringContaining('subsets[1].addresses[0].hostname: Invalid value: "A"'),
      'subsets[1].addresses[0].ip: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      'subsets[1].addresses[1].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'subsets[1].addresses[1].ip: Invalid value: "x": must be a valid IP address',
      'subsets[1].ports[0].name: Required value',
      'subsets[1].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'subsets[1].ports[1].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
    ]);
  });
});

describe('EndpointSlice', () => {
  test('defaults', () => {
    expect(defaulted(endpointSlices, make(endpointSlices, { addressType: 'IPv4', ports: [{ port: 80 }] }))).toMatchObject({
      endpoints: [],
      ports: [{ name: '', port: 80, protocol: 'TCP' }],
    });
  });
  test.each<[string, Fields, string[]]>([
    ['no type', { endpoints: [] }, ['addressType: Required value']],
    [
      'another type',
      { addressType: 'MAC', endpoints: [{ addresses: ['x'] }] },
      ['addressType: Unsupported value: "MAC": supported values: "FQDN", "IPv4", "IPv6"'],
    ],
    [
      'addresses',
      { addressType: 'IPv4', endpoints: [{ addresses: [] }, { addresses: ['fd00::1'] }, { addresses: ['127.0.0.1'] }] },
      [
        'endpoints[0].addresses: Required value: must contain at least 1 address',
        'endpoints[1].addresses: Invalid value: "fd00::1": must be an IPv4 address',
        'endpoints[2].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      ],
    ],
    [
      'IPv6 written otherwise',
      { addressType: 'IPv6', endpoints: [{ addresses: ['FD00::1'] }] },
      ['endpoints[0].addresses[0]: Invalid value: "FD00::1": must be in canonical form ("fd00::1")'],
    ],
    [
      'names',
      { addressType: 'FQDN', endpoints: [{ addresses: ['example.com.'] }, { addresses: ['local'] }] },
      ['endpoints[1].addresses[0]: Invalid value: "local": should be a domain with at least two segments separated by dots'],
    ],
    [
      'ports of one name',
      { addressType: 'IPv4', endpoints: [], ports: [{ name: 'a' }, { name: 'a', protocol: 'X' }] },
      [
        'ports[1].name: Duplicate value: "a"',
        'ports[1].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
      ],
    ],
    [
      'too many',
      { addressType: 'IPv4', endpoints: Array.from({ length: 1001 }, () => ({ addresses: ['10.0.0.1'] })) },
      ['endpoints: Too many: 1001: must have at most 1000 items'],
    ],
    [
      'hints',
      { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'], hints: { forZones: [{ name: 'a' }, { name: 'a' }] } }] },
      ['endpoints[0].hints.forZones[1].name: Duplicate value: "a"'],
    ],
  ])('%s', (_, fields, expected) => {
    expect(wrong(endpointSlices, fields)).toEqual(expected);
  });
  test('the type stays, the generation counts changes of content and labels', () => {
    const fields = { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'] }], metadata: { generation: 3 } };
    expect(wrongChange(endpointSlices, fields, { ...fields, addressType: 'IPv6' })).toEqual([
      'addressType: Invalid value: "IPv6": field is immutable',
    ]);
    const generation = (to: Fields) => {
      const next = make(endpointSlices, to);
      endpointSlices.strategy.prepareForUpdate!(next, make(endpointSlices, fields), context);
      return next.metadata.generation;
    };
    expect(generation({ ...fields, metadata: { annotations: { a: 'b' } } })).toBe(3);
    expect(generation({ ...fields, metadata: { labels: { a: 'b' } } })).toBe(4);
    expect(generation({ ...fields, endpoints: [] })).toBe(4);
  });
});
