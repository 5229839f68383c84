import { describe, expect, test } from 'vitest';
import { mutatingWebhookConfigurations } from '../../../src/resources/admissionregistration/mutatingwebhookconfiguration.ts';
import { validatingWebhookConfigurations } from '../../../src/resources/admissionregistration/validatingwebhookconfiguration.ts';
import { make, row, stored, wrong } from '../checks.ts';

const webhook = {
  name: 'check.example.com',
  clientConfig: { url: 'https://example.com/check' },
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
};
const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };

test('defaults', () => {
  const webhooks = [{ ...webhook, rules: [rule], clientConfig: { service: { name: 'a', namespace: 'b' } } }];
  const common = {
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
    rules: [{ ...rule, scope: '*' }],
    clientConfig: { service: { name: 'a', namespace: 'b', port: 443 } },
  };
  expect(stored(validatingWebhookConfigurations, { webhooks }).webhooks).toEqual([{ ...webhook, ...common }]);
  expect(stored(mutatingWebhookConfigurations, { webhooks }).webhooks).toEqual([
    { ...webhook, ...common, reinvocationPolicy: 'Never' },
  ]);
});

describe.each([validatingWebhookConfigurations, mutatingWebhookConfigurations] as const)('$kind', (resource) => {
  const of = (...webhooks: object[]): string[] => wrong<any>(resource, { webhooks });
  const checked = (more: object): string[] => of({ ...webhook, ...more });

  test('has a generation, and must be updated from a known state', () => {
    expect(resource.hasSpec).toBe(true);
    expect(resource.strategy.requiresResourceVersion).toBe(true);
  });

  test.each<[string, object, string[]]>([
    ['a good one', { rules: [rule, { ...rule, resources: ['*', 'pods/*', '*/scale'] }] }, []],
    ['a short name', { name: 'example.com' }, ['name: Invalid value: "example.com": should be a domain with at least three segments separated by dots']],
    ['no name', { name: undefined }, ['name: Required value']],
    [
      'choices',
      { failurePolicy: 'Cry', matchPolicy: 'Rough', sideEffects: 'Some', timeoutSeconds: 31 },
      [
        'failurePolicy: Unsupported value: "Cry": supported values: "Fail", "Ignore"',
        'matchPolicy: Unsupported value: "Rough": supported values: "Equivalent", "Exact"',
        'sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"',
        'timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds',
      ],
    ],
    ['no side effects', { sideEffects: undefined }, ['sideEffects: Required value: must specify one of None, NoneOnDryRun']],
    ['no address', { clientConfig: {} }, ['clientConfig: Required value: exactly one of url or service is required']],
    [
      'two addresses',
      { clientConfig: { url: 'https://a', service: { name: 'a', namespace: 'b' } } },
      ['clientConfig: Required value: exactly one of url or service is required'],
    ],
    [
      'a service of nothing',
      { clientConfig: { service: { namespace: 'b', port: 70000, path: 'aB/' } } },
      [
        'clientConfig.service.namespace: Required value',
        'clientConfig.service.port: Invalid value: 70000: port is not valid: must be between 1 and 65535, inclusive',
        `clientConfig.service.path: Invalid value: "aB/": must start with a '/'`,
        expect.stringContaining('clientConfig.service.path: Invalid value: "aB/": segment[0]: a lowercase RFC 1123') as never,
      ],
    ],
    ['versions', { admissionReviewVersions: ['v2', 'v2', 'V1'] }, [
      'admissionReviewVersions[1]: Invalid value: "v2": duplicate version',
      expect.stringContaining('admissionReviewVersions[2]: Invalid value: "V1": a DNS-1035 label') as never,
      'admissionReviewVersions: Invalid value: ["v2","v2","V1"]: must include at least one of v1, v1beta1',
    ]],
    ['no versions', { admissionReviewVersions: [] }, ['admissionReviewVersions: Required value: must specify one of v1, v1beta1']],
    [
      'conditions',
      { matchConditions: [{ name: 'a', expression: 'true' }, { name: 'a', expression: ' ' }, { expression: 'true' }] },
      [
        'matchConditions[1].expression: Required value',
        'matchConditions[1].name: Duplicate value: "a"',
        'matchConditions[2].name: Required value',
      ],
    ],
    [
      'many conditions',
      { matchConditions: Array.from({ length: 65 }, (_, i) => ({ name: `a${i}`, expression: 'true' })) },
      ['matchConditions: Too many: 65: must have at most 64 items'],
    ],
    [
      'selectors',
      { namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'Is' }] }, objectSelector: { matchLabels: { a: '!' } } },
      [
        'namespaceSelector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
        expect.stringContaining('objectSelector.matchLabels: Invalid value: "!"') as never,
      ],
    ],
  ])('%s', (_, more, expected) => {
    const at = 'webhooks[0].';
    const lines = checked(more);
    expect(lines.every((line) => line.startsWith(at))).toBe(true);
    expect(lines.map((line) => line.slice(at.length))).toEqual(expected);
  });

  test('names are its own', () => expect(of(webhook, webhook)).toEqual(['webhooks[1].name: Duplicate value: "check.example.com"']));

  test('columns', () => {
    expect(row<any>(resource, { webhooks: [webhook] })).toEqual([
      ['Name', 'web'],
      ['Webhooks', 1],
      ['Age', '60m'],
    ]);
    expect(row<any>(resource, {})[1]).toEqual(['Webhooks', 0]);
  });

  test('reserved names', () => {
    const warnings = (name: string) => resource.strategy.warnings!(make<any>(resource, { metadata: { name } }));
    expect(warnings('a.static.k8s.io')).toEqual([expect.stringContaining('names ending with ".static.k8s.io" are reserved')]);
    expect(warnings('a.example.com')).toEqual([]);
  });
});

test('reinvocation', () => {
  expect(wrong(mutatingWebhookConfigurations, { webhooks: [{ ...webhook, reinvocationPolicy: 'Always' }] })).toEqual([
    'webhooks[0].reinvocationPolicy: Unsupported value: "Always": supported values: "IfNeeded", "Never"',
  ]);
});

describe('rules', () => {
  test.each<[string, object, string[]]>([
    ['nothing', {}, ['operations: Required value', 'apiGroups: Required value', 'apiVersions: Required value', 'resources: Required value']],
    [
      'all and more',
      { operations: ['*', 'CREATE'], apiGroups: ['*', 'apps'], apiVersions: ['*', ''], resources: ['*/*', 'pods'], scope: 'Here' },
      [
        `operations: Invalid value: ["*","CREATE"]: if '*' is present, must not specify other operations`,
        `apiGroups: Invalid value: ["*","apps"]: if '*' is present, must not specify other API groups`,
        `apiVersions: Invalid value: ["*",""]: if '*' is present, must not specify other API versions`,
        'apiVersions[1]: Required value',
        `resources: Invalid value: ["*/*","pods"]: if '*/*' is present, must not specify other resources`,
        'scope: Unsupported value: "Here": supported values: "*", "Cluster", "Namespaced"',
      ],
    ],
    [
      'an unknown operation',
      { ...rule, operations: ['READ'] },
      ['operations[0]: Unsupported value: "READ": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"'],
    ],
    [
      'resources said twice',
      { ...rule, resources: ['pods/*', 'pods/log', '*/scale', 'jobs/scale', '', '*', 'pods'] },
      [
        `resources[1]: Invalid value: "pods/log": if 'pods/*' is present, must not specify pods/log`,
        `resources[3]: Invalid value: "jobs/scale": if '*/scale' is present, must not specify jobs/scale`,
        'resources[4]: Required value',
        `resources: Invalid value: ["pods/*","pods/log","*/scale","jobs/scale","","*","pods"]: if '*' is present, must not specify other resources without subresources`,
      ],
    ],
  ])('%s', (_, fields, expected) =>
    expect(wrong(validatingWebhookConfigurations, { webhooks: [{ ...webhook, rules: [fields] }] })).toEqual(
      expected.map((line) => `webhooks[0].rules[0].${line}`),
    ),
  );
});

describe('addresses', () => {
  const form = '; desired format: https://host[/path]';
  test.each([
    ['https://example.com:8443/a/b', []],
    ['HTTPS://example.com', []],
    ['http://example.com', [`Invalid value: "http": 'https' is the only allowed URL scheme${form}`]],
    ['https:///a', [`Invalid value: "": host must be specified${form}`]],
    [
      'example.com',
      [`Invalid value: "": 'https' is the only allowed URL scheme${form}`, `Invalid value: "": host must be specified${form}`],
    ],
    ['https://ada:secret@a', ['Invalid value: "ada:secret": user information is not permitted in the URL']],
    [
      'https://a/b?c#d',
      [
        'Invalid value: "d": fragments are not permitted in the URL',
        'Invalid value: "c": query parameters are not permitted in the URL',
      ],
    ],
    ['https://a/%zz', [`Required value: url must be a valid URL: parse "https://a/%zz": invalid URL escape "%zz"${form}`]],
    ['https://a/%2', [`Required value: url must be a valid URL: parse "https://a/%2": invalid URL escape "%2"${form}`]],
    [':a', [`Required value: url must be a valid URL: parse ":a": missing protocol scheme${form}`]],
    ['https://a\n', [`Required value: url must be a valid URL: parse "https://a\\n": net/url: invalid control character in URL${form}`]],
  ])('%j', (url, expected) =>
    expect(wrong(validatingWebhookConfigurations, { webhooks: [{ ...webhook, clientConfig: { url } }] })).toEqual(
      expected.map((line) => `webhooks[0].clientConfig.url: ${line}`),
    ),
  );

  test.each([
    ['/', []],
    ['', []],
    ['/a/b/', []],
    ['//', ['segment[0] may not be empty']],
    ['/a//b', ['segment[1] may not be empty']],
  ])('a path of %j', (path, expected) => {
    const clientConfig = { service: { name: 'a', namespace: 'b', path } };
    expect(wrong(validatingWebhookConfigurations, { webhooks: [{ ...webhook, clientConfig }] })).toEqual(
      expected.map((line) => `webhooks[0].clientConfig.service.path: Invalid value: "${path}": ${line}`),
    );
  });
});
