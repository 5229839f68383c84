/** IngressClass, IPAddress and ServiceCIDR. */
import { describe, expect, test } from 'vitest';
import { ingressClasses } from '../../../src/resources/networking/ingressclass.ts';
import { ipAddresses } from '../../../src/resources/networking/ipaddress.ts';
import { serviceCidrs } from '../../../src/resources/networking/servicecidr.ts';
import { row, stored, wrong, wrongChange } from '../checks.ts';

describe('IngressClass', () => {
  const controller = 'example.com/ingress';
  const reference = { kind: 'Settings', name: 'web' };
  const spec = (parameters?: object) => ({ spec: { controller, parameters } });

  test('defaults', () => {
    expect(stored(ingressClasses, {}).spec).toEqual({});
    expect(stored(ingressClasses, spec(reference)).spec.parameters).toEqual({ ...reference, scope: 'Cluster' });
  });

  test.each<[string | undefined, unknown[]]>([
    [controller, []],
    [undefined, ['spec.controller: Required value']],
    ['nginx', ['spec.controller: Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")']],
    ['a.b/', ['spec.controller: Invalid value: "a.b/": must be a domain-prefixed path (such as "acme.io/foo")']],
    ['A/b', [expect.stringContaining('spec.controller: Invalid value: "A": a lowercase RFC 1123 subdomain')]],
    [
      'a/b c',
      ["spec.controller: Invalid value: \"b c\": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')"],
    ],
    [`a/${'b'.repeat(249)}`, ['spec.controller: Too long: may not be more than 250 bytes']],
  ])('controller %s', (name, expected) => {
    expect(wrong(ingressClasses, { spec: { controller: name } })).toEqual(expected);
  });

  test.each<[object, string[]]>([
    [reference, []],
    [{ ...reference, scope: 'Namespace', namespace: 'default' }, []],
    [{}, ['kind: Required value', 'name: Required value']],
    [{ ...reference, namespace: 'default' }, ["namespace: Forbidden: `parameters.scope` is set to 'Cluster'"]],
    [{ ...reference, scope: 'Namespace' }, ["namespace: Required value: `parameters.scope` is set to 'Namespace'"]],
    [{ ...reference, scope: 'Namespace', namespace: 'a.b' }, ['namespace: Invalid value: "a.b": must not contain dots']],
    [{ ...reference, scope: 'Here' }, ['scope: Unsupported value: "Here": supported values: "Cluster", "Namespace"']],
  ])('parameters %j', (parameters, expected) => {
    expect(wrong(ingressClasses, spec(parameters))).toEqual(expected.map((line) => `spec.parameters.${line}`));
  });

  test('the controller stays', () => {
    expect(wrongChange(ingressClasses, spec(), spec(reference))).toEqual([]);
    expect(wrongChange(ingressClasses, spec(), { spec: { controller: 'a/b' } })).toEqual([
      'spec.controller: Invalid value: "a/b": field is immutable',
    ]);
  });

  test('columns', () => {
    const metadata = { annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } };
    const shown = (name: string, parameters: string) => [
      ['Name', name],
      ['Controller', controller],
      ['Parameters', parameters],
      ['Age', '60m'],
    ];
    expect(row(ingressClasses, spec())).toEqual(shown('web', '<none>'));
    expect(row(ingressClasses, { metadata, ...spec({ ...reference, apiGroup: 'example.com' }) })).toEqual(
      shown('web (default)', 'Settings.example.com/web'),
    );
    expect(row(ingressClasses, spec(reference))).toEqual(shown('web', 'Settings/web'));
  });
});

describe('IPAddress', () => {
  const metadata = { name: '10.0.0.1' };
  const parentRef = { resource: 'services', namespace: 'default', name: 'web' };

  test.each<[string, unknown[]]>([
    ['10.0.0.1', []],
    ['fd00::1', []],
    ['web', ['metadata.name: Invalid value: "web": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']],
    ['fd00:0::1', ['metadata.name: Invalid value: "fd00:0::1": must be in canonical form ("fd00::1")']],
  ])('the name %s', (name, expected) => {
    expect(wrong(ipAddresses, { metadata: { name }, spec: { parentRef } })).toEqual(expected);
  });

  test.each<[object, unknown[]]>([
    [{}, ['spec.parentRef: Required value']],
    [{ parentRef: {} }, ['spec.parentRef.resource: Required value', 'spec.parentRef.name: Required value']],
    [
      { parentRef: { group: '_', resource: 'a/b', namespace: '.', name: '..' } },
      [
        expect.stringContaining('spec.parentRef.group: Invalid value: "_": a lowercase RFC 1123 subdomain'),
        'spec.parentRef.resource: Invalid value: "a/b": may not contain \'/\'',
        'spec.parentRef.name: Invalid value: "..": may not be \'..\'',
        'spec.parentRef.namespace: Invalid value: ".": may not be \'.\'',
      ],
    ],
  ])('of %j', (spec, expected) => {
    expect(wrong(ipAddresses, { metadata, spec })).toEqual(expected);
  });

  test('the parent stays', () => {
    expect(wrongChange(ipAddresses, { spec: { parentRef } }, { spec: { parentRef: { ...parentRef, name: 'b' } } })).toEqual([
      'spec.parentRef: Invalid value: {"resource":"services","namespace":"default","name":"b"}: field is immutable',
    ]);
    expect(wrongChange(ipAddresses, { spec: { parentRef } }, { spec: { parentRef } })).toEqual([]);
  });

  test('columns', () => {
    const shown = (spec: object) => row(ipAddresses, { metadata, spec });
    expect(shown({ parentRef })).toEqual([
      ['Name', '10.0.0.1'],
      ['ParentRef', 'services/default/web'],
    ]);
    expect(shown({ parentRef: { group: 'Example.com', resource: 'things', name: 'x' } })[1]).toEqual([
      'ParentRef',
      'things.example.com/x',
    ]);
    expect(shown({})[1]).toEqual(['ParentRef', '<none>']);
  });
});

describe('ServiceCIDR', () => {
  const ranges = (...cidrs: string[]) => ({ spec: { cidrs } });
  const [four, six] = ['10.96.0.0/16', 'fd00::/108'];

  test.each<[string[], string[]]>([
    [[four], []],
    [[six, four], []],
    [[], ['spec.cidrs: Required value: at least one CIDR required']],
    [['a', 'b', 'c'], ['spec.cidrs: Invalid value: {"cidrs":["a","b","c"]}: may only hold up to 2 values']],
    [
      [four, '10.97.0.0/16'],
      [
        `spec.cidrs: Invalid value: ["${four}","10.97.0.0/16"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64`,
      ],
    ],
    [['FD00::/108'], ['spec.cidrs[0]: Invalid value: "FD00::/108": must be in canonical form ("fd00::/108")']],
    [['10.96.0.1/16'], ['spec.cidrs[0]: Invalid value: "10.96.0.1/16": must not have bits set beyond the prefix length']],
  ])('%j', (cidrs, expected) => {
    expect(wrong(serviceCidrs, ranges(...cidrs))).toEqual(expected);
  });

  test.each<[string[], string[], string[]]>([
    [[four], [four], []],
    [[four], [four, six], []],
    [[four], [four, four], [expect.stringContaining('may specify no more than one IP')]],
    [[four], [six], [`spec.cidrs[0]: Invalid value: "${six}": field is immutable`]],
    [[four], [six, four], [`spec.cidrs[0]: Invalid value: "${six}": field is immutable`]],
    [[four, six], [four], [`spec.cidrs: Invalid value: ["${four}"]: field is immutable`]],
  ])('from %j to %j', (from, to, expected) => {
    expect(wrongChange(serviceCidrs, ranges(...from), ranges(...to))).toEqual(expected);
  });

  test('a status write is about the status alone', () => {
    expect(serviceCidrs.strategy.statusKeepsMetadata).toContain('labels');
  });

  test('columns', () => {
    expect(row(serviceCidrs, ranges(four, six))).toEqual([
      ['Name', 'web'],
      ['CIDRs', `${four},${six}`],
      ['Age', '60m'],
    ]);
  });
});
