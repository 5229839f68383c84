import { expect, test } from 'vitest';
import { ClusterSettings, isControllerEnabled, readClusterSettings, unknownControllers } from '../../src/db/cluster-settings.ts';

test.each([
  [['*'], true],
  [[], false],
  [['job'], true],
  [['deployment'], false],
  [['*', '-job'], false],
  [['-job', '*'], false],
  [['-job', 'job'], true],
  [['job', '-job'], false],
])('the list %j has the job controller: %s', (list, expected) => {
  expect(isControllerEnabled(list, 'job')).toBe(expected);
});

test('names that are none', () => {
  expect(unknownControllers(['*', 'job', '-job', 'cron', '-cron'], ['job'])).toEqual(['cron', '-cron']);
});

test('what a row does not say has its default', () => {
  expect(readClusterSettings('{}')).toEqual({
    controllers: ['*'],
    scheduler: { enabled: true, profiles: [] },
    network: {
      serviceCIDRs: ['10.96.0.0/16'],
      clusterCIDRs: ['10.128.0.0/9'],
      nodeCIDRMaskSizes: { IPv4: 24, IPv6: 64 },
    },
    loadBalancer: { pools: [] },
    audit: {},
    authentication: {},
    quotas: {},
  });
  expect(readClusterSettings('{"scheduler":{}}').scheduler).toEqual({ enabled: true, profiles: [] });
});

test.each([
  [{ network: { serviceCIDRs: ['10.50.0.0/16', 'fd00::/112'] } }, undefined],
  [{ network: { nodeCIDRMaskSizes: { IPv4: 26 } } }, undefined],
  [{ loadBalancer: { pools: ['192.0.2.0/28', '198.51.100.1-198.51.100.9', 'fd00::/120'] } }, undefined],
  [{ network: { serviceCIDRs: [] } }, 'Too small'],
  [{ network: { serviceCIDRs: ['10.50.0.0'] } }, 'must be a network'],
  [{ network: { clusterCIDRs: ['10.50.0.0/16', '10.60.0.0/16'] } }, 'must not hold two of one family'],
  [{ network: { nodeCIDRMaskSizes: { IPv4: 33 } } }, 'Too big'],
  [{ loadBalancer: { pools: ['192.0.2.9-192.0.2.1'] } }, 'must be a network, or a range'],
  [{ loadBalancer: { pools: ['192.0.2.0/24', '192.0.2.9-192.0.3.1'] } }, 'must not overlap'],
])('about addresses: %j is refused: %s', (settings, expected) => {
  const message = ClusterSettings.safeParse(settings).error?.issues[0]?.message;
  if (expected === undefined) expect(message).toBeUndefined();
  else expect(message).toContain(expected);
});
