import { describe, expect, test } from 'vitest';
import { resourceSlices } from '../../../src/resources/resource/resourceslice.ts';
import { make, row, wrong, wrongChange } from '../checks.ts';
import { context } from '../objects.ts';

const pool = { name: 'p', generation: 0, resourceSliceCount: 1 };
const base = { driver: 'd.example.com', pool };
const slice = (more: object) => ({ spec: { ...base, nodeName: 'n1', ...more } });
const of = (...devices: object[]) => slice({ devices });
const nodeSelector = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }] };
const one = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
const oneOfDevice =
  'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';

describe('slices', () => {
  test.each<[string, object, string[]]>([
    ['a good one', slice({ devices: [{ name: 'a', attributes: { 'x.y/z': { int: 1 } }, capacity: { memory: { value: '1Gi' } } }] }), []],
    ['of counters', slice({ sharedCounters: [{ name: 'a', counters: { memory: { value: '1Gi' } } }] }), []],
    [
      'nothing',
      {},
      [
        'spec.driver: Required value',
        'spec.pool.name: Required value',
        'spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero',
        `spec: Required value: ${one}`,
      ],
    ],
    [
      'too much of everything',
      {
        spec: {
          ...base,
          pool: { ...pool, generation: -1 },
          nodeName: 'n1',
          nodeSelector: { nodeSelectorTerms: [...nodeSelector.nodeSelectorTerms, {}] },
          allNodes: true,
          perDeviceNodeSelection: true,
          devices: [],
          sharedCounters: [],
        },
      },
      [
        'spec.pool.generation: Invalid value: -1: must be greater than or equal to zero',
        expect.stringMatching(/^spec.nodeSelector.nodeSelectorTerms: Invalid value: .*: must have exactly one node selector term$/) as never,
        `spec: Invalid value: "{\`nodeName\`, \`nodeSelector\`, \`allNodes\`, \`perDeviceNodeSelection\`}": ${one}, but multiple fields are set`,
        'spec: Invalid value: "": only one of `sharedCounters` or `devices` is allowed',
      ],
    ],
    [
      'no to everything',
      { spec: { ...base, nodeName: '', allNodes: false, perDeviceNodeSelection: false } },
      [
        'spec.nodeName: Invalid value: "": must be either unset or set to a non-empty string',
        'spec.allNodes: Invalid value: false: must be either unset or set to true',
        'spec.perDeviceNodeSelection: Invalid value: false: must be either unset or set to true',
        `spec: Required value: ${one}`,
      ],
    ],
    [
      'counters',
      slice({ sharedCounters: [{}, { name: 'A', counters: { B: { value: '1' } } }, { name: 'A', counters: { b: { value: '1' } } }] }),
      [
        'spec.sharedCounters[0].name: Required value',
        'spec.sharedCounters[0].counters: Required value',
        expect.stringContaining('spec.sharedCounters[1].name: Invalid value: "A": a lowercase RFC 1123 label') as never,
        expect.stringContaining('spec.sharedCounters[1].counters: Invalid value: "B": a lowercase RFC 1123 label') as never,
        expect.stringContaining('spec.sharedCounters[2].name: Invalid value: "A": a lowercase RFC 1123 label') as never,
        'spec.sharedCounters[2]: Duplicate value: "A"',
      ],
    ],
    [
      'many counters',
      slice({ sharedCounters: [{ name: 'a', counters: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`c${i}`, { value: '1' }])) }] }),
      ['spec.sharedCounters[0].counters: Too many: 33: must have at most 32 items'],
    ],
    ['many sets of counters', slice({ sharedCounters: Array(9).fill({}) }), ['spec.sharedCounters: Too many: 9: must have at most 8 items']],
    ['many devices', of(...Array(129).fill({ name: 'a' })), ['spec.devices: Too many: 129: must have at most 128 items']],
    [
      'many devices with taints',
      of({ name: 'a', taints: [{ key: 'a', effect: 'None' }] }, ...Array(64).fill({ name: 'a' })),
      ['spec.devices: Too many: 65: must have at most 64 items'],
    ],
  ])('%s', (_, fields, expected) => expect(wrong(resourceSlices, { ...fields })).toEqual(expected));

  test('belong to a pool, a driver and a node', () => {
    expect(wrongChange(resourceSlices, of({ name: 'a' }), of({ name: 'b' }))).toEqual([]);
    expect(wrongChange(resourceSlices, slice({}), { spec: { driver: 'e', pool: { ...pool, name: 'q', generation: 2 }, allNodes: true } })).toEqual([
      'spec.pool.name: Invalid value: "q": field is immutable',
      'spec.driver: Invalid value: "e": field is immutable',
      'spec.nodeName: Invalid value: null: field is immutable',
    ]);
  });

  test('taints count from now on, what is alpha is dropped', () => {
    const device = {
      name: 'a',
      taints: [{ key: 'a', effect: 'None' }, { key: 'b', effect: 'None', timeAdded: '2026-01-01T00:00:00Z' }],
      nodeAllocatableResourceMappings: { cpu: {} },
      attributes: { a: { ints: [1] }, b: { string: 'x' } },
    };
    const expected = {
      name: 'a',
      taints: [{ key: 'a', effect: 'None', timeAdded: '2026-05-01T12:00:00Z' }, { key: 'b', effect: 'None', timeAdded: '2026-01-01T00:00:00Z' }],
      attributes: { a: {}, b: { string: 'x' } },
    };
    const fresh = () => make(resourceSlices, structuredClone(of(device)));
    const [made, changed] = [fresh(), fresh()];
    resourceSlices.strategy.prepareForCreate!(made, context);
    resourceSlices.strategy.prepareForUpdate!(changed, fresh(), context);
    expect(made.spec.devices).toEqual([expected]);
    expect(changed.spec.devices).toEqual([expected]);
  });

  test('names of drivers', () => {
    const warnings = (driver: string) => resourceSlices.strategy.warnings!(make(resourceSlices, slice({ driver })));
    expect(warnings('d')).toEqual([]);
    expect(warnings('D')).toEqual(['spec.driver: driver names should be lowercase; "D" contains uppercase characters']);
  });

  test('columns and selectors', () => {
    expect(row(resourceSlices, slice({}))).toEqual([
      ['Name', 'web'],
      ['Node', 'n1'],
      ['Driver', 'd.example.com'],
      ['Pool', 'p'],
      ['Age', '60m'],
    ]);
    const { selectableFields } = resourceSlices;
    expect(Object.values(selectableFields).map((read) => read(make(resourceSlices, slice({}))))).toEqual(['n1', 'd.example.com']);
  });
});

describe('devices', () => {
  const at = 'spec.devices[0]';
  const long = 'x'.repeat(65);
  test.each<[string, object, string[]]>([
    ['no name', {}, [expect.stringContaining(`${at}.name: Invalid value: "": a lowercase RFC 1123 label`) as never]],
    [
      'attributes',
      {
        name: 'a',
        attributes: {
          none: {},
          two: { int: 1, bool: true },
          text: { string: long },
          version: { version: '1.0' },
          good: { version: '1.0.0-rc.1+build' },
          'a/': { int: 1 },
          'a.b/c!': { int: 0 },
          'a/b/c': { bool: false },
        },
      },
      [
        `${at}.attributes[none]: Invalid value: "": exactly one value must be specified`,
        `${at}.attributes[two]: Invalid value: {"int":1,"bool":true}: exactly one value must be specified`,
        `${at}.attributes[text].string: Too long: may not be more than 64 bytes`,
        `${at}.attributes[version].version: Invalid value: "1.0": must be a string compatible with semver.org spec 2.0.0`,
        `${at}.attributes: Invalid value: "": the name must not be empty`,
        expect.stringContaining(`${at}.attributes: Invalid value: "c!": a valid C identifier`) as never,
      ],
    ],
    [
      'a long name in the middle of a path',
      { name: 'a', attributes: { [`a${'b'.repeat(100)}/c`]: {} } },
      [
        `${at}.attributes: Too long: may not be more than 63 bytes`,
        `${at}.attributes[a${'b'.repeat(46)}...${'b'.repeat(44)}/c]: Invalid value: "": exactly one value must be specified`,
      ],
    ],
    [
      'many attributes',
      { name: 'a', attributes: Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`a${i}`, { int: i }])), capacity: { c: { value: '1' } } },
      [`${at}: Invalid value: 33: the total number of attributes and capacities must not exceed 32`],
    ],
    ['a policy for one', { name: 'a', capacity: { c: { value: '1', requestPolicy: {} } } }, [`${at}.capacity[c].requestPolicy: Forbidden: allowMultipleAllocations must be true`]],
    [
      'taints',
      { name: 'a', taints: [{ value: '!' }, { key: 'a', effect: 'Cry' }] },
      [
        expect.stringContaining(`${at}.taints[0].key: Invalid value: "": name part must be non-empty`) as never,
        expect.stringContaining(`${at}.taints[0].key: Invalid value: "": name part must consist of`) as never,
        expect.stringContaining(`${at}.taints[0].value: Invalid value: "!": a valid label must be`) as never,
        `${at}.taints[0].effect: Required value`,
        `${at}.taints[1].effect: Unsupported value: "Cry": supported values: "NoExecute", "NoSchedule", "None"`,
      ],
    ],
    ['many taints', { name: 'a', taints: Array(17).fill({}) }, [`${at}.taints: Too many: 17: must have at most 16 items`]],
    [
      'counters',
      { name: 'a', consumesCounters: [{}, { counterSet: 'b', counters: { c: { value: '1' } } }] },
      [`${at}.consumesCounters[0].counterSet: Required value`, `${at}.consumesCounters[0].counters: Required value`],
    ],
    [
      'nodes of its own',
      { name: 'a', nodeName: 'n1' },
      [
        `${at}: Invalid value: null: \`nodeName\`, \`nodeSelector\` and \`allNodes\` can only be set if \`perDeviceNodeSelection\` is set to true in the ResourceSlice spec`,
      ],
    ],
    ['conditions', { name: 'a', bindingConditions: ['a'] }, [`${at}.bindingFailureConditions: Invalid value: null: bindingFailureConditions are required to use bindingConditions`]],
  ])('%s', (_, device, expected) => expect(wrong(resourceSlices, of(device))).toEqual(expected));

  test('that choose their nodes', () => {
    const choosing = (...devices: object[]) => wrong(resourceSlices, { spec: { ...base, perDeviceNodeSelection: true, devices } });
    expect(choosing({ name: 'a', allNodes: true }, { name: 'b', nodeName: 'n1' }, { name: 'c', nodeSelector })).toEqual([]);
    expect(choosing({ name: 'a' }, { name: 'b', nodeName: '', allNodes: false }, { name: 'c', nodeName: 'n1', nodeSelector })).toEqual([
      `spec.devices[0]: Required value: ${oneOfDevice}`,
      'spec.devices[1].nodeName: Invalid value: "": must not be empty',
      'spec.devices[1].allNodes: Invalid value: false: must be either unset or set to true',
      `spec.devices[1]: Required value: ${oneOfDevice}`,
      `spec.devices[2]: Invalid value: "{\`nodeName\`, \`nodeSelector\`}": ${oneOfDevice}`,
    ]);
  });

  const shared = (requestPolicy: object) => of({ name: 'a', allowMultipleAllocations: true, capacity: { c: { value: '10Gi', requestPolicy } } });
  test.each<[string, object, string[]]>([
    ['nothing', {}, []],
    ['values', { default: '1Gi', validValues: ['1Gi', '2Gi'] }, []],
    ['a range', { default: '1Gi', validRange: { min: '1Gi', max: '3Gi', step: '1Gi' } }, []],
    [
      'both',
      { validValues: ['1'], validRange: { min: '1' } },
      [': Forbidden: exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time'],
    ],
    ['values without a default', { validValues: ['1'] }, ['.default: Required value: required when validValues is defined']],
    ['a range without a default', { validRange: { min: '1' } }, ['.default: Required value: required when validRange is defined']],
    ['a range without a start', { default: '1', validRange: {} }, ['.validRange.min: Required value: required when validRange is defined']],
    [
      'odd values',
      { default: '5', validValues: ['2Gi', '1Gi', '1Gi', '11Gi'] },
      [
        '.validValues[1]: Invalid value: "1Gi": values must be sorted in ascending order',
        '.validValues[3]: Invalid value: "11Gi": option is larger than capacity value: 10Gi',
        '.validValues[2]: Duplicate value: "1073741824"',
        '.validValues: Invalid value: "5": default value is not valid according to the requestPolicy',
      ],
    ],
    [
      'many values',
      { default: '1', validValues: Array.from({ length: 11 }, (_, i) => `${i + 1}`) },
      [
        '.validValues: Too many: 11: must have at most 10 items',
        '.validValues: Invalid value: "1": default value is not valid according to the requestPolicy',
      ],
    ],
    [
      'an odd range',
      { default: '12Gi', validRange: { min: '13Gi', max: '11Gi', step: '3Gi' } },
      [
        '.validRange.min: Invalid value: "13Gi": min is larger than capacity value: 10Gi',
        '.validRange.min: Invalid value: "12Gi": default is less than min: 13Gi',
        '.validRange.max: Invalid value: "13Gi": min is larger than max: 11Gi',
        '.validRange.max: Invalid value: "11Gi": max is larger than capacity value: 10Gi',
        '.validRange.max: Invalid value: "12Gi": default is more than max: 11Gi',
        '.validRange.step: Invalid value: "3Gi": one step 16Gi is larger than capacity value: 10Gi',
        '.validRange.step: Invalid value: "12Gi": value is not a multiple of a given step (3Gi) from (13Gi)',
        '.validRange.step: Invalid value: "11Gi": value is not a multiple of a given step (3Gi) from (13Gi)',
      ],
    ],
    [
      'steps of nothing',
      { default: '1', validRange: { min: '1', step: '0' } },
      ['.validRange.step: Invalid value: "1": value is not a multiple of a given step (0) from (1)'],
    ],
  ])('a policy of %s', (_, policy, expected) =>
    expect(wrong(resourceSlices, shared(policy))).toEqual(expected.map((line) => `${at}.capacity[c].requestPolicy${line}`)),
  );
});
