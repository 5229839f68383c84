import { expect, test } from 'vitest';
import { clusterOf } from '../../src/lib/cluster-address.ts';

test.each([
  ['https://api.example.com/clusters/c-0123456789', 'c-0123456789'],
  ['https://api.example.com/clusters/c-0123456789/', 'c-0123456789'],
  ['https://127.0.0.1:8443/clusters/c-0123456789', 'c-0123456789'],
  ['https://c-0123456789.api.example.com', 'c-0123456789'],
  ['https://c-0123456789.api.example.com/', 'c-0123456789'],
  ['https://c-0123456789.api.example.com/api', undefined],
  ['https://api.example.com/clusters/c-0123456789/api', undefined],
  ['https://api.example.com/clusters/c-0123456789?x=1', undefined],
  ['http://api.example.com/clusters/c-0123456789', undefined],
  ['https://api.example.com/clusters/default', undefined],
  ['https://kubernetes.default.svc', undefined],
  ['c-0123456789', undefined],
  ['', undefined],
])('%s is the address of %s', (url, cluster) => {
  expect(clusterOf(url)).toBe(cluster);
});
