/** What claims of devices take of quotas (quota/v1/evaluator/core/resource_claims.go upstream). */
import type { ResourceClaim } from '../resource/resourceclaim.ts';
import type { Amounts } from '../shared/pod-resources.ts';
import { addAmounts, count, countName, type Evaluator } from './evaluator.ts';

const claims = 'resourceclaims.resource.k8s.io';
const ofClass = (deviceClass: string): string => `${deviceClass}.deviceclass.resource.k8s.io/devices`;
/** The most devices that a claim can get. */
const devicesMax = 32;

export const resourceClaimEvaluator: Evaluator<ResourceClaim> = {
  counts: (name) => name === countName(claims) || name.endsWith(ofClass('')),
  usage({ spec }) {
    const usage: Amounts = new Map([[countName(claims), count(1)]]);
    for (const { exactly, firstAvailable = [] } of spec?.devices?.requests ?? []) {
      // Of the alternatives one will be taken: for each class, the one that needs most.
      const most = new Map<string, number>();
      for (const request of firstAvailable.length > 0 ? firstAvailable : exactly ? [exactly] : [])
        most.set(request.deviceClassName ?? '', Math.max(most.get(request.deviceClassName ?? '') ?? 0, devicesOf(request)));
      addAmounts(usage, new Map([...most].map(([deviceClass, devices]) => [ofClass(deviceClass), count(devices)])));
    }
    return usage;
  },
  isInScope: () => false,
  chargesUpdate: (subresource) => subresource === '',
};

function devicesOf({ allocationMode, count: devices = 0 }: { allocationMode?: string; count?: number }): number {
  if (allocationMode === 'All') return devicesMax;
  return allocationMode === 'ExactCount' ? devices : 0;
}
