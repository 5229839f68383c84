import { describe, expect, test } from 'vitest';
import { eventOf } from '../../../src/automation/hooks/event.ts';
import { deliveryCostMax } from '../../../src/automation/hooks/expressions.ts';
import { render, renderAll, renderedCharactersMax, renderingOf, templateErrors } from '../../../src/automation/hooks/template.ts';
import { Meter } from '../../../src/cel/meter.ts';

const payload = { name: 'web', count: 3, on: true, labels: { a: 'b' }, evil: '${payload.count}", "kind": "Role' };
const renderingOfPayload = (content: unknown = payload) =>
  renderingOf({ event: eventOf({ tag: 'v1' }), payload: content, headers: { 'x-a': 'b' } }, new Meter(deliveryCostMax));

test.each<[string, unknown]>([
  ['plain', 'plain'],
  ['', ''],
  ['${payload.count}', 3],
  ['${payload.on}', true],
  ['${payload.labels}', { a: 'b' }],
  ['${payload.name}-${event.tag}', 'web-v1'],
  ['n=${payload.count + 1}!', 'n=4!'],
  ["${headers['x-a']}", 'b'],
  ['$${payload.name}', '${payload.name}'],
  ['a $${x} ${payload.name}', 'a ${x} web'],
  ['costs $5', 'costs $5'],
  ['${{"a": 1}["a"]}', 1],
  ['${"}" + payload.name}', '}web'],
  ["${'it\\'s }'}", "it's }"],
  // What is put in is not read again.
  ['${payload.evil}', payload.evil],
  ['x${payload.evil}', `x${payload.evil}`],
])('%s', (text, value) => {
  expect(render(text, renderingOfPayload())).toEqual(value);
});

test.each([
  ['${payload.missing}', 'no such key: missing'],
  ['a${payload.labels}', 'an expression within a text must give a text, a number or a boolean'],
  ['${payload.name', 'an expression that begins with ${ has no end'],
  ['${nobody}', 'undeclared reference'],
])('%s is refused', (text, message) => {
  expect(() => render(text, renderingOfPayload())).toThrow(message);
});

test('values stand in all texts of an object, keys stay', () => {
  const json = { '${a}': ['${payload.name}', { deep: '${payload.count}' }], n: 1, none: null };
  expect(renderAll(json, renderingOfPayload())).toEqual({ '${a}': ['web', { deep: 3 }], n: 1, none: null });
});

describe('bounds', () => {
  test('of what is put in, over all texts', () => {
    const long = { text: 'x'.repeat(renderedCharactersMax / 4) };
    const texts = Array.from({ length: 5 }, () => '${payload.text}');
    expect(() => renderAll(texts, renderingOfPayload(long))).toThrow(`${renderedCharactersMax} characters at most`);
    expect(renderAll(texts.slice(1), renderingOfPayload(long))).toHaveLength(4);
  });

  test('of what expressions cost, over all texts', () => {
    const rendering = renderingOfPayload({ list: Array.from({ length: 1_000 }, (_, i) => i) });
    const costly = '${payload.list.all(a, payload.list.all(b, a + b >= 0))}';
    expect(() => render(costly, rendering)).toThrow('cost limit exceeded');
  });

  test('of depth', () => {
    let json: unknown = 'x';
    for (let i = 0; i < 65; i++) json = [json];
    expect(templateErrors(json, '/a')).toEqual([{ pointer: `/a${'/0'.repeat(64)}`, detail: 'must be nested 64 deep at most' }]);
  });
});

test('mistakes are told with their place', () => {
  const found = templateErrors({ a: ['fine ${event.tag}', { 'b/c': '${1 +}' }], d: '${' }, '/actions/0');
  expect(found.map(({ pointer }) => pointer)).toEqual(['/actions/0/a/1/b~1c', '/actions/0/d']);
});
