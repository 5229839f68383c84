import { describe, expect, it } from 'vitest';
import { requestTimeoutMs } from '../../src/server/http/timeout.ts';

describe('the time that a request may take', () => {
  it.each([
    ['/api/v1/pods', 60_000],
    ['/api/v1/pods?timeoutSeconds=5', 60_000],
    ['/api/v1/pods?timeout=', 60_000],
    ['/api/v1/pods?limit=5&timeout=32s', 32_000],
    ['/api/v1/pods?timeout=1.5s', 1_500],
    ['/api/v1/pods?timeout=0', 60_000],
    ['/api/v1/pods?timeout=-5s', 60_000],
    ['/api/v1/pods?timeout=300ms', 300],
    ['/api/v1/pods?timeout=1m30s', 60_000],
    ['/api/v1/pods?timeout=20s500ms', 20_500],
    ['/api/v1/namespaces/n/pods/p/log?timeout=x', undefined],
    ['/api/v1/nodes/n/proxy/healthz', undefined],
  ])('%s', (path, ms) => expect(requestTimeoutMs(path)).toBe(ms));

  it.each([
    ['x', 'time: invalid duration "x"'],
    ['1', 'time: missing unit in duration "1"'],
    ['1y', 'time: unknown unit "y" in duration "1y"'],
    ['-', 'time: invalid duration "-"'],
    ['1s2', 'time: missing unit in duration "1s2"'],
    ['.s', 'time: invalid duration ".s"'],
  ])('is not %s', (timeout, message) =>
    expect(() => requestTimeoutMs(`/api?timeout=${timeout}`)).toThrow(
      `invalid timeout specified in the request URL - ${message}`,
    ),
  );
});
