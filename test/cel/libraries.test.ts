import { describe, expect, it } from 'vitest';
import { AuthorizerValue, ResourceCheck, authorizerType, resourceCheckType, type Ask } from '../../src/cel/library/authorizer.ts';
import { jsonPatch, misnamedObjects, mutationType } from '../../src/cel/library/mutation.ts';
import { declaredOf } from '../../src/cel/types/declared.ts';
import { toJson } from '../../src/cel/values/json.ts';
import { program, run } from './support.ts';

describe('lists', () => {
  it.each([
    ['[1, 2, 2].isSorted() && !["b", "a"].isSorted()', 'true'],
    ['[1, 2].sum() + [].sum()', '3'],
    ['[1.5, 2.0].sum()', '3.5'],
    ['[duration("1m"), duration("1s")].sum()', '61s'],
    ['[9223372036854775807, 1].sum()', '! integer overflow'],
    ['["b", "a"].min() + ["b", "a"].max()', '"ab"'],
    ['[].max() == 1', '! max called on empty list'],
    ['[1, 2, 1].indexOf(1) + [1, 2, 1].lastIndexOf(1) + [1].indexOf(3)', '1'],
    ['[1, 2, 3, 4].slice(1, 3)', '[2, 3]'],
    ['[1].slice(0, 2)', '! cannot slice(0, 2), list is length 1'],
    ['[1].slice(-1, 0)', '! cannot slice(-1, 0), negative indexes not supported'],
    ['[[1], [2, 3]].flatten()', '[1, 2, 3]'],
    ['[[[1]], [[2]]].flatten(2)', '[1, 2]'],
    ['[3, 1, 2].sort() + [1, 2].reverse()', '[1, 2, 3, 2, 1]'],
    ['["bb", "a"].sortBy(s, s.size())', '["a", "bb"]'],
    ['[dyn(1), dyn("a")].sort()', '! list elements must have the same type'],
    ['lists.range(3)', '[0, 1, 2]'],
    ['[1, 2, 1].distinct()', '[1, 2]'],
    ['[{}].sort()', "? found no matching overload for 'sort' applied to 'list(map(dyn, dyn)).()'"],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('sets', () => {
  it.each([
    ['sets.contains([1, 2], [2, 2]) && !sets.contains([1], [1, 2])', 'true'],
    ['sets.equivalent([1, 2, 2], [2, 1]) && sets.equivalent([], [])', 'true'],
    ['sets.intersects([1, 2], [2, 3]) && !sets.intersects([], [1])', 'true'],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('url', () => {
  const url = "url('https://user@example.com:8080/a%20b/c?x=1&x=2&y=%2F#f')";
  it.each([
    [`${url}.getScheme()`, '"https"'],
    [`${url}.getHost()`, '"example.com:8080"'],
    [`${url}.getHostname()`, '"example.com"'],
    [`${url}.getPort()`, '"8080"'],
    [`${url}.getEscapedPath()`, '"/a%20b/c"'],
    [`${url}.getQuery()`, '{"x": ["1", "2"], "y": ["/"]}'],
    ["url('https://[::1]:80/').getHostname()", '"::1"'],
    ["url('/with space').getEscapedPath()", '"/with%20space"'],
    ["url('mailto:a@b').getHost()", '""'],
    ["isURL('/path') && isURL('https://a') && !isURL('a/b') && !isURL('')", 'true'],
    ["isURL('https://a:b/') || isURL('https://a b/') || isURL('/%zz')", 'false'],
    ["url('nope')", '! URL parse error during conversion from string: parse "nope": invalid URI for request'],
    ["url('https://a/') == url('https://a/')", 'true'],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('ip and cidr', () => {
  it.each([
    ["ip('10.0.0.1').family() + ip('::1').family()", '10'],
    ["ip('::ffff:1.2.3.4')", '! IPv4-mapped IPv6 address "::ffff:1.2.3.4" is not allowed'],
    ["ip('fe80::1%eth0')", '! IP address "fe80::1%eth0" with zone value is not allowed'],
    ["ip('10.0.0')", '! IP Address "10.0.0" parse error during conversion from string: ParseAddr("10.0.0"): unable to parse IP'],
    ["isIP('::') && !isIP('1.2.3.04') && !isIP('x')", 'true'],
    ["ip.isCanonical('::1') && !ip.isCanonical('0::1')", 'true'],
    ["string(ip('0:0::1'))", '"::1"'],
    ["ip('0.0.0.0').isUnspecified() && ip('127.1.2.3').isLoopback() && ip('::1').isLoopback()", 'true'],
    ["ip('224.0.0.1').isLinkLocalMulticast() && ip('ff02::1').isLinkLocalMulticast()", 'true'],
    ["ip('169.254.1.1').isLinkLocalUnicast() && ip('fe80::1').isLinkLocalUnicast()", 'true'],
    ["ip('10.0.0.1').isGlobalUnicast() && !ip('255.255.255.255').isGlobalUnicast()", 'true'],
    ["cidr('10.0.0.0/8').containsIP('10.1.2.3') && !cidr('10.0.0.0/8').containsIP(ip('11.0.0.1'))", 'true'],
    ["cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && !cidr('10.1.0.0/16').containsCIDR(cidr('10.0.0.0/8'))", 'true'],
    ["string(cidr('10.1.2.3/16').masked()) + string(cidr('10.1.2.3/16').ip())", '"10.1.0.0/1610.1.2.3"'],
    ["cidr('::/64').prefixLength()", '64'],
    ["isCIDR('10.0.0.0/8') && !isCIDR('10.0.0.0/33') && !isCIDR('10.0.0.0')", 'true'],
    ["type(ip('::1')) == net.IP && type(cidr('::/0')) == net.CIDR", 'true'],
    ["ip('::1') == ip('0::1') && cidr('::/0') != cidr('::/1')", 'true'],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('quantity', () => {
  it.each([
    ['quantity("1Gi").isGreaterThan(quantity("1G"))', 'true'],
    ['quantity("1k") == quantity("1000")', 'true'],
    ['quantity("50k").compareTo(quantity("50M"))', '-1'],
    ['quantity("1.5Gi").asInteger()', '1610612736'],
    ['quantity("0.5").asInteger()', '! cannot convert value to integer'],
    ['quantity("0.5").isInteger()', 'false'],
    ['quantity("1500m").asApproximateFloat()', '1.5'],
    ['quantity("1k").add(quantity("1")).sub(1) == quantity("1k")', 'true'],
    ['sign(quantity("-1"))', '-1'],
    ['isQuantity("10Mi") && !isQuantity("10Mo")', 'true'],
    ['quantity("x")', "! quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('semver', () => {
  it.each([
    ['semver("1.2.3").isGreaterThan(semver("1.2.3-rc.1"))', 'true'],
    [
      '["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0"].map(v, semver(v)).map(v, v.minor())',
      '[0, 0, 0, 0, 0]',
    ],
    ['semver("1.0.0-beta.2").isLessThan(semver("1.0.0-beta.11"))', 'true'],
    ['semver("1.2.3+a") == semver("1.2.3+b")', 'true'],
    ['semver("1.2.3").compareTo(semver("1.10.0"))', '-1'],
    ['semver("v01.2", true).patch()', '0'],
    ['isSemver("1.2.3") && !isSemver("v1.2.3") && !isSemver("1.2") && !isSemver("01.2.3")', 'true'],
    ['isSemver("v1.2", true) && !isSemver("1-rc", true)', 'true'],
    ['semver("1.2")', '! No Major.Minor.Patch elements found'],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('formats', () => {
  it.each([
    ['format.dns1123Label().validate("abc")', 'none'],
    ['format.dns1123LabelPrefix().validate("abc-").hasValue()', 'false'],
    ['format.dns1123Subdomain().validate("a..b").hasValue()', 'true'],
    ['format.uuid().validate("x")', 'some(["does not match the UUID format"])'],
    ['format.uuid().validate("6f2a1b8e-1c7d-4b3a-9f60-2d8b1c7e5a90")', 'none'],
    ['format.byte().validate("YQ==").hasValue() || format.date().validate("2024-02-29").hasValue()', 'false'],
    ['format.date().validate("2023-02-29")', 'some(["invalid date"])'],
    ['format.uri().validate("a b").hasValue()', 'true'],
    ['format.named("labelValue").value() == format.labelValue()', 'true'],
    ['format.named("nope")', 'none'],
  ])('%s', (text, expected) => expect(run(text)).toBe(expected));
});

describe('authorizer', () => {
  const asked: unknown[] = [];
  const ask: Ask = (question, serviceAccount) => {
    asked.push([question, serviceAccount]);
    return { allowed: question.verb === 'get', reason: 'because', ...(question.verb === 'bad' && { error: 'broken' }) };
  };
  const authorizer = new AuthorizerValue(ask);
  const bindings = {
    authorizer,
    'authorizer.requestResource': new ResourceCheck(authorizer, {
      group: 'apps',
      resource: 'deployments',
      namespace: 'ns',
      name: 'a',
    }),
  };
  const variables = { authorizer: declaredOf(authorizerType), 'authorizer.requestResource': declaredOf(resourceCheckType) };
  const ran = (text: string) => run(text, bindings, { variables });

  it('asks about resources', () => {
    asked.length = 0;
    const text = `authorizer.group('apps').resource('deployments').subresource('scale').namespace('x').name('y')
      .fieldSelector('a=b').labelSelector('c').check('get').allowed()`;
    expect(ran(text)).toBe('true');
    const question = { group: 'apps', resource: 'deployments', subresource: 'scale', namespace: 'x', name: 'y' };
    expect(asked).toEqual([[{ ...question, fieldSelector: 'a=b', labelSelector: 'c', verb: 'get' }, undefined]]);
  });

  it('asks about paths, the resource of the request, and for ServiceAccounts', () => {
    asked.length = 0;
    expect(ran("authorizer.path('/healthz').check('post').allowed()")).toBe('false');
    expect(ran("authorizer.requestResource.check('get').reason()")).toBe('"because"');
    expect(ran("authorizer.serviceAccount('ns', 'sa').path('/x').check('bad').error()")).toBe('"broken"');
    expect(asked).toEqual([
      [{ path: '/healthz', verb: 'post' }, undefined],
      [expect.objectContaining({ resource: 'deployments', name: 'a', verb: 'get' }), undefined],
      [
        { path: '/x', verb: 'bad' },
        { namespace: 'ns', name: 'sa' },
      ],
    ]);
  });

  it.each([
    ["authorizer.path(' ')", '! path must not be empty'],
    ["authorizer.group('').resource('')", '! resource must not be empty'],
    ["authorizer.serviceAccount('N', 'a')", '! Invalid service account namespace'],
    ["authorizer.path('/').check('get').errored()", 'false'],
  ])('%s', (text, expected) => expect(ran(text)).toBe(expected));
});

describe('mutations', () => {
  const options = { types: mutationType, libraries: [jsonPatch] };
  const objects = (text: string) => program(text, options).evaluate({});

  it('construct patches and objects', () => {
    const patch = "[JSONPatch{op: 'add', path: '/metadata/labels/' + jsonpatch.escapeKey('a/b~c'), value: 1}]";
    expect(toJson(objects(patch))).toEqual([{ op: 'add', path: '/metadata/labels/a~1b~0c', value: 1 }]);
    const object = 'Object{spec: Object.spec{replicas: 3, ?paused: optional.none()}}';
    expect(toJson(objects(object))).toEqual({ spec: { replicas: 3 } });
    expect(run('type(Object{}) == Object', {}, options)).toBe('true');
  });

  it('say which object is in the wrong place', () => {
    expect(misnamedObjects(objects('Object{spec: Object.spec{a: [Object.spec.a{}]}}'))).toEqual([]);
    expect(misnamedObjects(objects('Object{spec: Object.status{}}'))).toEqual([
      'unexpected type name "Object.status", expected "Object.spec", which matches field name path from root Object type',
    ]);
  });

  it.each([
    ["JSONPatch{foo: 'a'}", "? undefined field 'foo'"],
    ['JSONPatch{op: 1}', "? expected type of field 'op' is 'string' but provided type is 'int'"],
    ['Nope{}', "? undeclared reference to 'Nope' (in container '')"],
    ['int{}', "? 'int' is not a message type"],
  ])('%s', (text, expected) => expect(run(text, {}, options)).toBe(expected));
});
