import { describe, expect, test } from 'vitest';
import {
  certificateSigningRequests as requests,
  type CertificateSigningRequest,
} from '../../../src/resources/certificates/certificatesigningrequest.ts';
import { lines } from '../objects.ts';
import { make, row, wrong, wrongStatus } from '../checks.ts';
import { context } from '../objects.ts';

const pem = (type: string, der = '\x30\x03\x02\x01\x00', headers = '') =>
  `-----BEGIN ${type}-----\n${headers}${btoa(der)}\n-----END ${type}-----\n`;
const request = btoa(pem('CERTIFICATE REQUEST'));
const spec = { request, signerName: 'example.com/signer', usages: ['client auth'] };

describe('rules', () => {
  test.each<[string, object, string[]]>([
    ['a good one', spec, []],
    [
      'nothing',
      {},
      [
        'spec.request: Invalid value: null: PEM block type must be CERTIFICATE REQUEST',
        'spec.usages: Required value',
        'spec.signerName: Required value',
      ],
    ],
    [
      'a certificate',
      { ...spec, request: btoa(pem('CERTIFICATE')) },
      [`spec.request: Invalid value: "${btoa(pem('CERTIFICATE'))}": PEM block type must be CERTIFICATE REQUEST`],
    ],
    ['text before the request', { ...spec, request: btoa(`of ada\n-----BEGIN X-----\n${pem('CERTIFICATE REQUEST')}`) }, []],
    [
      'a short time and odd usages',
      { ...spec, usages: ['client auth', 'fun', 'client auth'], expirationSeconds: 599 },
      [
        expect.stringMatching(/^spec.usages\[1\]: Unsupported value: "fun": supported values: "any", .*, "timestamping"$/) as never,
        'spec.usages[2]: Duplicate value: "client auth"',
        'spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds (10 minutes)',
      ],
    ],
    [
      'the signer of old',
      { ...spec, signerName: 'kubernetes.io/legacy-unknown' },
      ['spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version'],
    ],
    [
      'a signer without a path',
      { ...spec, signerName: 'signer' },
      [`spec.signerName: Invalid value: "signer": must be a fully qualified domain and path of the form 'example.com/signer-name'`],
    ],
    [
      'a signer of two paths',
      { ...spec, signerName: 'a.b/c/d' },
      [`spec.signerName: Invalid value: "a.b/c/d": must be a fully qualified domain and path of the form 'example.com/signer-name'`],
    ],
    [
      'a signer with bad parts',
      { ...spec, signerName: 'A/b_c' },
      [
        expect.stringContaining('spec.signerName: Invalid value: "A": validating label "A": a lowercase RFC 1123 label') as never,
        'spec.signerName: Invalid value: "A": should be a domain with at least two segments separated by dots',
        expect.stringContaining('spec.signerName: Invalid value: "b_c": validating label "b_c": a lowercase RFC 1123 subdomain') as never,
      ],
    ],
    [
      'a long signer',
      { ...spec, signerName: `${'a.'.repeat(127)}a/b` },
      ['spec.signerName: Too long: may not be more than 253 bytes'],
    ],
  ])('%s', (_, fields, expected) => expect(wrong(requests, { spec: fields })).toEqual(expected));

  test.each([
    ['\x02\x01\x00', "asn1: structure error: tags don't match"],
    ['\x30\x03\x02\x01\x00\x00', 'asn1: syntax error: trailing data'],
    ['\x30\x04\x02\x01\x00', 'asn1: syntax error: data truncated'],
    ['\x30', 'asn1: syntax error: data truncated'],
    ['\x30\x82\x01', 'asn1: syntax error: data truncated'],
    ['\x30\x80\x00\x00', "asn1: structure error: tags don't match"],
  ])('a request of the bytes %j', (der, message) =>
    expect(wrong(requests, { spec: { ...spec, request: btoa(pem('CERTIFICATE REQUEST', der)) } })).toEqual([
      expect.stringMatching(`^spec.request: Invalid value: "[^"]*": ${message}$`),
    ]),
  );

  test('a long request', () => {
    const der = `\x30\x82\x01\x00${'\0'.repeat(256)}`;
    expect(wrong(requests, { spec: { ...spec, request: btoa(pem('CERTIFICATE REQUEST', der)) } })).toEqual([]);
  });
});

describe('who may write what', () => {
  test('a request says who made it', () => {
    const made = make(requests, { spec: { ...spec, username: 'root', groups: ['system:masters'], uid: '1', extra: { a: ['b'] } } });
    requests.strategy.prepareForCreate!(made, { ...context, user: { name: 'ada', groups: ['staff'] } });
    expect(made.spec).toEqual({ ...spec, username: 'ada', groups: ['staff'] });
    requests.strategy.prepareForCreate!(made, { ...context, user: { name: 'bot', uid: '2', groups: [], extra: { k: ['v'] } } });
    expect(made.spec).toEqual({ ...spec, username: 'bot', uid: '2', extra: { k: ['v'] } });
  });

  test('and never changes', () => {
    const old = make(requests, { spec });
    const next = make(requests, { spec: { ...spec, usages: ['any'] } });
    requests.strategy.prepareForUpdate!(next, old, context);
    expect(next.spec).toEqual(spec);
  });

  const approved = { type: 'Approved', status: 'True' };
  const before = { ...approved, lastUpdateTime: '2026-01-01T00:00:00Z', lastTransitionTime: '2026-01-01T00:00:00Z' };
  const at = '2026-05-01T12:00:00Z';
  const status = (prepare: 'prepareForApproval' | 'prepareForStatusUpdate', next: object, old: object) => {
    const object = make(requests, { spec, status: structuredClone(next) });
    requests.strategy[prepare]!(object, make(requests, { spec, status: old }), context);
    return object.status;
  };

  test('who decides writes conditions', () => {
    const odd = { type: 'Odd', status: 'False' };
    expect(status('prepareForApproval', { certificate: 'bWluZQ==', conditions: [{ ...before, lastUpdateTime: undefined }, odd] }, { certificate: 'eA==' })).toEqual({
      certificate: 'eA==',
      conditions: [
        { ...before, lastUpdateTime: at },
        { ...odd, lastUpdateTime: at, lastTransitionTime: at },
      ],
    });
    expect(status('prepareForApproval', { certificate: 'bWluZQ==', conditions: [approved] }, { conditions: [before] })).toEqual({
      conditions: [{ ...before, lastUpdateTime: at }],
    });
  });

  test('who signs does not change decisions', () => {
    expect(status('prepareForStatusUpdate', { certificate: 'eA==', conditions: [{ ...approved, message: 'mine' }] }, { conditions: [before] })).toEqual({
      certificate: 'eA==',
      conditions: [before],
    });
  });

  const adds = (type: string) => `status.conditions: Forbidden: updates may not add a condition of type "${type}"`;
  const removes = (type: string) => `status.conditions: Forbidden: updates may not remove a condition of type "${type}"`;
  const denied = { type: 'Denied', status: 'True' };
  const failed = { type: 'Failed', status: 'True' };
  const certificate = btoa(pem('CERTIFICATE'));
  test.each<[string, object, object, string[]]>([
    ['a certificate', { conditions: [approved], certificate }, { conditions: [approved] }, []],
    ['a failure', { conditions: [failed] }, {}, []],
    ['a decision', { conditions: [approved] }, {}, [adds('Approved')]],
    ['a decision taken back', {}, { conditions: [denied, failed] }, [removes('Denied'), removes('Failed')]],
    [
      'another certificate',
      { certificate: btoa(pem('CERTIFICATE').repeat(2)) },
      { certificate },
      ['status.certificate: Forbidden: updates may not modify existing certificate content'],
    ],
    ['no certificate', {}, { certificate }, ['status.certificate: Forbidden: updates may not modify existing certificate content']],
  ])('a status of %s', (_, next, old, expected) => expect(wrongStatus(requests, next, old)).toEqual(expected));

  test.each([
    ['text', 'hello', 'must contain at least one CERTIFICATE PEM block'],
    ['a key', pem('CERTIFICATE') + pem('PRIVATE KEY'), 'only CERTIFICATE PEM blocks are allowed, found "PRIVATE KEY"'],
    ['headers', pem('CERTIFICATE', undefined, 'A: b\n\n'), 'no PEM block headers are permitted'],
    ['nothing', pem('CERTIFICATE', ''), 'found CERTIFICATE PEM block containing 0 certificates'],
    ['half a certificate', pem('CERTIFICATE', '\x30\x09'), 'x509: malformed certificate'],
    ['a block without end', '-----BEGIN CERTIFICATE-----\nMAA=\n', 'must contain at least one CERTIFICATE PEM block'],
  ])('a certificate of %s', (_, text, message) =>
    expect(wrongStatus(requests, { certificate: btoa(text) })).toEqual([
      `status.certificate: Invalid value: "<certificate data>": ${message}`,
    ]),
  );

  const wrongApproval = (conditions: object[], old: object[] = []): string[] => {
    const of = (list: object[]): CertificateSigningRequest => make(requests, { spec, status: { conditions: list } });
    return lines(requests.strategy.validateApproval!(of(conditions), of(old)));
  };
  test('conditions', () => {
    expect(wrongApproval([approved])).toEqual([]);
    expect(wrongApproval([], [approved])).toEqual([removes('Approved')]);
    expect(wrongApproval([approved, denied, { type: 'Odd', status: 'Maybe' }, { status: 'True' }, { type: 'Failed', status: 'False' }, { type: 'Odd' }])).toEqual([
      'status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
      'status.conditions[2].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
      'status.conditions[3].type: Required value',
      'status.conditions[4].status: Unsupported value: "False": supported values: "True"',
      'status.conditions[5].status: Required value',
      'status.conditions[5].type: Duplicate value: "Odd"',
    ]);
  });
});

test('columns', () => {
  const cells = (more: object, conditions: string[], certificate?: string) =>
    Object.fromEntries(
      row(requests, { spec: { ...spec, ...more }, status: { certificate, conditions: conditions.map((type) => ({ type, status: 'True' })) } }),
    );
  expect(cells({ username: 'ada', expirationSeconds: 86_400 }, ['Approved'], 'eA==')).toEqual({
    Name: 'web',
    Age: '60m',
    SignerName: 'example.com/signer',
    Requestor: 'ada',
    RequestedDuration: '24h',
    Condition: 'Approved,Issued',
  });
  expect(cells({ signerName: '' }, [])).toMatchObject({ SignerName: '<none>', RequestedDuration: '<none>', Condition: 'Pending' });
  expect(cells({}, ['Failed', 'Denied', 'Approved']).Condition).toBe('Denied,Failed');
});
