import { expect, test } from 'vitest';
import { textEntry } from '../../src/storage/entry.ts';
import { RecentChanges } from '../../src/storage/recent-changes.ts';
import type { Change } from '../../src/storage/store.ts';
import { keyOf } from '../support/configmaps.ts';

const change = (revision: number, bytes = 1, previousBytes?: number): Change => ({
  revision,
  type: previousBytes === undefined ? 'ADDED' : 'MODIFIED',
  entry: textEntry(keyOf('a'), revision, 'x'.repeat(bytes)),
  ...(previousBytes !== undefined && { previous: textEntry(keyOf('a'), revision - 1, 'x'.repeat(previousBytes)) }),
});

test('knows what it keeps, and says when that is not enough', () => {
  const recent = new RecentChanges({ recentEvents: 3, recentEventBytes: 1000 });
  expect(recent.after(7, 7)).toEqual([]);
  expect(recent.after(6, 7)).toBeUndefined();
  for (let revision = 8; revision <= 20; revision++) recent.push([change(revision)]);
  expect(recent.after(16, 20)).toBeUndefined();
  expect(recent.after(17, 20)?.map(({ revision }) => revision)).toEqual([18, 19, 20]);
  expect(recent.after(19, 20)?.map(({ revision }) => revision)).toEqual([20]);
  expect(recent.after(20, 20)).toEqual([]);
});

test('is bounded in bytes, of old and new objects together', () => {
  const recent = new RecentChanges({ recentEvents: 100, recentEventBytes: 100 });
  recent.push([change(2, 40), change(3, 30, 20)]);
  expect(recent.after(1, 3)).toHaveLength(2);
  recent.push([change(4, 11)]);
  expect(recent.after(1, 4)).toBeUndefined();
  expect(recent.after(2, 4)).toHaveLength(2);
  recent.push([change(5, 101)]);
  expect(recent.after(4, 5)).toBeUndefined();
  recent.push([change(6)]);
  expect(recent.after(5, 6)).toHaveLength(1);
});
