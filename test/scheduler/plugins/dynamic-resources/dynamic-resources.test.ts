import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/machinery/meta.ts';
import type { ResourceClaim } from '../../../../src/resources/resource/resourceclaim.ts';
import { dynamicResources } from '../../../../src/scheduler/plugins/dynamic-resources/dynamic-resources.ts';
import { podInfoOf } from '../../../../src/scheduler/snapshot/pod-info.ts';
import { clusterOf, node, pod } from '../../support.ts';
import { hinted, turnedDown } from '../support.ts';
import { claim, deviceClass, driver, exactly, has, slice } from './objects.ts';

const onlyOn = (name: string) => ({
  nodeSelector: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }] },
});
const user = (name: string, ...claims: string[]) =>
  pod(name, { spec: { resourceClaims: claims.map((resourceClaimName, i) => ({ name: `c${i}`, resourceClaimName })) } });

describe('the filter', () => {
  const nodes = [node('a'), node('b')];
  test.each<[string, KubeObject[], Record<string, string>]>([
    ['the node must have the devices', [claim('x'), slice()], { b: 'cannot allocate all claims' }],
    [
      'or be one that the allocation is for',
      [claim('x', {}, { status: { allocation: onlyOn('b') } })],
      { a: 'resourceclaim not available on the node' },
    ],
    ['a claim that is not there', [], { all: 'resourceclaim.resource.k8s.io "x" not found' }],
    [
      'a claim that goes',
      [{ ...claim('x'), metadata: { ...claim('x').metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }],
      { all: 'resourceclaim "x" is being deleted' },
    ],
    [
      'a claim that too many have',
      [
        claim(
          'x',
          {},
          {
            status: {
              allocation: {},
              reservedFor: Array.from({ length: 256 }, (_, i) => ({ resource: 'pods', name: `p${i}`, uid: `${i}` })),
            },
          },
        ),
      ],
      { all: 'resourceclaim in use' },
    ],
  ])('%s', (_, others, expected) => {
    const cluster = clusterOf(nodes, [], [deviceClass(), ...others]);
    expect(turnedDown(dynamicResources, user('p', 'x'), cluster)).toEqual(expected);
  });

  test('a claim that was made for another pod', () => {
    const each = pod('p', {
      spec: { resourceClaims: [{ name: 'c', resourceClaimTemplateName: 't' }] },
      status: { resourceClaimStatuses: [{ name: 'c', resourceClaimName: 'x' }] },
    });
    const cluster = clusterOf(nodes, [], [deviceClass(), claim('x')]);
    expect(turnedDown(dynamicResources, each, cluster)).toEqual({
      all: 'ResourceClaim default/x was not created for Pod default/p (Pod is not owner)',
    });
  });

  test('pods whose claims are not made yet are not looked at', () => {
    const each = pod('p', { spec: { resourceClaims: [{ name: 'c', resourceClaimTemplateName: 't' }] } });
    expect(dynamicResources.preEnqueue!(each)).toBe('pod "default/p": ResourceClaim not created yet');
    expect(dynamicResources.preEnqueue!({ ...each, status: { resourceClaimStatuses: [{ name: 'c' }] } })).toBeUndefined();
  });
});

describe('what is written before a pod is bound', () => {
  const reserve = (each: ReturnType<typeof pod>, cluster: ReturnType<typeof clusterOf>) =>
    dynamicResources.reserve!(podInfoOf(each), cluster.node('a')!, cluster);
  const objects = (reservation: ReturnType<typeof reserve>) =>
    (reservation?.writes ?? []).map((write) => (write.verb === 'update' ? (write.object as ResourceClaim) : undefined)!);

  test('the finalizer, then devices and user together, then nothing', () => {
    const each = user('p', 'x');
    const [first] = objects(
      reserve(each, clusterOf([node('a')], [], [deviceClass(), slice(), claim('x', undefined, { finalizers: [] })])),
    );
    expect(first).toMatchObject({ metadata: { finalizers: ['resource.kubernetes.io/delete-protection'] } });
    expect(first).not.toHaveProperty('status');

    const config = [{ opaque: { driver, parameters: { fast: true } } }];
    const wanted = {
      requests: [exactly()],
      config: [
        { ...config[0]!, requests: ['r'] },
        { ...config[0]!, requests: ['other'] },
      ],
    };
    const second = reserve(each, clusterOf([node('a')], [], [deviceClass('gpu', { config }), slice(), claim('x', wanted)]));
    expect(second?.wait).toBe(true);
    const [reserved] = objects(second);
    expect(reserved!.status).toMatchObject({
      reservedFor: [{ resource: 'pods', name: 'p', uid: each.metadata.uid }],
      allocation: {
        devices: {
          results: [{ request: 'r', driver, pool: 'a', device: 'a0' }],
          config: [
            { source: 'FromClass', requests: ['r'], ...config[0] },
            { source: 'FromClaim', requests: ['r'], ...config[0] },
          ],
        },
        ...onlyOn('a'),
      },
    });
    expect(reserve(each, clusterOf([node('a')], [], [deviceClass(), slice(), reserved!]))).toBeUndefined();
  });

  test('an allocated claim is shared', () => {
    const shared = claim('x', undefined, { status: { ...has('a0'), reservedFor: [{ resource: 'pods', name: 'q', uid: 'q' }] } });
    const [reserved] = objects(reserve(user('p', 'x'), clusterOf([node('a')], [], [deviceClass(), slice(), shared])));
    expect(reserved!.status!.reservedFor!.map(({ name }) => name)).toEqual(['q', 'p']);
    expect(reserved!.status!.allocation).toEqual(shared.status!.allocation);
  });

  test('within a pass no device goes twice, and no claim is allocated twice; what is turned down comes back', () => {
    const cluster = clusterOf([node('a')], [], [deviceClass(), slice(), claim('x'), claim('y'), claim('z')]);
    const first = reserve(user('p', 'x'), cluster);
    expect(turnedDown(dynamicResources, user('q', 'x'), cluster)).toEqual({
      all: 'resource claim default/x is in the process of being allocated',
    });
    const [second] = objects(reserve(user('q', 'y'), cluster));
    expect(second!.status!.allocation!.devices!.results![0]!.device).toBe('b1');
    expect(turnedDown(dynamicResources, user('r', 'z'), cluster)).toEqual({ a: 'cannot allocate all claims' });
    first!.release!();
    expect(turnedDown(dynamicResources, user('r', 'z'), cluster)).toEqual({});
  });
});

test('what is worth another look', () => {
  const waiting = user('p', 'x');
  const free = claim('y');
  const used = { ...free, status: has('a0') };
  expect(hinted(dynamicResources, waiting, undefined, claim('x'))).toBe(true);
  expect(hinted(dynamicResources, waiting, undefined, free)).toBe(false);
  expect(hinted(dynamicResources, waiting, used, free)).toBe(true);
  expect(hinted(dynamicResources, waiting, used, undefined)).toBe(true);
  expect(hinted(dynamicResources, waiting, free, used)).toBe(false);
  expect(hinted(dynamicResources, waiting, undefined, slice())).toBe(true);
  expect(hinted(dynamicResources, waiting, undefined, deviceClass())).toBe(true);
});
