import { expect, test } from 'vitest';
import { parseAddress } from '../../src/gateway/address.ts';

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
  ['https://127.0.0.1:8443/clusters/c-0123456789/version', { kind: 'cluster', cluster: 'c-0123456789', path: '/version' }],
])('%s', (url, address) => {
  expect(parseAddress(url)).toEqual(address);
});
