import type { Draft } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, type EventDraft, type Plan, type ReconcileContext, type Write } from '../../machinery/reconcile.ts';
import { pods, type Pod } from '../../resources/core/pod.ts';
import { claimConsumersMax, claimNameOf } from '../../resources/resource/pod-claims.ts';
import { resourceClaims, type ResourceClaim } from '../../resources/resource/resourceclaim.ts';
import { resourceClaimTemplates, type ResourceClaimTemplate } from '../../resources/resource/resourceclaimtemplate.ts';
import type { PodResourceClaim } from '../../resources/shared/pod-spec.ts';
import { isNamespaceTerminating } from '../support/namespace.ts';
import { isControlledBy } from '../support/ownership.ts';
import { isPodTerminal } from '../support/pods.ts';
import { claimMadeFor, podClaimNameAnnotation } from './claim-names.ts';

/** What a generated name may have before its random part. */
const baseLengthMax = 57;

/** Makes the claims of a pod from their templates, and reserves allocated claims for one that nobody scheduled. */
export function syncPod(pod: Pod, snapshot: Snapshot, { failures }: ReconcileContext): Plan {
  const namespace = pod.metadata.namespace ?? '';
  // The claims of one that has ended are deleted: they must not come again.
  if (pod.metadata.deletionTimestamp !== undefined || isPodTerminal(pod)) return emptyPlan();
  if (isNamespaceTerminating(snapshot, namespace)) return emptyPlan();
  const plan = emptyPlan();
  const named = new Map<string, string>();
  for (const podClaim of pod.spec.resourceClaims ?? []) {
    const outcome = claimFor(pod, podClaim, snapshot);
    if (typeof outcome === 'string') {
      plan.events.push(failure(pod, podClaim.name, outcome));
      break;
    }
    if (outcome?.write) {
      if (failures[0] && plan.events.length === 0)
        plan.events.push(failure(pod, podClaim.name, `create ResourceClaim : ${failures[0].message}`));
      plan.writes.push(outcome.write);
    } else if (outcome?.made) named.set(podClaim.name, outcome.made);
  }
  if (named.size > 0) plan.writes.push(nameClaims(pod, named));
  if (pod.spec.nodeName && plan.writes.length === 0) plan.writes.push(...reservations(pod, snapshot));
  return plan;
}

const failure = (regarding: Pod, name: string, why: string): EventDraft => ({
  regarding,
  type: 'Warning',
  reason: 'FailedResourceClaimCreation',
  message: `PodResourceClaim ${name}: ${why}`,
});

/** The claim still to be made, or the name of one that is there but not in the pod's status; nothing if all is well; or what is wrong. */
function claimFor(
  pod: Pod,
  podClaim: PodResourceClaim,
  snapshot: Snapshot,
): { write?: Write; made?: string } | string | undefined {
  const { name, resourceClaimTemplateName: templateName } = podClaim;
  const namespace = pod.metadata.namespace ?? '';
  const known = claimNameOf(pod, podClaim);
  if (known === null || templateName === undefined) return undefined;
  const claim = known === undefined ? undefined : snapshot.get(resourceClaims, namespace, known);
  if (claim && isControlledBy(claim, pod)) return undefined;
  const made = claimMadeFor(pod, name, snapshot);
  if (made) return { made: made.metadata.name };
  const template = snapshot.get(resourceClaimTemplates, namespace, templateName);
  if (!template) return `resource claim template "${templateName}": resourceclaimtemplate.resource.k8s.io "${templateName}" not found`;
  return { write: { verb: 'create', resource: resourceClaims, object: newClaim(pod, name, template) } };
}

function newClaim(pod: Pod, claimName: string, { spec: { metadata, spec } }: ResourceClaimTemplate): Draft<ResourceClaim> {
  const { name: podName, namespace, uid } = pod.metadata;
  return {
    apiVersion: resourceClaims.apiVersion,
    kind: resourceClaims.kind,
    metadata: {
      namespace,
      generateName: baseName(podName, claimName),
      annotations: { ...metadata?.annotations, [podClaimNameAnnotation]: claimName },
      ...(metadata?.labels && { labels: metadata.labels }),
      ownerReferences: [{ apiVersion: pods.apiVersion, kind: pods.kind, name: podName, uid, controller: true }],
    },
    spec,
  };
}

/** Both names, each shortened by its share if they are too long together. */
function baseName(podName: string, claimName: string): string {
  const whole = `${podName}-${claimName}-`;
  if (whole.length <= baseLengthMax) return whole;
  const share = (name: string) => name.slice(0, Math.floor((name.length * baseLengthMax) / whole.length));
  return `${share(podName)}-${share(claimName)}`;
}

function nameClaims(pod: Pod, named: ReadonlyMap<string, string>): Write {
  const others = (pod.status?.resourceClaimStatuses ?? []).filter(({ name }) => !named.has(name));
  const fresh = [...named].map(([name, resourceClaimName]) => ({ name, resourceClaimName }));
  const object: Pod = { ...pod, status: { ...pod.status, resourceClaimStatuses: [...others, ...fresh] } };
  return { verb: 'update', subresource: 'status', resource: pods, object };
}

/** The scheduler reserves the claims of those it places. */
const reservations = (pod: Pod, snapshot: Snapshot): Write[] =>
  (pod.spec.resourceClaims ?? []).flatMap((podClaim): Write[] => {
    const name = claimNameOf(pod, podClaim);
    const claim = name ? snapshot.get(resourceClaims, pod.metadata.namespace ?? '', name) : undefined;
    if (!claim?.status?.allocation) return [];
    if (podClaim.resourceClaimTemplateName !== undefined && !isControlledBy(claim, pod)) return [];
    const { reservedFor = [] } = claim.status;
    const { name: podName, uid } = pod.metadata;
    if (reservedFor.length >= claimConsumersMax || reservedFor.some((consumer) => consumer.uid === uid)) return [];
    const status = { ...claim.status, reservedFor: [...reservedFor, { resource: pods.plural, name: podName, uid }] };
    const object: ResourceClaim = { ...claim, status };
    return [{ verb: 'update', subresource: 'status', resource: resourceClaims, object }];
  });
