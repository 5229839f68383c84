import { expect, test } from 'vitest';
import { configMaps } from '../../src/resources/core/configmap.ts';
import { textEntry } from '../../src/storage/entry.ts';
import { State, StateReader } from '../../src/storage/state.ts';

test('objects are found by their names, and no others are parsed', () => {
  const state = new State();
  const put = (name: string, text: string) => state.set(textEntry({ resource: configMaps.resource, namespace: '', name }, 1, text));
  put('b.example.com', '{"metadata":{"name":"b.example.com"}}');
  put('a.example.com', '{"metadata":{"name":"a.example.com"}}');
  put('c.example.org', 'what is parsed is no JSON');
  const found = new StateReader(state).named(configMaps, (name) => name.endsWith('.com'));
  expect(found.map(({ metadata }) => metadata.name)).toEqual(['a.example.com', 'b.example.com']);
});
