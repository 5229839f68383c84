import { rfc3339 } from '../../lib/clock.ts';
import { deployments, type Deployment } from '../../resources/apps/deployment.ts';
import { replicaSets, type ReplicaSet } from '../../resources/apps/replicaset.ts';
import { controllerRef } from '../support/ownership.ts';
import { templateHash } from '../support/template-hash.ts';
import { currentAnnotations, sizeAnnotations } from './annotations.ts';
import { podTemplateHashLabel } from './replica-sets.ts';

/** The longest name of an object: a DNS subdomain. */
const nameCharsMax = 253;

/** The name that a ReplicaSet of this template has. It is the same for every attempt, so none is created twice. */
export function replicaSetName(deploymentName: string, hash: string): string {
  return `${deploymentName.slice(0, nameCharsMax - 1 - hash.length)}-${hash}`;
}

/**
 * The ReplicaSet for the Deployment's current template, of size 0. Its uid and resourceVersion are empty until the server
 * gives them.
 */
export function newReplicaSet(deployment: Deployment, revision: bigint, now: Date): ReplicaSet {
  const { template, selector } = deployment.spec;
  const hash = templateHash(template, deployment.status?.collisionCount);
  const labels = { ...template.metadata?.labels, [podTemplateHashLabel]: hash };
  return {
    apiVersion: replicaSets.apiVersion,
    kind: replicaSets.kind,
    metadata: {
      name: replicaSetName(deployment.metadata.name, hash),
      namespace: deployment.metadata.namespace,
      uid: '',
      resourceVersion: '',
      creationTimestamp: rfc3339(now),
      labels,
      annotations: { ...currentAnnotations(deployment, undefined, revision), ...sizeAnnotations(deployment) },
      ownerReferences: [controllerRef(deployment, deployments)],
    },
    spec: {
      replicas: 0,
      minReadySeconds: deployment.spec.minReadySeconds,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [podTemplateHashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

/** Whether the server has yet to create this ReplicaSet. */
export const isDraft = (set: ReplicaSet): boolean => set.metadata.uid === '';
