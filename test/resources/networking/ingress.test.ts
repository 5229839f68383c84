import { describe, expect, test } from 'vitest';
import { ingresses } from '../../../src/resources/networking/ingress.ts';
import { row, stored, wrong, wrongStatus, type Fields } from '../checks.ts';

const service = { service: { name: 'web', port: { number: 80 } } };
const ingress = (spec: object): Fields => ({ spec });
const withPath = (path: object) =>
  ingress({ rules: [{ http: { paths: [{ pathType: 'Prefix', path: '/', backend: service, ...path }] } }] });

test('defaults', () => {
  expect(stored(ingresses, {})).toMatchObject({ spec: {}, status: { loadBalancer: {} } });
});

describe('paths', () => {
  test.each<[object, string[]]>([
    [{}, []],
    [{ pathType: undefined }, ['pathType: Required value: pathType must be specified']],
    [
      { pathType: 'Regex' },
      ['pathType: Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"'],
    ],
    [{ path: 'a' }, ['path: Invalid value: "a": must be an absolute path']],
    [{ path: undefined }, ['path: Invalid value: "": must be an absolute path']],
    [{ pathType: 'ImplementationSpecific', path: undefined }, []],
    [{ pathType: 'ImplementationSpecific', path: 'a' }, ['path: Invalid value: "a": must be an absolute path']],
    [{ pathType: 'ImplementationSpecific', path: '/a//b' }, []],
    [
      { pathType: 'Exact', path: '/a//b/../%2F/.' },
      [
        'path: Invalid value: "/a//b/../%2F/.": must not contain \'//\'',
        'path: Invalid value: "/a//b/../%2F/.": must not contain \'/../\'',
        'path: Invalid value: "/a//b/../%2F/.": must not contain \'%2F\'',
        'path: Invalid value: "/a//b/../%2F/.": cannot end with \'/.\'',
      ],
    ],
    [{ path: '/a/..' }, ['path: Invalid value: "/a/..": cannot end with \'/..\'']],
  ])('%j', (path, expected) => {
    expect(wrong(ingresses, withPath(path))).toEqual(expected.map((line) => `spec.rules[0].http.paths[0].${line}`));
  });
});

describe('backends', () => {
  const named = (port: object) => ({ service: { name: 'web', port } });
  const resource = { apiGroup: 'example.com', kind: 'Bucket', name: 'files' };
  test.each<[object, string[]]>([
    [service, []],
    [{ resource }, []],
    [named({ name: 'http' }), []],
    [{}, [': Invalid value: "": resource or service backend is required']],
    [{ ...service, resource }, [': Invalid value: "": cannot set both resource and service backends']],
    [named({}), [': Required value: port name or number is required']],
    [named({ name: 'http', number: 80 }), [': Invalid value: "": cannot set both port name & port number']],
    [named({ number: 70000 }), ['.service.port.number: Invalid value: 70000: must be between 1 and 65535, inclusive']],
    [named({ name: 'a--b' }), ['.service.port.name: Invalid value: "a--b": must not contain consecutive hyphens']],
    [{ service: { port: { number: 80 } } }, ['.service.name: Required value']],
    [{ service: { name: '1web', port: { number: 80 } } }, []],
    [{ service: { name: 'a.b', port: { number: 80 } } }, ['.service.name: Invalid value: "a.b": must not contain dots']],
    [{ resource: {} }, ['.resource.kind: Required value', '.resource.name: Required value']],
    [{ resource: { ...resource, name: 'a/b' } }, ['.resource.name: Invalid value: "a/b": may not contain \'/\'']],
  ])('%j', (backend, expected) => {
    expect(wrong(ingresses, ingress({ defaultBackend: backend }))).toEqual(expected.map((line) => `spec.defaultBackend${line}`));
    expect(wrong(ingresses, withPath({ backend }))).toEqual(expected.map((line) => `spec.rules[0].http.paths[0].backend${line}`));
  });
});

describe('hosts', () => {
  const wildcard = expect.stringContaining("a wildcard DNS-1123 subdomain must start with '*.'");
  const subdomain = expect.stringContaining('a lowercase RFC 1123 subdomain');
  test.each<[string, unknown[], boolean]>([
    ['example.com', [], false],
    ['*.example.com', [], false],
    ['*', [wildcard], false],
    ['a.*.com', [wildcard], false],
    ['Example.com', [subdomain], false],
    ['10.0.0.1', [], true],
  ])('%s', (host, expected, address) => {
    const rule = address ? [`spec.rules[0].host: Invalid value: "${host}": must be a DNS name, not an IP address`] : [];
    expect(wrong(ingresses, ingress({ rules: [{ host }] }))).toEqual([...rule, ...expected]);
    expect(wrong(ingresses, ingress({ defaultBackend: service, tls: [{ hosts: [host] }] }))).toEqual(expected);
  });
});

test('the rest of the spec', () => {
  expect(wrong(ingresses, {})).toEqual(['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified']);
  expect(wrong(ingresses, ingress({ rules: [{ host: 'a.b', http: {} }] }))).toEqual(['spec.rules[0].http.paths: Required value']);
  expect(
    wrong(ingresses, ingress({ defaultBackend: service, ingressClassName: '-', tls: [{ secretName: '' }, { secretName: '_' }] })),
  ).toEqual([
    expect.stringContaining('spec.tls[1].secretName: Invalid value: "_": a lowercase RFC 1123 subdomain'),
    expect.stringContaining('spec.ingressClassName: Invalid value: "-": a lowercase RFC 1123 subdomain'),
  ]);
});

test('the annotation that was there before ingressClassName', () => {
  const metadata = { annotations: { 'kubernetes.io/ingress.class': 'nginx' } };
  const object = (ingressClassName?: string) => ({ metadata, spec: { defaultBackend: service, ingressClassName } });
  expect(wrong(ingresses, object('nginx'))).toEqual([]);
  expect(wrong(ingresses, object('traefik'))).toEqual([
    'annotations.kubernetes.io/ingress.class: Invalid value: "nginx": must match `ingressClassName` when both are specified',
  ]);
  const old = stored(ingresses, object());
  const { warnings } = ingresses.strategy;
  expect(warnings!(old)).toEqual([
    `annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`,
  ]);
  expect(warnings!(stored(ingresses, object('nginx')))).toEqual([]);
  expect(warnings!(old, old)).toEqual([]);
});

test('status', () => {
  const status = (...points: object[]) => ({ loadBalancer: { ingress: points } });
  expect(wrongStatus(ingresses, status({ ip: '10.0.0.1' }, { hostname: 'a.example.com' }))).toEqual([]);
  expect(wrongStatus(ingresses, status({ ip: 'x' }, { hostname: '10.0.0.1' }, { hostname: '_' }))).toEqual([
    'status.loadBalancer.ingress[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    'status.loadBalancer.ingress[1].hostname: Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
    expect.stringContaining('status.loadBalancer.ingress[2].hostname: Invalid value: "_": a lowercase RFC 1123 subdomain'),
  ]);
});

test.each<[string, Fields, string[]]>([
  ['nothing', { spec: {} }, ['<none>', '*', '', '80']],
  [
    'everything',
    {
      spec: { ingressClassName: 'nginx', tls: [{}], rules: ['a', 'b', '', 'c'].map((host) => ({ host })) },
      status: { loadBalancer: { ingress: [{ ip: '10.0.0.2' }, { hostname: 'x.y' }, { ip: '10.0.0.1' }, { ip: '10.0.0.2' }] } },
    },
    ['nginx', 'a,b,c', '10.0.0.1,10.0.0.2,x.y', '80, 443'],
  ],
  [
    'many hosts',
    { spec: { rules: ['a', 'b', 'c', '', 'd'].map((host) => ({ host })) } },
    ['<none>', 'a,b,c + 2 more...', '', '80'],
  ],
])('columns of %s', (_, fields, [ingressClass, hosts, address, ports]) => {
  expect(row(ingresses, fields)).toEqual([
    ['Name', 'web'],
    ['Class', ingressClass],
    ['Hosts', hosts],
    ['Address', address],
    ['Ports', ports],
    ['Age', '60m'],
  ]);
});
