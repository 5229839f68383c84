import { expect, test } from 'vitest';
import { addressOf, parseAddress } from '../../src/gateway/address.ts';

test.each([
  ['https://api.example.com/v1/clusters', { kind: 'management' }],
  ['https://api.example.com/v1', { kind: 'management' }],
  ['https://api.example.com/v1x', { kind: 'none' }],
  ['https://api.example.com/', { kind: 'none' }],
  ['https://api.example.com/clusters/c-0123456789/api/v1/pods?watch=1', { kind: 'cluster', cluster: 'c-0123456789', path: '/api/v1/pods?watch=1' }],
  ['https://api.example.com/clusters/c-0123456789', { kind: 'cluster', cluster: 'c-0123456789', path: '/' }],
  ['https://api.example.com/clusters/default/api', { kind: 'none' }],
  ['https://api.example.com/clusters/c-0123%2f6789/api', { kind: 'none' }],
  ['https://api.example.com/clusters/c-0123456789?watch=1', { kind: 'cluster', cluster: 'c-0123456789', path: '/?watch=1' }],
  ['https://api.example.com/x?y=/clusters/c-0123456789/', { kind: 'none' }],
  ['https://api.example.com/clusters/', { kind: 'none' }],
  ['https://api.example.com', { kind: 'none' }],
  ['https://c-0123456789.api.example.com/v1/api?x=%2F', { kind: 'cluster', cluster: 'c-0123456789', path: '/v1/api?x=%2F' }],
  ['https://api.example.com/api', { kind: 'cluster-of-token', path: '/api' }],
  ['https://api.example.com/api/v1/pods?watch=1', { kind: 'cluster-of-token', path: '/api/v1/pods?watch=1' }],
  ['https://api.example.com/apis/apps/v1', { kind: 'cluster-of-token', path: '/apis/apps/v1' }],
  ['https://api.example.com/version?timeout=32s', { kind: 'cluster-of-token', path: '/version?timeout=32s' }],
  ['https://api.example.com/.well-known/openid-configuration', { kind: 'cluster-of-token', path: '/.well-known/openid-configuration' }],
  ['https://api.example.com/apiary', { kind: 'none' }],
  ['https://api.example.com/tunnel?node=a', { kind: 'none' }],
  ['https://api.example.com/v1?limit=2', { kind: 'management' }],
  ['https://127.0.0.1:8443/clusters/c-0123456789/version', { kind: 'cluster', cluster: 'c-0123456789', path: '/version' }],
])('%s', (url, address) => {
  expect(parseAddress(url)).toEqual(address);
});

test.each([
  ['https://api.example.com/clusters/c-0123456789/api', 'https://api.example.com/clusters/c-0123456789'],
  ['https://127.0.0.1:8443/api/v1?x=1', 'https://127.0.0.1:8443/clusters/c-0123456789'],
  ['https://c-0123456789.api.example.com/api', 'https://c-0123456789.api.example.com'],
  ['https://c-0123456789.api.example.com', 'https://c-0123456789.api.example.com'],
  ['https://c-9999999999.api.example.com/api', 'https://c-9999999999.api.example.com/clusters/c-0123456789'],
])('who asks at %s reaches the cluster at %s', (url, address) => {
  expect(addressOf(url, 'c-0123456789')).toBe(address);
});
