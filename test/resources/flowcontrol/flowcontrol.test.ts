import { describe, expect, test } from 'vitest';
import { flowSchemas } from '../../../src/resources/flowcontrol/flowschema.ts';
import { mandatoryFlowSchemas, mandatoryPriorityLevels } from '../../../src/resources/flowcontrol/mandatory.ts';
import { priorityLevelConfigurations } from '../../../src/resources/flowcontrol/prioritylevelconfiguration.ts';
import { make, row, stored, wrong, wrongStatus } from '../checks.ts';
import { context, metadata } from '../objects.ts';

const user = { kind: 'User', user: { name: 'ada' } };
const resourceRule = { verbs: ['get'], apiGroups: [''], resources: ['pods'], namespaces: ['*'] };
const nonResourceRule = { verbs: ['*'], nonResourceURLs: ['/healthz'] };
const rule = { subjects: [user], resourceRules: [resourceRule] };
const level = { priorityLevelConfiguration: { name: 'high' } };
const schema = (...rules: object[]) => ({ spec: { ...level, rules } });

describe('FlowSchema', () => {
  test('defaults', () =>
    expect(stored(flowSchemas, {}).spec).toEqual({ matchingPrecedence: 1000, priorityLevelConfiguration: { name: '' } }));

  test.each<[string, object, string[]]>([
    ['a good one', schema(rule, { subjects: [user], nonResourceRules: [nonResourceRule] }), []],
    ['no priority level', {}, ['spec.priorityLevelConfiguration.name: Required value: must reference a priority level']],
    [
      'precedence',
      { spec: { ...level, matchingPrecedence: -1 } },
      ['spec.matchingPrecedence: Invalid value: -1: must be a positive value'],
    ],
    [
      'precedence of the exempt',
      { spec: { ...level, matchingPrecedence: 1 } },
      ["spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1"],
    ],
    [
      'late precedence and unknown method',
      { spec: { ...level, matchingPrecedence: 10_001, distinguisherMethod: { type: 'ByMood' } } },
      [
        'spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000',
        'spec.distinguisherMethod.type: Unsupported value: {"Type":"ByMood"}: supported values: "ByNamespace", "ByUser"',
      ],
    ],
    [
      'an empty rule',
      schema({}),
      [
        'spec.rules[0].subjects: Required value: subjects must contain at least one value',
        'spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty',
      ],
    ],
    [
      'subjects',
      schema({
        ...rule,
        subjects: [
          { kind: 'Robot' },
          { kind: 'User', group: { name: 'a' } },
          { kind: 'Group', group: {} },
          { kind: 'ServiceAccount', serviceAccount: { name: '!' } },
          { kind: 'ServiceAccount', serviceAccount: { name: '*', namespace: 'a' } },
        ],
      }),
      [
        'spec.rules[0].subjects[0].kind: Unsupported value: "Robot": supported values: "Group", "ServiceAccount", "User"',
        "spec.rules[0].subjects[1].user: Required value: user is required when subject kind is 'User'",
        "spec.rules[0].subjects[1].group: Forbidden: group is forbidden when subject kind is not 'Group'",
        'spec.rules[0].subjects[2].group.name: Required value',
        expect.stringContaining('spec.rules[0].subjects[3].serviceAccount.name: Invalid value: "!": a lowercase RFC 1123 subdomain') as never,
        'spec.rules[0].subjects[3].serviceAccount.namespace: Required value: must specify namespace for service account',
      ],
    ],
    [
      'resources',
      schema({
        ...rule,
        resourceRules: [
          {},
          { verbs: ['*', 'get'], apiGroups: ['*', ''], resources: ['*', 'pods'], namespaces: ['*', 'a'] },
          { ...resourceRule, verbs: ['steal'], namespaces: ['A'] },
          { ...resourceRule, namespaces: [], clusterScope: true },
        ],
      }),
      [
        'spec.rules[0].resourceRules[0].verbs: Required value: verbs must contain at least one value',
        'spec.rules[0].resourceRules[0].apiGroups: Required value: resource rules must supply at least one api group',
        'spec.rules[0].resourceRules[0].resources: Required value: resource rules must supply at least one resource',
        'spec.rules[0].resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace',
        `spec.rules[0].resourceRules[1].verbs: Invalid value: ["*","get"]: if '*' is present, must not specify other verbs`,
        `spec.rules[0].resourceRules[1].apiGroups: Invalid value: ["*",""]: if '*' is present, must not specify other api groups`,
        `spec.rules[0].resourceRules[1].resources: Invalid value: ["*","pods"]: if '*' is present, must not specify other resources`,
        `spec.rules[0].resourceRules[1].namespaces: Invalid value: ["*","a"]: if '*' is present, must not specify other namespaces`,
        expect.stringContaining('spec.rules[0].resourceRules[2].verbs: Unsupported value: ["steal"]: supported values: "create"') as never,
        expect.stringContaining(
          `spec.rules[0].resourceRules[2].namespaces[0]: Invalid value: "A": each member of this list must be '*' or a DNS-1123 label; a lowercase`,
        ) as never,
      ],
    ],
    [
      'paths',
      schema({
        subjects: [user],
        nonResourceRules: [
          { verbs: ['get'] },
          { ...nonResourceRule, nonResourceURLs: ['*', '/a'] },
          { ...nonResourceRule, nonResourceURLs: ['/', '', 'a', '/a b', '//', '/a*', '/*/b*', '/a/*'] },
        ],
      }),
      [
        'spec.rules[0].nonResourceRules[0].nonResourceURLs: Required value: nonResourceURLs must contain at least one value',
        `spec.rules[0].nonResourceRules[1].nonResourceURLs: Invalid value: ["*","/a"]: if '*' is present, must not specify other non-resource URLs`,
        'spec.rules[0].nonResourceRules[2].nonResourceURLs[1]: Invalid value: "": must not be empty',
        'spec.rules[0].nonResourceRules[2].nonResourceURLs[2]: Invalid value: "a": must start with slash',
        'spec.rules[0].nonResourceRules[2].nonResourceURLs[3]: Invalid value: "/a b": must not contain white-space',
        'spec.rules[0].nonResourceRules[2].nonResourceURLs[4]: Invalid value: "//": must not contain double slash',
        'spec.rules[0].nonResourceRules[2].nonResourceURLs[5]: Invalid value: "/a*": wildcard can only do suffix matching',
        'spec.rules[0].nonResourceRules[2].nonResourceURLs[6]: Invalid value: "/*/b*": wildcard can only do suffix matching',
      ],
    ],
  ])('%s', (_, fields, expected) => expect(wrong(flowSchemas, { ...fields })).toEqual(expected));

  test('the mandatory ones are what they are', () => {
    for (const [name, spec] of mandatoryFlowSchemas) {
      expect(wrong(flowSchemas, { metadata: { name }, spec })).toEqual([]);
      expect(wrong(flowSchemas, { metadata: { name }, spec: { ...spec, rules: [] } })).toEqual([
        expect.stringMatching(`^spec: Invalid value: .*: spec of '${name}' must equal the fixed value$`),
      ]);
    }
    expect(wrong(flowSchemas, { metadata: { name: 'constructor' }, spec: level })).toEqual([]);
  });

  test('columns', () => {
    const conditions = [{ type: 'Dangling', status: 'False' }];
    expect(row(flowSchemas, { spec: { ...level, matchingPrecedence: 5, distinguisherMethod: { type: 'ByUser' } }, status: { conditions } })).toEqual([
      ['Name', 'web'],
      ['PriorityLevel', 'high'],
      ['MatchingPrecedence', 5],
      ['DistinguisherMethod', 'ByUser'],
      ['Age', '60m'],
      ['MissingPL', 'False'],
    ]);
    expect(Object.fromEntries(row(flowSchemas, { spec: level }))).toMatchObject({ DistinguisherMethod: '<none>', MissingPL: '?' });
  });
});

test.each([flowSchemas, priorityLevelConfigurations])('a status of $kind is about conditions, and changes nothing else', (resource) => {
  const conditions = [{ type: 'A' }, { type: 'A' }, {}];
  expect(wrongStatus<any>(resource, { conditions })).toEqual([
    'status.conditions[1].type: Duplicate value: "A"',
    'status.conditions[2].type: Required value',
  ]);
  const old = make<any>(resource, { metadata: { labels: { a: '1' } } });
  const next = make<any>(resource, { metadata: { labels: { a: '2' }, annotations: { b: '' } } });
  resource.strategy.prepareForStatusUpdate!(next, old, context);
  expect(next.metadata).toEqual(metadata('web', { labels: { a: '1' } }));
  expect(resource.strategy.statusKeepsMetadata).toEqual(['labels', 'annotations', 'finalizers', 'ownerReferences']);
});

describe('PriorityLevelConfiguration', () => {
  const limited = (more: object) => ({ spec: { type: 'Limited', limited: more } });
  const queue = (queuing: object) => limited({ limitResponse: { type: 'Queue', queuing } });

  test('defaults', () => {
    expect(stored(priorityLevelConfigurations, queue({})).spec.limited).toEqual({
      nominalConcurrencyShares: 30,
      lendablePercent: 0,
      limitResponse: { type: 'Queue', queuing: { handSize: 8, queues: 64, queueLengthLimit: 50 } },
    });
    expect(stored(priorityLevelConfigurations, { spec: { type: 'Exempt', exempt: {} } }).spec.exempt).toEqual({
      nominalConcurrencyShares: 0,
      lendablePercent: 0,
    });
  });

  test.each<[string, object, string[]]>([
    ['a good one', queue({}), []],
    ['one that refuses', limited({ limitResponse: { type: 'Reject' } }), []],
    ['no type', {}, ['spec.type: Unsupported value: "": supported values: "Exempt", "Limited"']],
    ['a spec without a type', { spec: {} }, ['spec.type: Unsupported value: "": supported values: "Exempt", "Limited"']],
    [
      'another exempt one',
      { spec: { type: 'Exempt', limited: { limitResponse: { type: 'Reject' } }, exempt: { nominalConcurrencyShares: -1, lendablePercent: 101 } } },
      [
        "spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt'",
        'spec.limited: Forbidden: must be nil if the type is not Limited',
        'spec.exempt.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer',
        'spec.exempt.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive',
      ],
    ],
    [
      'limited by nothing',
      { spec: { type: 'Limited', exempt: {} } },
      ['spec.exempt: Forbidden: must be nil if the type is Limited', 'spec.limited: Required value: must not be empty when type is Limited'],
    ],
    [
      'numbers',
      limited({ nominalConcurrencyShares: -1, lendablePercent: -1, borrowingLimitPercent: -1 }),
      [
        'spec.limited.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer',
        'spec.limited.limitResponse.type: Unsupported value: "": supported values: "Queue", "Reject"',
        'spec.limited.lendablePercent: Invalid value: -1: must be between 0 and 100, inclusive',
        'spec.limited.borrowingLimitPercent: Invalid value: -1: if specified, must be a non-negative integer',
      ],
    ],
    [
      'queues where none are',
      limited({ limitResponse: { type: 'Reject', queuing: {} } }),
      ['spec.limited.limitResponse.queuing: Forbidden: must be nil if limited.limitResponse.type is not Limited'],
    ],
    [
      'no queues',
      limited({ limitResponse: { type: 'Queue' } }),
      ['spec.limited.limitResponse.queuing: Required value: must not be empty if limited.limitResponse.type is Limited'],
    ],
    [
      'negative queues',
      queue({ queues: -1, handSize: -1, queueLengthLimit: -1 }),
      [
        'spec.limited.limitResponse.queuing.queueLengthLimit: Invalid value: -1: must be positive',
        'spec.limited.limitResponse.queuing.queues: Invalid value: -1: must be positive',
        'spec.limited.limitResponse.queuing.handSize: Invalid value: -1: must be positive',
      ],
    ],
    [
      'a large hand',
      queue({ queues: 4, handSize: 5 }),
      ['spec.limited.limitResponse.queuing.handSize: Invalid value: 5: should not be greater than queues (4)'],
    ],
    [
      'too much chance',
      queue({ queues: 128, handSize: 9 }),
      [
        'spec.limited.limitResponse.queuing.handSize: Invalid value: 9: required entropy bits of deckSize 128 and handSize 9 should not be greater than 60',
      ],
    ],
    [
      'too many queues',
      queue({ queues: 10_000_001, handSize: 1 }),
      ['spec.limited.limitResponse.queuing.queues: Invalid value: 10000001: must not be greater than 10000000'],
    ],
    [
      'the annotation of a conversion',
      { ...queue({}), metadata: { annotations: { 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares': '' } } },
      ["metadata.annotations: Forbidden: annotation 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares' is forbidden"],
    ],
  ])('%s', (_, fields, expected) => expect(wrong(priorityLevelConfigurations, { ...fields })).toEqual(expected));

  test('the mandatory ones are what they are', () => {
    for (const [name, spec] of mandatoryPriorityLevels) expect(wrong(priorityLevelConfigurations, { metadata: { name }, spec })).toEqual([]);
    const exempt = (spec: object) => wrong(priorityLevelConfigurations, { metadata: { name: 'exempt' }, spec: { type: 'Exempt', ...spec } });
    expect(exempt({ exempt: { lendablePercent: 50 } })).toEqual([]);
    expect(exempt({ limited: { limitResponse: { type: 'Reject' } } })).toEqual([
      'spec.limited: Forbidden: must be nil if the type is not Limited',
      expect.stringMatching(/^spec: Invalid value: .*: spec of 'exempt' except the 'spec.exempt' field must equal the fixed value$/),
    ]);
    expect(wrong(priorityLevelConfigurations, { metadata: { name: 'catch-all' }, ...queue({}) })).toEqual([
      expect.stringMatching(/^spec: Invalid value: .*: spec of 'catch-all' must equal the fixed value$/),
    ]);
  });

  test('columns', () => {
    const of = (fields: object) => row(priorityLevelConfigurations, stored(priorityLevelConfigurations, { ...fields }) as never);
    expect(of(queue({}))).toEqual([
      ['Name', 'web'],
      ['Type', 'Limited'],
      ['NominalConcurrencyShares', 30],
      ['Queues', 64],
      ['HandSize', 8],
      ['QueueLengthLimit', 50],
      ['Age', '60m'],
    ]);
    expect(Object.fromEntries(of({ spec: { type: 'Exempt' } }))).toMatchObject({
      NominalConcurrencyShares: '<none>',
      Queues: '<none>',
      HandSize: '<none>',
      QueueLengthLimit: '<none>',
    });
  });
});
