import { describe, expect, test } from 'vitest';
import { deviceClasses } from '../../../src/resources/resource/deviceclass.ts';
import { resourceClaims, type ResourceClaim } from '../../../src/resources/resource/resourceclaim.ts';
import { resourceClaimTemplates } from '../../../src/resources/resource/resourceclaimtemplate.ts';
import { make, row, stored, wrong, wrongChange } from '../checks.ts';
import { context, lines, metadata, readerOf } from '../objects.ts';

const exactly = { deviceClassName: 'gpu.example.com' };
const request = { name: 'gpu', exactly };
const opaque = { driver: 'gpu.example.com', parameters: { speed: 1 } };
const devices = (more: object) => ({ spec: { devices: { requests: [request], ...more } } });
const unknown = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

describe('DeviceClass', () => {
  const of = (spec: object) => wrong(deviceClasses, { spec });
  test('rules', () => {
    expect(of({ selectors: [{ cel: { expression: 'true' } }], config: [{ opaque }], extendedResourceName: 'example.com/gpu' })).toEqual([]);
    expect(of({ selectors: [{}, { cel: { expression: 'x'.repeat(10241) } }], config: [{}], extendedResourceName: 'cpu' })).toEqual([
      'spec.selectors[0].cel: Required value',
      'spec.selectors[1].cel.expression: Too long: may not be more than 10240 bytes',
      'spec.config[0].opaque: Required value',
      'spec.extendedResourceName: Invalid value: "cpu": must be a valid extended resource name',
    ]);
    expect(of({ selectors: Array(33).fill({}), config: Array(33).fill({}) })).toEqual([
      'spec.selectors: Too many: 33: must have at most 32 items',
      'spec.config: Too many: 33: must have at most 32 items',
    ]);
    expect(
      of({ config: [{ opaque: {} }, { opaque: { ...opaque, parameters: [] } }, { opaque: { ...opaque, parameters: { a: 'x'.repeat(10240) } } }] }),
    ).toEqual([
      'spec.config[0].opaque.driver: Required value',
      'spec.config[0].opaque.parameters: Required value',
      'spec.config[1].opaque.parameters: Invalid value: "<value omitted>": must be a valid JSON object',
      'spec.config[2].opaque.parameters: Too long: may not be more than 10240 bytes',
    ]);
  });
  test('columns', () => expect(row(deviceClasses, {})).toEqual([['Name', 'web'], ['Age', '60m']]));
});

test('defaults', () => {
  const requests = [
    { name: 'a', exactly: { ...exactly, tolerations: [{}] } },
    { name: 'b', firstAvailable: [{ ...exactly, name: 'c', allocationMode: 'All' }, { ...exactly, name: 'd', count: 2 }] },
  ];
  const expected = [
    { name: 'a', exactly: { ...exactly, allocationMode: 'ExactCount', count: 1, tolerations: [{ operator: 'Equal' }] } },
    {
      name: 'b',
      firstAvailable: [
        { ...exactly, name: 'c', allocationMode: 'All' },
        { ...exactly, name: 'd', allocationMode: 'ExactCount', count: 2 },
      ],
    },
  ];
  expect(stored(resourceClaims, { spec: { devices: { requests } } }).spec.devices?.requests).toEqual(expected);
  expect(stored(resourceClaimTemplates, { spec: { spec: { devices: { requests } } } }).spec.spec.devices?.requests).toEqual(expected);
  const status = { allocation: { devices: { results: [{ tolerations: [{ key: 'a' }] }] } } };
  expect(stored(resourceClaims, { status })).toMatchObject({
    spec: { devices: {} },
    status: { allocation: { devices: { results: [{ tolerations: [{ key: 'a', operator: 'Equal' }] }] } } },
  });
});

describe('what is claimed', () => {
  test.each<[string, object, string[]]>([
    ['a good one', devices({ constraints: [{ requests: ['gpu'], matchAttribute: 'a.b/c' }], config: [{ requests: ['gpu'], opaque }] }), []],
    [
      'requests of nothing or of two sorts',
      devices({ requests: [{}, { name: 'a', exactly, firstAvailable: [{}] }, { name: 'a', exactly }] }),
      [
        expect.stringContaining('spec.devices.requests[0].name: Invalid value: "": a lowercase RFC 1123 label') as never,
        'spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required',
        'spec.devices.requests[1]: Invalid value: null: exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set',
        'spec.devices.requests[2]: Duplicate value: "a"',
      ],
    ],
    [
      'counts',
      devices({
        requests: [
          { name: 'a', exactly: { allocationMode: 'All', count: 1 } },
          { name: 'b', exactly: { ...exactly, count: -1 } },
          { name: 'c', exactly: { ...exactly, allocationMode: 'Some' } },
        ],
      }),
      [
        'spec.devices.requests[0].exactly.deviceClassName: Required value',
        "spec.devices.requests[0].exactly.count: Invalid value: 1: must not be specified when allocationMode is 'All'",
        'spec.devices.requests[1].exactly.count: Invalid value: -1: must be greater than zero',
        'spec.devices.requests[2].exactly.allocationMode: Unsupported value: "Some": supported values: "All", "ExactCount"',
      ],
    ],
    [
      'alternatives',
      devices({ requests: [{ name: 'a', firstAvailable: [{ ...exactly, name: 'b' }, { ...exactly, name: 'b' }, { name: 'c' }] }] }),
      [
        'spec.devices.requests[0].firstAvailable[2].deviceClassName: Required value',
        'spec.devices.requests[0].firstAvailable[1]: Duplicate value: "b"',
      ],
    ],
    [
      'too many',
      devices({ requests: [{ name: 'a', firstAvailable: Array(9).fill({}) }], constraints: Array(33).fill({}), config: Array(33).fill({}) }),
      [
        'spec.devices.requests[0].firstAvailable: Too many: 9: must have at most 8 items',
        'spec.devices.constraints: Too many: 33: must have at most 32 items',
        'spec.devices.config: Too many: 33: must have at most 32 items',
      ],
    ],
    [
      'tolerations',
      devices({
        requests: [
          {
            name: 'a',
            exactly: {
              ...exactly,
              tolerations: [
                { key: '!', operator: 'Exists', value: 'x', effect: 'Cry' },
                { operator: 'Equal', value: '!' },
                { operator: 'Near', effect: 'None' },
              ],
            },
          },
        ],
      }),
      [
        expect.stringContaining('tolerations[0].key: Invalid value: "!": name part must consist of') as never,
        'spec.devices.requests[0].exactly.tolerations[0].value: Invalid value: "x": must be empty for operator `Exists`',
        'spec.devices.requests[0].exactly.tolerations[0].effect: Unsupported value: "Cry": supported values: "NoExecute", "NoSchedule", "None"',
        expect.stringContaining('tolerations[1].value: Invalid value: "!": a valid label must be') as never,
        'spec.devices.requests[0].exactly.tolerations[2].operator: Unsupported value: "Near": supported values: "Equal", "Exists"',
      ],
    ],
    [
      'constraints',
      devices({
        constraints: [
          {},
          { requests: ['gpu', 'gpu', 'cpu', 'a/b/c'], matchAttribute: 'c' },
          { distinctAttribute: '/' },
          { distinctAttribute: 'a.b/!' },
          { distinctAttribute: `a.b/${'c'.repeat(33)}` },
        ],
      }),
      [
        'spec.devices.constraints[0]: Required value: exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set',
        `spec.devices.constraints[1].requests[2]: Invalid value: "cpu": ${unknown}`,
        `spec.devices.constraints[1].requests[3]: Invalid value: "a/b/c": ${unknown}`,
        'spec.devices.constraints[1].requests[1]: Duplicate value: "gpu"',
        'spec.devices.constraints[1].matchAttribute: Invalid value: "c": a fully qualified name must be a domain and a name separated by a slash',
        'spec.devices.constraints[2].distinctAttribute: Invalid value: "": the domain must not be empty',
        'spec.devices.constraints[2].distinctAttribute: Invalid value: "": the name must not be empty',
        expect.stringContaining('spec.devices.constraints[3].distinctAttribute: Invalid value: "!": a valid C identifier must start with') as never,
        'spec.devices.constraints[4].distinctAttribute: Too long: may not be more than 32 bytes',
      ],
    ],
    [
      'references to alternatives',
      devices({
        requests: [{ name: 'a', firstAvailable: [{ ...exactly, name: 'b' }] }],
        config: [{ requests: ['a', 'a/b', 'a/c'], opaque }],
      }),
      [`spec.devices.config[0].requests[2]: Invalid value: "a/c": ${unknown}`],
    ],
  ])('%s', (_, fields, expected) => {
    expect(wrong(resourceClaims, { ...fields })).toEqual(expected);
    const inTemplate = wrong(resourceClaimTemplates, { spec: fields as never });
    expect(inTemplate.map((line) => line.replace(/^spec\.spec\./, 'spec.'))).toEqual(expected);
  });

  test('cannot change', () => {
    const changed = devices({ requests: [{ name: 'other', exactly }] });
    expect(wrongChange(resourceClaims, devices({}), devices({}))).toEqual([]);
    expect(wrongChange(resourceClaims, devices({}), changed)).toEqual([expect.stringMatching(/^spec: Invalid value: .*: field is immutable$/)]);
    expect(wrongChange(resourceClaimTemplates, { spec: devices({}) }, { spec: changed })).toEqual([
      expect.stringMatching(/^spec: Invalid value: .*: field is immutable$/),
    ]);
    expect(resourceClaims.strategy.validate).toBeUndefined();
  });

  test('labels of a template', () =>
    expect(wrong(resourceClaimTemplates, { spec: { metadata: { labels: { a: '!' } }, spec: {} } })).toEqual([
      expect.stringContaining('spec.metadata.labels: Invalid value: "!"'),
    ]));

  test('of others, with admin access', () => {
    const namespace = (labels: Record<string, string>) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { ...metadata('default', { labels }), namespace: '' } });
    const claim = make(resourceClaims, devices({ requests: [request, { name: 'a', exactly: { ...exactly, adminAccess: true } }] }));
    const template = make(resourceClaimTemplates, { spec: { spec: claim.spec } });
    const labelled = readerOf([namespace({ 'resource.kubernetes.io/admin-access': 'true' })]);
    const expected = [
      'spec.devices.requests[1].adminAccess: Forbidden: admin access to devices requires the `resource.kubernetes.io/admin-access: true` label on the containing namespace',
    ];
    for (const reader of [readerOf([]), readerOf([namespace({ 'resource.kubernetes.io/admin-access': '' })])]) {
      expect(lines(resourceClaims.strategy.allocate!(claim, undefined, reader, context))).toEqual(expected);
      expect(lines(resourceClaimTemplates.strategy.allocate!(template, undefined, reader, context))).toEqual(expected);
      expect(resourceClaims.strategy.allocate!(claim, claim, reader, context)).toEqual([]);
    }
    expect(resourceClaims.strategy.allocate!(claim, undefined, labelled, context)).toEqual([]);
    expect(resourceClaims.strategy.allocate!(make(resourceClaims, devices({})), undefined, readerOf([]), context)).toEqual([]);
  });
});

describe('status', () => {
  const result = { request: 'gpu', driver: 'd.example.com', pool: 'p/q', device: 'gpu-0' };
  const { request: _, ...device } = result;
  const allocation = { devices: { results: [result] } };
  const consumer = { resource: 'pods', name: 'a', uid: '1' };
  const wrongStatus = (status: object, old: object = {}, meta: object = {}): string[] => {
    const of = (value: object): ResourceClaim => stored(resourceClaims, { ...devices({}), status: value, metadata: meta });
    return lines(resourceClaims.strategy.validateStatusUpdate!(of(status), of(old)));
  };

  test.each<[string, object, object, string[]]>([
    ['a good one', { allocation, reservedFor: [consumer], devices: [{ ...device, networkData: { ips: ['10.0.0.1/24', 'fd00::1/64'] } }] }, {}, []],
    [
      'no allocation',
      { reservedFor: [{ apiGroup: 'a' }], devices: [device] },
      {},
      [
        'status.reservedFor[0].resource: Required value',
        'status.reservedFor[0].name: Required value',
        'status.reservedFor[0].uid: Required value',
        'status.devices[0]: Invalid value: "d.example.com/p/q/gpu-0": must be an allocated device in the claim',
        'status.reservedFor: Forbidden: may not be specified when `allocated` is not set',
      ],
    ],
    [
      'another allocation',
      { allocation: { devices: { results: [{ ...result, device: 'gpu-1' }] } } },
      { allocation },
      [expect.stringMatching(/^status.allocation: Invalid value: .*: field is immutable$/) as never],
    ],
    [
      'odd results',
      {
        allocation: {
          devices: {
            results: [
              { request: 'cpu', pool: 'P//q', device: 'A', shareID: 'x', bindingConditions: ['a', 'a', '!'] },
              { ...result, shareID: '6BA7B810-9DAD-11D1-80B4-00C04FD430C8', bindingConditions: ['a'], bindingFailureConditions: ['a', 'b', 'b'] },
              { ...result, shareID: '6ba7b810-9dad-11d1-80b4-00c04fd430c8', bindingFailureConditions: ['a', 'b', 'c', 'd', 'e'] },
              { ...result, shareID: 'z'.repeat(36) },
            ],
            config: [{ opaque, requests: ['cpu'] }, { opaque, source: 'FromHere' }],
          },
          nodeSelector: { nodeSelectorTerms: [] },
        },
      },
      {},
      [
        `status.allocation.devices.results[0].request: Invalid value: "cpu": ${unknown}`,
        'status.allocation.devices.results[0].driver: Required value',
        expect.stringContaining('results[0].pool: Invalid value: "P": a lowercase RFC 1123 subdomain') as never,
        expect.stringContaining('results[0].pool: Invalid value: "": a lowercase RFC 1123 subdomain') as never,
        expect.stringContaining('results[0].device: Invalid value: "A": a lowercase RFC 1123 label') as never,
        'status.allocation.devices.results[0].shareID: Invalid value: "x": error validating uid: invalid UUID length: 1',
        expect.stringContaining('results[0].bindingConditions[2]: Invalid value: "!": name part must consist of') as never,
        'status.allocation.devices.results[0].bindingConditions[1]: Duplicate value: "a"',
        'status.allocation.devices.results[0].bindingFailureConditions: Invalid value: null: bindingFailureConditions are required to use bindingConditions',
        expect.stringContaining('results[1].shareID: Invalid value: "6BA7B810-9DAD-11D1-80B4-00C04FD430C8": uid must be in RFC 4122') as never,
        'status.allocation.devices.results[1].bindingFailureConditions[0]: Invalid value: "a": bindingFailureConditions must not overlap with bindingConditions',
        'status.allocation.devices.results[1].bindingFailureConditions[2]: Duplicate value: "b"',
        'status.allocation.devices.results[2].bindingFailureConditions: Too many: 5: must have at most 4 items',
        'status.allocation.devices.results[2].bindingConditions: Invalid value: null: bindingConditions are required to use bindingFailureConditions',
        `status.allocation.devices.results[3].shareID: Invalid value: "${'z'.repeat(36)}": error validating uid: invalid UUID format`,
        'status.allocation.devices.config[0].source: Required value',
        `status.allocation.devices.config[0].requests[0]: Invalid value: "cpu": ${unknown}`,
        'status.allocation.devices.config[1].source: Unsupported value: "FromHere": supported values: "FromClaim", "FromClass"',
        'status.allocation.nodeSelector.nodeSelectorTerms: Required value: must have at least one node selector term',
      ],
    ],
    [
      'odd devices',
      {
        allocation,
        devices: [
          {
            ...device,
            data: 'x',
            conditions: [{ type: 'A' }],
            networkData: { interfaceName: 'x'.repeat(257), hardwareAddress: 'x'.repeat(129), ips: ['10.0.0.1', 'FD00::1/64', '10.0.0.1/8', '10.0.0.1/8'] },
          },
          device,
        ],
      },
      {},
      [
        'status.devices[0].conditions[0].status: Unsupported value: "": supported values: "False", "True", "Unknown"',
        'status.devices[0].conditions[0].lastTransitionTime: Required value',
        'status.devices[0].conditions[0].reason: Required value',
        'status.devices[0].data: Invalid value: "<value omitted>": must be a valid JSON object',
        'status.devices[0].networkData.interfaceName: Too long: may not be more than 256 bytes',
        'status.devices[0].networkData.hardwareAddress: Too long: may not be more than 128 bytes',
        'status.devices[0].networkData.ips[0]: Invalid value: "10.0.0.1": must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)',
        'status.devices[0].networkData.ips[1]: Invalid value: "FD00::1/64": must be in canonical form ("fd00::1/64")',
        'status.devices[0].networkData.ips[3]: Duplicate value: "10.0.0.1/8"',
        'status.devices[1]: Duplicate value: "d.example.com/p/q/gpu-0"',
      ],
    ],
    [
      'many conditions',
      { allocation, devices: [{ ...device, conditions: Array.from({ length: 9 }, (_each, i) => ({ type: `A${i}`, status: 'True', reason: 'B', lastTransitionTime: '2026-01-01T00:00:00Z' })) }] },
      {},
      ['status.devices[0].conditions: Too many: 9: must have at most 8 items'],
    ],
  ])('%s', (_name, status, old, expected) => expect(wrongStatus(status, old)).toEqual(expected));

  test('consumers only go while the claim does', () => {
    const deleted = { deletionTimestamp: '2026-05-01T12:00:00Z' };
    const both = { allocation, reservedFor: [consumer, { ...consumer, uid: '2' }] };
    const one = { allocation, reservedFor: [consumer] };
    expect(wrongStatus(one, both, deleted)).toEqual([]);
    expect(wrongStatus(both, one)).toEqual([]);
    expect(wrongStatus(both, one, deleted)).toEqual([
      'status.reservedFor: Forbidden: new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set',
    ]);
  });

  test('what was said about a device goes with it', () => {
    const claim = (status: object, labels?: Record<string, string>) => make(resourceClaims, { ...devices({}), status, metadata: { labels } });
    const other = { ...device, device: 'gpu-1' };
    const next = claim({ devices: [device, other] }, { a: '1' });
    resourceClaims.strategy.prepareForStatusUpdate!(next, claim({ allocation, devices: [device] }), context);
    expect(next.status).toEqual({ devices: [other] });
    expect(next.metadata.labels).toBeUndefined();
    const last = claim({ devices: [device] });
    resourceClaims.strategy.prepareForStatusUpdate!(last, claim({ allocation }), context);
    expect(last.status).toEqual({});
    const kept = claim({ allocation, devices: [device] });
    resourceClaims.strategy.prepareForStatusUpdate!(kept, claim({ allocation }), context);
    expect(kept.status).toEqual({ allocation, devices: [device] });
  });

  test.each<[object | undefined, object, string]>([
    [undefined, {}, 'pending'],
    [{ allocation }, {}, 'allocated'],
    [{ allocation, reservedFor: [consumer] }, {}, 'allocated,reserved'],
    [{ allocation }, { deletionTimestamp: '2026-05-01T12:00:00Z' }, 'deleted,allocated'],
    [{}, { deletionTimestamp: '2026-05-01T12:00:00Z' }, 'deleted'],
  ])('columns with %j', (status, meta, state) =>
    expect(row(resourceClaims, { ...devices({}), status, metadata: meta })).toEqual([
      ['Name', 'web'],
      ['State', state],
      ['Age', '60m'],
    ]),
  );
});
