import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/lib/random.ts';
import { Template } from '../../../src/storage/packing/template.ts';

const pod = (name: string, { ip = '10.0.0.1', restarts = 0, nodeName = 'node-1' } = {}) => ({
  metadata: {
    name,
    creationTimestamp: '2026-01-01T00:00:00Z',
    managedFields: [{ manager: 'kubelet', fieldsV1: { [`k:{"ip":"${ip}"}`]: { 'f:ip': {} }, 'f:phase': {} } }],
  },
  spec: { containers: [{ name: 'main', image: 'web:v1', ports: [{ containerPort: 80, protocol: 'TCP' }] }], nodeName },
  status: { podIPs: [{ ip }], containerStatuses: [{ ready: true, restartCount: restarts }], message: null },
});

const templateOf = (one: unknown, other: unknown): Template | undefined =>
  Template.of(JSON.stringify(one), JSON.stringify(other));

function expectFit(template: Template, object: unknown): void {
  const text = JSON.stringify(object);
  const values = template.pack(text);
  expect(values).toBeDefined();
  expect(template.text(values!)).toBe(text);
  expect(template.object(values!)).toEqual(object);
}

test('a template holds what two texts have in common; holes are whole strings, keys among them, numbers or words', () => {
  const template = templateOf(pod('a'), pod('b', { ip: '10.0.0.2', restarts: 12 }))!;
  const other = pod('c-d', { ip: 'fd00::1', restarts: -1.5e3 });
  expectFit(template, other);
  expect(template.pack(JSON.stringify(other))).toBe(
    ['"c-d"', '"2026-01-01T00:00:00Z"', '"k:{\\"ip\\":\\"fd00::1\\"}"', '"fd00::1"', '-1500'].join(',\n'),
  );
});

test('what lies on no way to a hole is shared between objects, the rest is their own', () => {
  const template = templateOf(pod('a'), pod('b', { nodeName: 'node-2' }))!;
  const [a, b] = ['a', 'b'].map((name) => template.object(template.pack(JSON.stringify(pod(name)))!) as ReturnType<typeof pod>);
  expect(a!.spec.containers).toBe(b!.spec.containers);
  expect(a!.spec).not.toBe(b!.spec);
});

test.each([
  ['quotes', 'say "hi"'],
  ['a backslash at the end', 'c:\\'],
  ['two backslashes', '\\\\'],
  ['a line break', 'one\ntwo'],
  ['letters of other scripts', '日本 ✓ é'],
  ['an emoji', '😀'],
  ['half a character', '\ud83d'],
  ['nothing', ''],
  ['the mark of a hole', '~hole~0'],
])('a value with %s fits', (_, value) => {
  expectFit(templateOf(pod('a'), pod('b'))!, pod(value));
});

test('marks of holes in what is shared are text', () => {
  const marked = (name: string) => ({ name, labels: { '~hole~0': '~hole~~1', __proto__x: 'y' } });
  expectFit(templateOf(marked('a'), marked('b'))!, marked('c'));
});

test('a field that is called __proto__ stays one', () => {
  const text = (name: string) => `{"name":"${name}","data":{"__proto__":{"at":"${name}"},"x":1}}`;
  const template = Template.of(text('a'), text('b'))!;
  const object = template.object(template.pack(text('c'))!) as { data: object };
  expect(JSON.stringify(object)).toBe(text('c'));
  expect(Object.hasOwn(object.data, '__proto__')).toBe(true);
});

test.each([
  ['another field', { ...pod('c'), extra: 1 }],
  ['another value where there is no hole', pod('c', { nodeName: 'node-9' })],
  ['a list where a string was', { ...pod('c'), metadata: { ...pod('c').metadata, name: [] } }],
  ['a shorter text', { metadata: { name: 'c' } }],
])('does not fit: %s', (_, object) => {
  expect(templateOf(pod('a'), pod('b'))!.pack(JSON.stringify(object))).toBeUndefined();
});

test('times, UUIDs and addresses are holes even if both texts have the same ones', () => {
  const of = (name: string, time: string) => ({
    name,
    kind: 'Pod',
    apiVersion: 'v1',
    uid: '0f8fad5b-d9cb-469f-a165-70867728950e',
    time,
  });
  const template = templateOf(of('a', '2026-01-01T00:00:00Z'), of('b', '2026-01-01T00:00:00Z'))!;
  expectFit(template, { ...of('c', '2027-01-01T00:00:00.123456Z'), uid: '7c9e6679-7425-40de-944b-e07fc1f90ae7' });
});

test('holes that are filled with the same have one value, until a text shows that they are two', () => {
  const of = (host: string, address: string) => ({ kind: 'Pod', apiVersion: 'v1', phase: 'Running', host, address });
  const template = templateOf(of('a', 'a'), of('b', 'b'))!;
  expect(template.pack(JSON.stringify(of('c', 'c')))).toBe('"c"');
  expect(template.pack(JSON.stringify(of('c', 'd')))).toBeUndefined();
  const wider = template.widened(JSON.stringify(of('c', 'd')))!;
  expectFit(wider, of('x', 'y'));
  const again = wider.widened(JSON.stringify({ ...of('c', 'c'), phase: 'Failed' }))!;
  expectFit(again, of('x', 'y'));
});

test('a template is widened by a text that it does not fit', () => {
  const template = templateOf(pod('a'), pod('b'))!;
  const moved = pod('c', { nodeName: 'node-2' });
  const wider = template.widened(JSON.stringify(moved))!;
  expectFit(wider, moved);
  expectFit(wider, pod('d', { nodeName: 'node-3' }));
  expect(template.widened(JSON.stringify({ ...moved, extra: 1 }))).toBeUndefined();
});

test('texts that have too little in common make no template', () => {
  expect(
    templateOf({ a: 'one long value that is this text alone' }, { a: 'and quite another one in the other' }),
  ).toBeUndefined();
  expect(templateOf(pod('a'), { name: 'a' })).toBeUndefined();
});

test('any two objects of one shape: what fits comes back as it was', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = seededRandom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random.next() * items.length)]!;
  const leaf = () =>
    pick([0, -1, 1.5, 1e21, true, false, null, '', 'a', '"', '\\"', '\\', '\n', '{}', '日', '~hole~1', '2026-01-01T00:00:00Z']);
  const shape = (depth: number): (() => unknown) => {
    if (depth === 0) {
      const constant = leaf();
      return random.next() < 0.6 ? () => constant : leaf;
    }
    const parts = Array.from(
      { length: 1 + Math.floor(random.next() * 4) },
      () => [pick(['a', 'b', '__proto__', '1', 'k"']), shape(depth - 1)] as const,
    );
    if (random.next() < 0.3) return () => parts.map(([, make]) => make());
    return () => Object.fromEntries(parts.map(([key, make]) => [key, make()]));
  };
  for (let i = 0; i < 500; i++) {
    const make = shape(1 + Math.floor(random.next() * 3));
    const texts = Array.from({ length: 4 }, () =>
      JSON.stringify({ padding: 'x'.repeat(80), name: `n${random.next()}`, value: make() }),
    );
    const template = Template.of(texts[0]!, texts[1]!);
    for (const text of texts) {
      const values = template?.pack(text);
      if (values === undefined) continue;
      expect(template!.text(values), `seed ${seed}`).toBe(text);
      expect(template!.object(values), `seed ${seed}`).toEqual(JSON.parse(text));
    }
  }
});
