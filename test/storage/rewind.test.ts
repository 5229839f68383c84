import { expect, test } from 'vitest';
import { textEntry } from '../../src/storage/entry.ts';
import { earlierOf, rewindList } from '../../src/storage/rewind.ts';
import type { Change } from '../../src/storage/store.ts';
import { keyOf } from '../support/configmaps.ts';

const at = (revision: number, name = 'a', resource = 'configmaps') => textEntry(keyOf(name, 'default', resource), revision, '{}');

test('an entry whose earlier state is lost makes the list unknown', () => {
  const change: Change = { revision: 5, type: 'MODIFIED', entry: at(5) };
  expect(rewindList([at(5)], [earlierOf(change)], 'configmaps', {})).toBeUndefined();
  expect(rewindList([at(5)], [earlierOf({ ...change, previous: at(2) })], 'configmaps', {})).toEqual([at(2)]);
  const deleted: Change = { revision: 5, type: 'DELETED', entry: at(5) };
  expect(rewindList([], [earlierOf(deleted)], 'configmaps', {})).toBeUndefined();
});

test('lost states of what the list does not show do not matter', () => {
  const elsewhere: Change = { revision: 5, type: 'MODIFIED', entry: at(5, 'a', 'secrets') };
  expect(rewindList([at(3)], [earlierOf(elsewhere)], 'configmaps', {})).toEqual([at(3)]);
  const otherNamespace: Change = { revision: 5, type: 'MODIFIED', entry: at(5) };
  expect(rewindList([], [earlierOf(otherNamespace)], 'configmaps', { namespace: 'other' })).toEqual([]);
});

test('only the first change of an entry counts', () => {
  const changes: Change[] = [
    { revision: 4, type: 'ADDED', entry: at(4) },
    { revision: 5, type: 'MODIFIED', entry: at(5) },
    { revision: 6, type: 'DELETED', entry: at(6), previous: at(5) },
  ];
  expect(rewindList([], changes.map(earlierOf), 'configmaps', {})).toEqual([]);
});

test('a list of one object is rewound for that one', () => {
  const changes: Change[] = [
    { revision: 5, type: 'ADDED', entry: at(5, 'a') },
    { revision: 6, type: 'MODIFIED', entry: at(6, 'b') },
  ];
  expect(rewindList([at(5, 'a')], changes.map(earlierOf), 'configmaps', { name: 'a' })).toEqual([]);
});
