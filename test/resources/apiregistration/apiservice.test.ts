import { expect, test } from 'vitest';
import { apiServices } from '../../../src/resources/apiregistration/apiservice.ts';
import { make, row, stored, wrong, wrongStatus } from '../checks.ts';
import { context } from '../objects.ts';

const metadata = { name: 'v1.example.com' };
const spec = { group: 'example.com', version: 'v1', groupPriorityMinimum: 1000, versionPriority: 10 };
const service = { namespace: 'a', name: 'b' };

test.each<[string, object, string[]]>([
  ['a local one', { metadata, spec }, []],
  ['one of a Service', { metadata, spec: { ...spec, service, caBundle: 'AAAA' } }, []],
  ['the core group', { metadata: { name: 'v1.' }, spec: { ...spec, group: undefined } }, []],
  [
    'nothing',
    {},
    [
      'metadata.name: Invalid value: "web": must be `spec.version+"."+spec.group`: "."',
      'spec.group: Required value: only v1 may have an empty group and it better be legacy kube',
      expect.stringContaining('spec.version: Invalid value: "": a DNS-1035 label') as never,
      'spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000',
      'spec.versionPriority: Invalid value: 0: must be positive and less than 1000',
    ],
  ],
  [
    'trust in oneself',
    { metadata, spec: { ...spec, caBundle: 'AAAA', insecureSkipTLSVerify: true } },
    [
      'spec.caBundle: Invalid value: "3 bytes": local APIServices may not have a caBundle',
      'spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify',
    ],
  ],
  [
    'an odd Service',
    { metadata, spec: { ...spec, service: { port: -1 }, caBundle: 'AAAA', insecureSkipTLSVerify: true } },
    [
      'spec.service.namespace: Required value',
      'spec.service.name: Required value',
      'spec.service.port: Invalid value: -1: port is not valid: must be between 1 and 65535, inclusive',
      'spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present',
    ],
  ],
  [
    'late priorities',
    { metadata: { name: 'v1.!' }, spec: { ...spec, group: '!', groupPriorityMinimum: 20_001, versionPriority: 1001 } },
    [
      expect.stringContaining('spec.group: Invalid value: "!": a lowercase RFC 1123 subdomain') as never,
      'spec.groupPriorityMinimum: Invalid value: 20001: must be positive and less than 20000',
      'spec.versionPriority: Invalid value: 1001: must be positive and less than 1000',
    ],
  ],
])('%s', (_, fields, expected) => expect(wrong(apiServices, { ...fields })).toEqual(expected));

test('defaults', () => expect(stored(apiServices, { spec: { ...spec, service } }).spec.service).toEqual({ ...service, port: 443 }));

test('a local one is available at once', () => {
  const local = make(apiServices, { spec });
  apiServices.strategy.prepareForCreate!(local, context);
  expect(local.status).toEqual({
    conditions: [
      {
        type: 'Available',
        status: 'True',
        lastTransitionTime: '2026-05-01T12:00:00Z',
        reason: 'Local',
        message: 'Local APIServices are always available',
      },
    ],
  });
  const remote = make(apiServices, { spec: { ...spec, service } });
  apiServices.strategy.prepareForCreate!(remote, context);
  expect(remote.status).toBeUndefined();
});

test('status', () =>
  expect(wrongStatus(apiServices, { conditions: [{ type: 'Available', status: 'Maybe' }, { type: 'B', status: 'False' }] })).toEqual([
    'status.conditions[0].status: Unsupported value: "Maybe": supported values: "True", "False", "Unknown"',
  ]));

test('columns', () => {
  const of = (service: object | undefined, ...conditions: object[]) =>
    row(apiServices, { metadata, spec: { ...spec, service }, status: { conditions } }).slice(1, 3);
  expect(row(apiServices, { metadata, spec })).toEqual([
    ['Name', 'v1.example.com'],
    ['Service', 'Local'],
    ['Available', 'Unknown'],
    ['Age', '60m'],
  ]);
  expect(of(service, { type: 'Available', status: 'True' })).toEqual([
    ['Service', 'a/b'],
    ['Available', 'True'],
  ]);
  expect(of(service, { type: 'Available', status: 'False', reason: 'Gone' })[1]).toEqual(['Available', 'False (Gone)']);
});
