import { rfc3339 } from '../../../lib/clock.ts';
import type {
  AllocationResult,
  DeviceAllocationConfiguration,
  DeviceRequestAllocationResult,
} from '../../../resources/resource/claim-status.ts';
import type { ResourceClaim } from '../../../resources/resource/resourceclaim.ts';
import type { NodeSelector, NodeSelectorTerm } from '../../../resources/shared/affinity.ts';
import type { Grant } from './allocator.ts';

/** What a claim's status says about the devices that it has been given. */
export function allocationOf(claim: ResourceClaim, grants: readonly Grant[], now: Date): AllocationResult {
  const nodeSelector = selectorOf(grants);
  const config = configOf(claim, grants);
  return {
    allocationTimestamp: rfc3339(now),
    devices: { results: grants.map(resultOf), ...(config.length > 0 && { config }) },
    ...(nodeSelector && { nodeSelector }),
  };
}

function resultOf({ alternative: { name, request }, offered: { driver, device, pool } }: Grant): DeviceRequestAllocationResult {
  const { adminAccess, tolerations } = request;
  return {
    request: name,
    driver,
    pool: pool.name,
    device: device.name,
    ...(adminAccess && { adminAccess }),
    ...(tolerations && { tolerations }),
  };
}

/** The settings of the classes come first, so that those of the claim can say otherwise. */
function configOf({ spec }: ResourceClaim, grants: readonly Grant[]): DeviceAllocationConfiguration[] {
  const alternatives = [...new Set(grants.map(({ alternative }) => alternative))];
  const ofClasses = alternatives.flatMap(({ name, deviceClass }) =>
    (deviceClass.spec.config ?? []).map((each): DeviceAllocationConfiguration => ({
      ...each,
      source: 'FromClass',
      requests: [name],
    })),
  );
  const given = new Set(alternatives.flatMap(({ name }) => [name, name.split('/')[0]!]));
  const ofClaim = (spec.devices?.config ?? [])
    .filter(({ requests = [] }) => requests.length === 0 || requests.some((name) => given.has(name)))
    .map((each): DeviceAllocationConfiguration => ({ ...each, source: 'FromClaim' }));
  return [...ofClasses, ...ofClaim];
}

/** The nodes from which all of the devices can be used; all nodes if nothing says otherwise. */
function selectorOf(grants: readonly Grant[]): NodeSelector | undefined {
  const nodeName = grants.map(({ offered }) => offered.from.nodeName).find((name) => name !== undefined);
  if (nodeName !== undefined)
    return { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName] }] }] };
  const selectors = new Map(
    grants.flatMap(({ offered: { from } }) =>
      from.nodeSelector ? [[JSON.stringify(from.nodeSelector), from.nodeSelector]] : [],
    ),
  );
  if (selectors.size === 0) return undefined;
  // One term each, as the API wants it: all of them must hold.
  const [first, ...others] = [...selectors.values()].map(({ nodeSelectorTerms }) => nodeSelectorTerms[0]!);
  return { nodeSelectorTerms: [others.reduce<NodeSelectorTerm>(both, first!)] };
}

const both = (a: NodeSelectorTerm, b: NodeSelectorTerm): NodeSelectorTerm => ({
  matchExpressions: [...(a.matchExpressions ?? []), ...(b.matchExpressions ?? [])],
  matchFields: [...(a.matchFields ?? []), ...(b.matchFields ?? [])],
});
