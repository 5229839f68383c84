import { describe, expect, it } from 'vitest';
import { ClusterFrame, NodeFrame } from '../../src/tunnel/frames.ts';

describe('NodeFrame', () => {
  it.each([
    ['a request', { type: 'request', id: 1, method: 'GET', path: '/api' }, true],
    ['a request with a body', { type: 'request', id: 1, method: 'PATCH', path: '/api', contentType: 'a/b', body: '{}' }, true],
    ['a watch', { type: 'watch', id: 1, path: '/api/v1/pods?watch=true' }, true],
    ['the end of a watch', { type: 'unwatch', id: 1 }, true],
    ['a frame of the cluster', { type: 'response', id: 1, status: 200, body: '' }, false],
    ['an unknown method', { type: 'request', id: 1, method: 'CONNECT', path: '/' }, false],
    ['a path that leads elsewhere', { type: 'request', id: 1, method: 'GET', path: 'https://elsewhere' }, false],
    ['a path without end', { type: 'watch', id: 1, path: `/${'a'.repeat(5_000)}` }, false],
    ['a negative id', { type: 'unwatch', id: -1 }, false],
    ['a fraction of an id', { type: 'unwatch', id: 0.5 }, false],
    ['nothing', null, false],
  ])('%s: %#', (_, frame, isValid) => expect(NodeFrame.safeParse(frame).success).toBe(isValid));
});

describe('ClusterFrame', () => {
  it.each([
    ['a response', { type: 'response', id: 1, status: 200, body: '' }, true],
    ['events', { type: 'events', id: 1, position: 5, lines: ['{}'] }, true],
    ['an end', { type: 'ended', id: 1, status: 410, message: '' }, true],
    ['events without a position', { type: 'events', id: 1, lines: [] }, false],
    ['a body that is no text', { type: 'response', id: 1, status: 200, body: {} }, false],
    ['a request', { type: 'request', id: 1, method: 'GET', path: '/' }, false],
  ])('%s', (_, frame, isValid) => expect(ClusterFrame.safeParse(frame).success).toBe(isValid));
});
