import { describe, expect, test } from 'vitest';
import {
  keyElement,
  MalformedFields,
  parseFields,
  showPath,
  valueElement,
} from '../../../src/machinery/managedfields/element.ts';

test.each([
  [['f:spec', 'f:replicas'], '.spec.replicas'],
  [['f:containers', 'k:{"name":"web"}', 'f:image'], '.containers[name="web"].image'],
  [['f:ports', keyElement(['port', 'protocol'], [80, 'TCP'])], '.ports[port=80,protocol="TCP"]'],
  [['f:finalizers', valueElement('a/b')], '.finalizers[="a/b"]'],
  [['f:list', 'i:3'], '.list[3]'],
  [['f:metadata', 'f:labels', 'f:example.com/a'], '.metadata.labels.example.com/a'],
])('%j is shown as %s', (path, shown) => expect(showPath(path)).toBe(shown));

test('a key that an item leaves out is left out', () => expect(keyElement(['a', 'b'], [undefined, 1])).toBe('k:{"b":1}'));

describe('what clients send', () => {
  test.each([
    ['nothing', undefined, {}],
    ['an empty set', {}, {}],
    ['a set', { 'f:a': { '.': {}, 'f:b': {} } }, { 'f:a': { '.': {}, 'f:b': {} } }],
    ['a needless self', { 'f:a': { '.': {} } }, { 'f:a': {} }],
    ['a root that says it is there', { '.': {}, 'f:a': {} }, { 'f:a': {} }],
    ['keys in another order', { 'k:{"b": 2, "a":1}': {} }, { 'k:{"a":1,"b":2}': {} }],
    ['spaces in a value', { 'v: "x"': {}, 'i:007': {} }, { 'v:"x"': {}, 'i:7': {} }],
    ['elements of tomorrow', { 'x:y': {}, 'f:a': { 'x:y': {} } }, { 'f:a': {} }],
    ['only elements of tomorrow', { 'x:y': {} }, {}],
  ])('%s', (_, sent, expected) => expect(parseFields(sent)).toEqual(expected));

  test.each([
    [{ f: {} }],
    [{ 'a-b': {} }],
    [{ 'k:{': {} }],
    [{ 'k:1': {} }],
    [{ 'v:x': {} }],
    [{ 'i:x': {} }],
    [[]],
    [{ 'f:a': 1 }],
  ])('refuses %j', (sent) => expect(() => parseFields(sent)).toThrow(MalformedFields));

  test('refuses what is nested without end', () => {
    let deep: object = {};
    for (let i = 0; i < 1000; i++) deep = { 'f:a': deep };
    expect(() => parseFields(deep)).toThrow(MalformedFields);
  });
});
