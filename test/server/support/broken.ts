/** Ways to break a request: what a client with a bug, or a bad mind, sends. Everything comes from the random source. */
import { copyPlain } from '../../../src/machinery/plain.ts';
import type { Dice } from '../../support/dice.ts';

const deep = (levels: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = i % 2 ? [value] : { a: value };
  return value;
};

/** Values that are good nowhere, or somewhere else. */
const oddValues: readonly (() => unknown)[] = [
  () => null,
  () => '',
  () => ' ',
  () => 'x'.repeat(300),
  () => 'UPPER_case',
  () => '\u0000',
  () => '\ud800',
  () => '../..',
  () => '%',
  () => 'a/b/c',
  () => '2026-13-45T99:99:99Z',
  () => '9223372036854775808',
  () => '1e999999',
  () => '10Ei',
  () => '[(',
  () => 'self.spec.a.b(',
  () => '* * * * * * *',
  () => '0/0 * * * *',
  () => '::ffff:1.2.3.4/33',
  () => '2001:db8::/129',
  () => '$(A',
  // What every JavaScript object has: who looks such a value up in a table must not find it.
  () => 'toString',
  () => 'constructor',
  () => '__proto__',
  () => '{.a[?(@.b)]',
  () => 0,
  () => -1,
  () => 1.5,
  () => 65_536,
  () => 2 ** 31,
  () => -(2 ** 31),
  () => 2 ** 53,
  () => 1e300,
  () => -0,
  () => true,
  () => false,
  () => [],
  () => {},
  () => [null],
  () => [[]],
  () => [{}],
  () => ['', ''],
  () => [1, 'a', {}],
  () => ({}),
  () => ({ '': '' }),
  () => ({ a: null }),
  () => ({ toString: 1, constructor: {}, hasOwnProperty: [] }),
  () => ({ toString: '1', constructor: '2', hasOwnProperty: '3', valueOf: '4' }),
  () => JSON.parse('{"__proto__":{"a":1}}'),
  () => ({ $patch: 'replace' }),
  () => ({ $patch: 'delete' }),
  () => [{ $patch: 'replace' }, {}],
  () => ({ $retainKeys: [] }),
  () => ({ '$setElementOrder/containers': [{}] }),
  () => ({ matchLabels: { 'a b': 'c d' } }),
  () => ({ matchExpressions: [{ key: 'a', operator: 'Gt', values: ['x'] }] }),
  () => deep(40),
  () => deep(600),
];

export const oddValue = (dice: Dice): unknown => dice.some(oddValues)();

type Place = { holder: Record<string, unknown> | unknown[]; key: string | number };

function placesIn(value: unknown): Place[] {
  const places: Place[] = [];
  const visit = (holder: unknown) => {
    if (typeof holder !== 'object' || holder === null) return;
    for (const key of Object.keys(holder)) {
      const place = { holder: holder as Record<string, unknown>, key };
      places.push(place);
      visit(place.holder[key]);
    }
  };
  visit(value);
  return places;
}

/** A copy with something odd in it, in one to three places. */
export function oddObject(dice: Dice, object: unknown): unknown {
  const copy = copyPlain(object);
  for (let i = dice.below(3); i >= 0; i--) {
    const places = placesIn(copy);
    if (places.length === 0) return oddValue(dice);
    const { holder, key } = dice.some(places);
    const target = holder as Record<string, unknown>;
    switch (dice.below(7)) {
      case 6:
        // The same under another name: right but for its key.
        target[dice.some(['toString', 'constructor', 'valueOf'])] = target[key];
        break;
      case 0:
        delete target[key];
        break;
      case 1:
        target[String(dice.some(['unknown', '', '__proto', 'status', 'metadata', 'toString', 'é']))] = oddValue(dice);
        break;
      case 2:
        target[key] = target[dice.some(Object.keys(target))];
        break;
      default:
        target[key] = oddValue(dice);
    }
  }
  return copy;
}

/** A copy with metadata of somebody else, or none at all. */
export function oddMeta(dice: Dice, object: Record<string, unknown>): unknown {
  const copy = copyPlain(object) as Record<string, any>;
  const metadata = (copy['metadata'] ??= {}) as Record<string, unknown>;
  const odd: readonly (() => unknown)[] = [
    () => (copy['apiVersion'] = dice.some(['v1', 'v2', 'apps/v1', 'a/b/c', '', 'none.example.dev/v1'])),
    () => (copy['kind'] = dice.some(['Pod', 'Nothing', '', 'Status', 'List', 'DeleteOptions'])),
    () => (metadata['namespace'] = dice.some(['other', 'kube-system', '', 'UPPER', 'a/b'])),
    () => (metadata['name'] = dice.some(['other', '', '..', 'UPPER', 'a/b', 'x'.repeat(254)])),
    () => (metadata['generateName'] = dice.some(['', 'x'.repeat(260), 'a-', '/'])),
    () => (metadata['resourceVersion'] = dice.some(['0', '1', '-1', 'x', '99999999999999999999', '1e3'])),
    () => (metadata['uid'] = dice.some(['', 'other'])),
    () => (metadata['finalizers'] = dice.some([[''], ['no-domain'], ['a/b', 'a/b'], [null]])),
    () => (metadata['ownerReferences'] = dice.some([[{}], [{ apiVersion: 'v1', kind: 'Pod', name: 'a', uid: '' }], [null]])),
    () =>
      (metadata['managedFields'] = dice.some([
        [{}],
        [{ manager: 'a', operation: 'Apply', fieldsV1: { 'x:': 1 } }],
        [null],
        [{ fieldsType: 'FieldsV1', fieldsV1: { 'k:{': {} } }],
      ])),
    () => (metadata['labels'] = dice.some([{ 'a b': 'c' }, { a: 'x'.repeat(64) }, { a: 1 }, []])),
    () =>
      (metadata['annotations'] = dice.some([
        { a: 'x'.repeat(300_000) },
        { 'kubectl.kubernetes.io/last-applied-configuration': '{' },
        { a: {} },
      ])),
    () => (metadata['deletionTimestamp'] = dice.some(['', '2026-05-01T00:00:00Z', 'x'])),
    () => (metadata['creationTimestamp'] = dice.some(['', 'x', null])),
    () => (copy['metadata'] = oddValue(dice)),
  ];
  dice.some(odd)();
  return copy;
}

/** A text with its syntax broken. */
export function brokenText(dice: Dice, text: string): string {
  const at = dice.below(text.length + 1);
  switch (dice.below(8)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return (
        text.slice(0, at) +
        dice.some(['\u0000', '"', '{', '}', '[', ',', ':', '\\', '\u{1F600}', '\ud800', '\ufeff', '\t']) +
        text.slice(at)
      );
    case 2:
      return text.slice(0, at) + text.slice(at + 1 + dice.below(5));
    case 3:
      return text + text;
    case 4:
      return text.replace('{', '{"kind":"Other","metadata":{},"metadata":null,');
    case 5:
      return dice.some([
        '',
        ' ',
        'null',
        '[]',
        '"a"',
        '1',
        '1e400',
        '-',
        'NaN',
        '{',
        '{}',
        '[[[[',
        '\u0000',
        '{"a":1e999}',
        '- a\n- b',
        '---\n---',
        '&a [*a]',
        '%TAG',
        '!!binary x',
      ]);
    case 6:
      return text.replace(
        /:(\d+|"[^"]*"|true|false)/,
        () =>
          `:${dice.some(['1e999', '123456789012345678901234567890', '-', '00', 'tru', "'a'", '0x10', '"\\u12"', '[', '"\\ud800"'])}`,
      );
    default:
      return '['.repeat(5_000) + text;
  }
}

/** Bytes with some of them changed, cut off or put in. */
export function brokenBytes(dice: Dice, bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return new Uint8Array([dice.below(256)]);
  const copy = bytes.slice();
  switch (dice.below(4)) {
    case 0:
      return copy.slice(0, dice.below(copy.length));
    case 1: {
      const at = dice.below(copy.length);
      return new Uint8Array([
        ...copy.slice(0, at),
        ...Array.from({ length: 1 + dice.below(4) }, () => dice.below(256)),
        ...copy.slice(at),
      ]);
    }
    default:
      for (let i = dice.below(4); i >= 0; i--)
        copy[dice.below(copy.length)] = dice.some([0, 0x7f, 0x80, 0xc3, 0xff, dice.below(256)]);
      return copy;
  }
}

const texts = [
  '',
  'x',
  '-1',
  '1',
  '0',
  'true',
  'false',
  'maybe',
  '99999999999999999999',
  'NaN',
  '1e3',
  '\u0000',
  'a=b',
  'é',
  'x'.repeat(300),
];

const parameters: Readonly<Record<string, readonly string[]>> = {
  labelSelector: [
    'a=b',
    'a in (',
    'a in (b,',
    '!a',
    'a b',
    '=',
    'a==b,c!=d,e notin (f),!g',
    'a>x',
    'x'.repeat(64),
    ',',
    'a in ()',
    '__proto__=a',
  ],
  fieldSelector: [
    'metadata.name=x',
    'spec.nothing=x',
    'a',
    '=',
    'metadata.name==a,metadata.name!=b',
    'metadata.name=a\\',
    'status.phase=\\,',
    '__proto__=a',
  ],
  resourceVersion: ['0', '1', '99', '99999999', '-1', 'x'],
  resourceVersionMatch: ['Exact', 'NotOlderThan', 'exact'],
  limit: ['1', '0', '-5'],
  continue: ['eyJ', 'e30', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTEsInN0YXJ0IjoiYVx1MDAwMCJ9', '****', 'bnVsbA', 'W10'],
  watch: ['1', 'true', '0', 'x'],
  allowWatchBookmarks: ['1', 'x'],
  sendInitialEvents: ['true', 'false'],
  timeoutSeconds: ['1', '-1'],
  timeout: ['5s', '1', '-1s', '1h1', 'x', '0'],
  dryRun: ['All', 'Some', ''],
  fieldManager: ['a', 'x'.repeat(200), '\u0007', ''],
  fieldValidation: ['Strict', 'Warn', 'Ignore', 'strict', ''],
  force: ['true', 'false', 'x'],
  gracePeriodSeconds: ['0', '-1', '30', '1.5'],
  orphanDependents: ['true', 'x'],
  propagationPolicy: ['Orphan', 'Foreground', 'x'],
  pretty: ['true', 'x'],
  includeObject: ['None', 'Object', 'x'],
  container: ['a', ''],
  command: ['ls'],
  tailLines: ['-1', 'x'],
  path: ['/../..'],
  nothing: ['x'],
};

/** A query with some parameters, good and bad; '' for none. */
export function oddQuery(dice: Dice): string {
  const query: string[] = [];
  while (dice.once(2) && query.length < 6) {
    const name = dice.some(Object.keys(parameters));
    query.push(`${name}=${encodeURIComponent(dice.some(dice.once(3) ? texts : parameters[name]!))}`);
  }
  if (dice.once(30)) query.push(dice.some(['%', '%zz=1', '&&&', '=', 'watch', 'dryRun=All&dryRun=All']));
  return query.length > 0 ? `?${query.join('&')}` : '';
}
