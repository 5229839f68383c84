import { describe, expect, test } from 'vitest';
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

describe('events in protobuf', () => {
  /** An event of so many bytes, all `fill`, with its length before it. */
  const event = (fill: number, length: number) =>
    Uint8Array.from([0, 0, length >> 8, length & 0xff, ...new Uint8Array(length).fill(fill)]);
  const joined = (...events: Uint8Array[]) => Uint8Array.from(events.flatMap((each) => [...each]));

  test('pass once, whatever is sent again', () => {
    const reader = new WatchFrameReader();
    // Bytes that look like a newline, or like the head's commas, are only bytes.
    const [a, b, c, d] = [event(0x0a, 10), event(0x2c, 300), event(3, 0), event(4, 1)];
    expect(reader.read(encodeWatchFrame(10, [0, 0], [a, b]))).toEqual(joined(a, b));
    expect(reader.read(encodeWatchFrame(12, [11, 12], [a, b]))).toEqual(joined(a, b));
    expect(reader.read(encodeWatchFrame(15, [11, 12, 14, 15], [a, b, c, d]))).toEqual(joined(c, d));
    expect(reader.read(encodeWatchFrame(15, [14, 15], [c, d]))).toHaveLength(0);
    expect(reader.position).toBe(15);
  });

  test('are told apart from text by the frame, and a frame without events is text', () => {
    expect(encodeWatchFrame(10, [9], [event(1, 1)])).toEqual(joined(new TextEncoder().encode('10,9\n'), event(1, 1)));
    expect(encodeWatchFrame(10, [], [])).toBe('10\n');
  });
});

test('a watch goes on after a position, which is known before the first frame', () => {
  const reader = new WatchFrameReader(5);
  expect(reader.position).toBe(5);
  expect(reader.read(encodeWatchFrame(7, [5, 7], ['seen', 'new']))).toBe('new\n');
  expect(new WatchFrameReader(5).read(encodeWatchFrame(5, [0], ['initial']))).toBe('initial\n');
});
