/** What can be said of a Deployment's ReplicaSets: their order, which one is current, and sums over them. */
import type { Deployment } from '../../resources/apps/deployment.ts';
import type { ReplicaSet } from '../../resources/apps/replicaset.ts';
import type { PodTemplateSpec } from '../../resources/shared/pod-spec.ts';
import { findTemplate } from '../support/pod-templates.ts';
import { revisionOf } from './annotations.ts';

/** The label that tells the pods of one ReplicaSet of a Deployment from those of the others. */
export const podTemplateHashLabel = 'pod-template-hash';

export const sizeOf = (set: ReplicaSet): number => set.spec.replicas ?? 1;

/** The ReplicaSets that have, or ought to have, pods. */
export const activeSets = (sets: readonly ReplicaSet[]): ReplicaSet[] => sets.filter((set) => sizeOf(set) > 0);

const sum = (sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number | undefined): number =>
  sets.reduce((total, set) => total + (count(set) ?? 0), 0);

export const totalSize = (sets: readonly ReplicaSet[]): number => sum(sets, sizeOf);
export const totalReplicas = (sets: readonly ReplicaSet[]): number => sum(sets, (set) => set.status?.replicas);
export const totalReady = (sets: readonly ReplicaSet[]): number => sum(sets, (set) => set.status?.readyReplicas);
export const totalAvailable = (sets: readonly ReplicaSet[]): number => sum(sets, (set) => set.status?.availableReplicas);

/** Pods that are ending; `undefined` while a ReplicaSet that was looked at does not say. */
export function totalTerminating(sets: readonly ReplicaSet[]): number | undefined {
  const observed = sets.filter((set) => set.status?.observedGeneration || set.status?.terminatingReplicas !== undefined);
  if (observed.some((set) => set.status?.terminatingReplicas === undefined)) return undefined;
  return sum(observed, (set) => set.status?.terminatingReplicas);
}

type Order = (a: ReplicaSet, b: ReplicaSet) => number;

const createdAt = (set: ReplicaSet): number => Date.parse(set.metadata.creationTimestamp);

/** Oldest first; by name where times are equal. */
export const byCreation: Order = (a, b) =>
  createdAt(a) - createdAt(b) || (a.metadata.name < b.metadata.name ? -1 : a.metadata.name > b.metadata.name ? 1 : 0);

/** Largest first, then oldest first: who shrinks first. */
export const bySizeOlder: Order = (a, b) => sizeOf(b) - sizeOf(a) || byCreation(a, b);

/** Largest first, then newest first: who grows first. */
export const bySizeNewer: Order = (a, b) => sizeOf(b) - sizeOf(a) || byCreation(b, a);

/** Lowest revision first; by creation where revisions are equal or make no sense. */
export const byRevision: Order = (a, b) => {
  const [revisionA, revisionB] = [revisionOf(a), revisionOf(b)];
  if (revisionA === undefined || revisionB === undefined) return byCreation(a, b);
  return revisionA === revisionB ? byCreation(a, b) : revisionA < revisionB ? -1 : 1;
};

/** The template without the hash label, which stands only in a ReplicaSet's. */
function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const labels = template.metadata?.labels;
  if (!labels || !(podTemplateHashLabel in labels)) return template;
  const { [podTemplateHashLabel]: _hash, ...rest } = labels;
  return { ...template, metadata: { ...template.metadata, labels: rest } };
}

/** The current ReplicaSet, the one with the Deployment's template, and the others. The oldest where several have it. */
export function splitSets(deployment: Deployment, sets: readonly ReplicaSet[]): { newSet?: ReplicaSet; oldSets: ReplicaSet[] } {
  const ordered = [...sets].sort(byCreation);
  const newSet = findTemplate(ordered, (set) => withoutHash(set.spec.template), withoutHash(deployment.spec.template));
  return { newSet, oldSets: ordered.filter((set) => set !== newSet) };
}
