import { isPodTerminal } from '../../../src/controllers/support/pods.ts';
import { pods, type Pod } from '../../../src/resources/core/pod.ts';
import { deviceId } from '../../../src/resources/resource/claim-status.ts';
import { claimNameOf } from '../../../src/resources/resource/pod-claims.ts';
import { resourceClaims } from '../../../src/resources/resource/resourceclaim.ts';
import type { SimState } from '../state.ts';
import { titleOf, type Invariant } from './invariant.ts';

/** No device has two owners, nobody starts without the claims that are its own, and nobody keeps what it no longer needs. */
export const devices: Invariant = {
  commit({ after, changes }) {
    const isAbout = (resource: string) => changes.some((change) => change.resource === resource);
    return [
      ...(isAbout(resourceClaims.resource) ? sharedDevices(after) : []),
      ...changes.flatMap(({ resource, before, after: next }) => {
        if (resource !== pods.resource || !next || (before as Pod | undefined)?.spec.nodeName) return [];
        return (next as Pod).spec.nodeName ? missingClaims(next as Pod, after) : [];
      }),
    ];
  },
  rest: (state) =>
    state.list(resourceClaims).flatMap((claim) =>
      (claim.status?.reservedFor ?? []).flatMap(({ name, uid }) => {
        const pod = state.get(pods, claim.metadata.namespace ?? '', name);
        return pod?.metadata.uid === uid && !isPodTerminal(pod)
          ? []
          : [`at rest, ${titleOf(claim)} is reserved for pod ${name}, which is over`];
      }),
    ),
};

function sharedDevices(state: SimState): string[] {
  const owners = new Map<string, string>();
  return state.list(resourceClaims).flatMap((claim) =>
    (claim.status?.allocation?.devices?.results ?? []).flatMap((result) => {
      const other = owners.get(deviceId(result));
      owners.set(deviceId(result), titleOf(claim));
      return other === undefined ? [] : [`${deviceId(result)} is allocated to ${other} and ${titleOf(claim)}`];
    }),
  );
}

const missingClaims = (pod: Pod, state: SimState): string[] =>
  (pod.spec.resourceClaims ?? []).flatMap((each) => {
    const name = claimNameOf(pod, each) ?? '';
    const claim = state.get(resourceClaims, pod.metadata.namespace ?? '', name);
    const isReserved = claim?.status?.allocation && claim.status.reservedFor?.some(({ uid }) => uid === pod.metadata.uid);
    return isReserved ? [] : [`${titleOf(pod)} is bound without its claim ${name}`];
  });
