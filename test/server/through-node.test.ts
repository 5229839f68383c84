import { describe, expect, it } from 'vitest';
import { testCluster } from './support/cluster.ts';

const namespace = '/api/v1/namespaces/default';
const merge = { headers: { 'content-type': 'application/merge-patch+json' } };
const notServed = 'the nodes of this cluster do not serve this yet';
const pod = (name: string, more: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'i' }], ...more },
});
const containers = ['a', 'b'].map((name) => ({ name, image: 'i' }));
const choose = 'a container name must be specified for pod several, choose one of: [first a b]';

/** A node with two pods, a pod without and one with a node that is gone; a Service with one ready address, and one with none. */
async function cluster() {
  const made = await testCluster();
  const { ok } = made;
  await ok('POST', '/api/v1/nodes', { metadata: { name: 'n1' } });
  const several = { nodeName: 'n1', containers, initContainers: [{ name: 'first', image: 'i' }] };
  for (const each of [pod('p', { nodeName: 'n1' }), pod('several', several), pod('free'), pod('lost', { nodeName: 'gone' })])
    await ok('POST', `${namespace}/pods`, each);
  for (const [name, ip] of [
    ['p', '10.1.2.3'],
    ['several', '127.0.0.1'],
  ])
    await ok('PATCH', `${namespace}/pods/${name}/status`, { status: { podIPs: [{ ip }] } }, merge);
  for (const name of ['s', 'empty', 'bare'])
    await ok('POST', `${namespace}/services`, { metadata: { name }, spec: { ports: [{ port: 80, name: 'web' }] } });
  const subsets = [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ name: 'web', port: 8080 }] }];
  await ok('POST', `${namespace}/endpoints`, { metadata: { name: 's' }, subsets });
  await ok('POST', `${namespace}/endpoints`, { metadata: { name: 'empty' } });
  return made;
}

describe('what goes through nodes', () => {
  it.each<[string, number, string]>([
    ['pods/none/log', 404, 'pods "none" not found'],
    ['pods/lost/log', 404, 'pods "gone" not found'],
    ['pods/lost/exec', 404, 'pods "gone" not found'],
    ['pods/lost/portforward', 404, 'pods "gone" not found'],
    ['pods/none/portforward', 404, 'pods "none" not found'],
    ['pods/several/log', 400, choose],
    ['pods/several/attach', 400, choose],
    ['pods/several/exec?container=c&command=sh', 400, 'container c is not valid for pod several'],
    ['pods/several/log?container=first', 503, notServed],
    ['pods/several/portforward', 503, notServed],
    ['pods/p/portforward?ports=x', 400, 'cannot convert to []int32: strconv.ParseUint: parsing "x": invalid syntax'],
    ['pods/free/exec?command=sh', 400, 'pod free does not have a host assigned'],
    ['pods/free/attach', 400, 'pod free does not have a host assigned'],
    ['pods/free/portforward', 400, 'pod free does not have a host assigned'],
    ['pods/free/log?container=d', 400, 'container d is not valid for pod free'],
    ['pods/p/log?follow=true&tailLines=1&sinceTime=2026-01-01T00:00:00Z', 503, notServed],
    ['pods/p/log?tailLines=x', 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
    ['pods/p/log?sinceTime=x', 400, 'parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'],
    ['pods/none/log?stream=All', 422, 'PodLogOptions "none" is invalid: stream: Forbidden: may not be specified'],
    [
      'pods/p/log?tailLines=-1&limitBytes=0&sinceSeconds=0',
      422,
      'PodLogOptions "p" is invalid: [tailLines: Invalid value: -1: must be greater than or equal to 0, limitBytes: Invalid value: 0: must be greater than 0, sinceSeconds: Invalid value: 0: must be greater than 0]',
    ],
    [
      'pods/p/log?sinceSeconds=0&sinceTime=2026-01-01T00:00:00Z',
      422,
      'PodLogOptions "p" is invalid: []: Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
    ],
    ['pods/p/proxy/a/b', 503, notServed],
    ['pods/https:p:80/proxy', 503, notServed],
    ['pods/none/proxy', 404, 'pods "none" not found'],
    ['pods/free/proxy/', 400, 'address not allowed'],
    ['pods/several/proxy/', 400, 'address not allowed'],
    ['pods/ftp:p:80/proxy/', 400, 'invalid pod request "ftp:p:80"'],
    ['services/s:web/proxy/', 503, notServed],
    ['services/s:80/proxy/', 503, notServed],
    ['services/s:81/proxy/', 503, 'no service port 81 found for service "s"'],
    ['services/s/proxy/', 503, 'no endpoints available for service "s"'],
    ['services/s:other/proxy/', 503, 'no endpoints available for service "s:other"'],
    ['services/empty:web/proxy/', 503, 'no endpoints available for service "empty"'],
    ['services/bare:web/proxy/', 404, 'services "bare" not found'],
    ['services/a:b:c:d/proxy/', 400, 'invalid service request "a:b:c:d"'],
  ])('%s', async (path, code, message) => {
    const { request } = await cluster();
    const answer = await request('GET', `${namespace}/${path}`);
    expect([answer.status, answer.body.message]).toEqual([code, message]);
    if (message === notServed) expect(answer.headers.get('retry-after')).toBe('30');
  });

  it.each<[string, number, string]>([
    ['n1/proxy/metrics', 503, notServed],
    ['n1:10250/proxy/', 503, notServed],
    ['none/proxy/', 404, 'nodes "none" not found'],
    ['x:y:z/proxy/', 400, 'invalid node request "x:y:z"'],
  ])('nodes/%s', async (path, code, message) => {
    const { request } = await cluster();
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await request(method, `/api/v1/nodes/${path}`);
      expect([answer.status, answer.body.message]).toEqual([code, message]);
    }
  });

  it('has no log of a pod without a node', async () => {
    const { request } = await cluster();
    const { status, text } = await request('GET', `${namespace}/pods/free/log`);
    expect([status, text]).toEqual([204, '']);
  });
});
