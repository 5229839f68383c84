import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { mergeKubeconfigs } from '../../src/cli/kubeconfig-file.ts';

const entry = (name: string, server = `https://${name}`) => ({
  clusters: [{ name, cluster: { server } }],
  users: [{ name: `me@${name}`, user: { token: 't' } }],
  contexts: [{ name, context: { cluster: name, user: `me@${name}` } }],
  'current-context': name,
});
const merge = (present: string, added: object, select = true) => parse(mergeKubeconfigs(present, stringify(added), { select }));

test('into nothing', () => {
  expect(merge('', entry('a'))).toEqual({ apiVersion: 'v1', kind: 'Config', ...entry('a') });
});

test('beside others, whose own fields stay', () => {
  const present = stringify({ preferences: { colors: true }, ...entry('a'), users: null });
  const merged = merge(present, entry('b'), false);
  expect(merged.clusters.map(({ name }: { name: string }) => name)).toEqual(['a', 'b']);
  expect(merged.users).toEqual(entry('b').users);
  expect([merged.preferences, merged['current-context']]).toEqual([{ colors: true }, 'a']);
  expect(merge(present, entry('b'))['current-context']).toBe('b');
});

test('in the place of one of the same name', () => {
  expect(merge(stringify(entry('a')), entry('a', 'https://new')).clusters).toEqual([{ name: 'a', cluster: { server: 'https://new' } }]);
});

test('what is no kubeconfig stays as it is', () => {
  expect(() => merge('- a', entry('a'))).toThrow('not a kubeconfig');
});
