import { expect, test } from 'vitest';
import { encodeWatchFrame, WatchFrameReader } from '../../src/tunnel/watch-frames.ts';

test('events pass once, whatever is sent again', () => {
  const reader = new WatchFrameReader();
  expect(reader.read(encodeWatchFrame(10, [0, 0], ['{"a":1}', '{"a":2}']))).toBe('{"a":1}\n{"a":2}\n');
  expect(reader.read(encodeWatchFrame(12, [11, 12], ['{"b":11}', '{"b":12}']))).toBe('{"b":11}\n{"b":12}\n');
  expect(reader.read(encodeWatchFrame(14, [11, 12, 14], ['{"b":11}', '{"b":12}', '{"b":14}']))).toBe('{"b":14}\n');
  expect(reader.read(encodeWatchFrame(14, [12, 14], ['{"b":12}', '{"b":14}']))).toBe('');
  expect(reader.position).toBe(14);
});

test('a frame without events only moves the position', () => {
  const reader = new WatchFrameReader();
  expect(reader.read(encodeWatchFrame(20, [], []))).toBe('');
  expect(reader.position).toBe(20);
  expect(reader.read(encodeWatchFrame(15, [], []))).toBe('');
  expect(reader.position).toBe(20);
});
