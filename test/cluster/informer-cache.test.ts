import { expect, test } from 'vitest';
import { InformerCache } from '../../src/cluster/informer-cache.ts';
import { configMaps, type ConfigMap } from '../../src/resources/core/configmap.ts';
import { pods } from '../../src/resources/core/pod.ts';
import type { Entry } from '../../src/storage/store.ts';

function entry(name: string, owners: string[]): Entry {
  const object: ConfigMap = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace: 'default',
      uid: name,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ownerReferences: owners.map((uid) => ({ apiVersion: 'v1', kind: 'Pod', name: uid, uid, controller: uid !== 'y' })),
    },
  };
  return { key: { resource: 'configmaps', namespace: 'default', name }, revision: 1, text: '', object };
}

function setUp(entries: Entry[] = []) {
  return new InformerCache({
    entries: () => entries,
    committed: { get: () => undefined, list: () => [] },
    revision: () => 7,
    presented: new Set(),
    present: (object) => object,
  });
}
const names = (cache: InformerCache, uid: string) => cache.ownedBy(configMaps, uid).map(({ metadata }) => metadata.name);

test('the owner index follows loads and commits', () => {
  const cache = setUp();
  const [a, b] = [entry('a', ['x']), entry('b', ['x', 'y'])];
  cache.add([a, b]);
  expect(names(cache, 'x')).toEqual(['a', 'b']);
  expect(names(cache, 'y')).toEqual(['b']);
  cache.apply([{ revision: 2, type: 'MODIFIED', entry: entry('b', ['z']), previous: b }]);
  expect(names(cache, 'x')).toEqual(['a']);
  expect(names(cache, 'y')).toEqual([]);
  expect(names(cache, 'z')).toEqual(['b']);
  cache.apply([{ revision: 3, type: 'DELETED', entry: entry('a', ['x']), previous: a }]);
  expect(cache.dependentsOf('x')).toEqual([]);
  cache.apply([{ revision: 4, type: 'ADDED', entry: entry('c', ['z']) }]);
  expect(cache.dependentsOf('z').map(({ metadata }) => metadata.name)).toEqual(['b', 'c']);
  expect(cache.revision).toBe(7);
});

test('orphans are those without a controller, in one namespace', () => {
  const [a, b, c] = [entry('a', ['x']), entry('b', ['y']), entry('c', [])];
  const all = [a, b, c];
  const cache = setUp(all);
  cache.add(all);
  const orphans = () => cache.orphans(configMaps, 'default').map(({ metadata }) => metadata.name);
  expect(orphans()).toEqual(['b', 'c']);
  cache.apply([{ revision: 2, type: 'MODIFIED', entry: entry('b', ['y', 'x']), previous: b }]);
  cache.apply([{ revision: 3, type: 'ADDED', entry: entry('d', []) }]);
  cache.apply([{ revision: 4, type: 'DELETED', entry: entry('c', []), previous: c }]);
  expect(orphans()).toEqual(['d']);
  expect(cache.orphans(configMaps, 'other')).toEqual([]);
});

test('an index by a selectable field follows commits', () => {
  const on = (name: string, nodeName: string) => {
    const { key, object } = entry(name, []);
    return { ...entry(name, []), key: { ...key, resource: 'pods' }, object: { ...object, kind: 'Pod', spec: { nodeName } } };
  };
  const [a, b] = [on('a', 'n1'), on('b', 'n2')];
  const all = [a, b, entry('c', [])];
  const cache = new InformerCache({
    entries: (resource) => all.filter(({ key }) => key.resource === resource),
    committed: { get: () => undefined, list: () => [] },
    revision: () => 7,
    presented: new Set(),
    present: (object) => object,
  });
  cache.add(all);
  const podsOn = (node: string) => cache.withField(pods, 'spec.nodeName', node).map(({ metadata }) => metadata.name);
  expect(podsOn('n1')).toEqual(['a']);
  cache.apply([{ revision: 2, type: 'MODIFIED', entry: on('b', 'n1'), previous: b }]);
  cache.apply([{ revision: 3, type: 'ADDED', entry: on('d', '') }]);
  expect([podsOn('n1'), podsOn('n2'), podsOn('')]).toEqual([['a', 'b'], [], ['d']]);
  cache.apply([{ revision: 4, type: 'DELETED', entry: on('a', 'n1'), previous: a }]);
  expect(podsOn('n1')).toEqual(['b']);
  expect(() => cache.withField(pods, 'spec.none', '')).toThrow('cannot be selected');
});

test('what changed since a revision, of some kinds', () => {
  let revision = 1;
  const cache = new InformerCache({
    entries: () => [],
    committed: { get: () => undefined, list: () => [] },
    revision: () => revision,
    presented: new Set(),
    present: (object) => object,
  });
  const [a, b, secret] = [entry('a', []), entry('b', []), { ...entry('s', []), key: { resource: 'secrets', namespace: 'default', name: 's' } }];
  const changed = entry('a', ['x']);
  cache.apply([
    { revision: 2, type: 'ADDED', entry: a },
    { revision: 3, type: 'ADDED', entry: secret },
    { revision: 4, type: 'MODIFIED', entry: changed, previous: a },
  ]);
  cache.apply([{ revision: 5, type: 'DELETED', entry: b, previous: b }]);
  revision = 5;
  const configs = new Set(['configmaps']);
  expect(cache.changesSince(1, configs)).toEqual([
    { resource: 'configmaps', after: a.object },
    { resource: 'configmaps', before: a.object, after: changed.object },
    { resource: 'configmaps', before: b.object },
  ]);
  expect(cache.changesSince(4, configs)).toEqual([{ resource: 'configmaps', before: b.object }]);
  expect(cache.changesSince(5, configs)).toEqual([]);
  expect(cache.changesSince(0, configs)).toBeUndefined();
});
