/** The annotations by which a Deployment's rollouts are recorded on its ReplicaSets. Names are part of the API: kubectl reads them. */
import type { Deployment } from '../../resources/apps/deployment.ts';
import type { ReplicaSet } from '../../resources/apps/replicaset.ts';
import { maxSurge, replicasOf } from './fenceposts.ts';

/** Which rollout, counted from 1; on the Deployment, the current one. */
export const revisionAnnotation = 'deployment.kubernetes.io/revision';
/** The earlier revisions that a ReplicaSet stood for, before rollbacks gave it new ones. */
export const revisionHistoryAnnotation = 'deployment.kubernetes.io/revision-history';
/** `spec.replicas` of the Deployment when the ReplicaSet was last sized: tells a change of size from a rollout. */
export const desiredReplicasAnnotation = 'deployment.kubernetes.io/desired-replicas';
/** That size and the surge: what proportional scaling relates to. */
export const maxReplicasAnnotation = 'deployment.kubernetes.io/max-replicas';

const notCopied: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  revisionAnnotation,
  revisionHistoryAnnotation,
  desiredReplicasAnnotation,
  maxReplicasAnnotation,
]);

type Annotations = Readonly<Record<string, string>>;

/** The Deployment's annotations that its current ReplicaSet carries too. What was removed there stays here, as upstream. */
export const copiedAnnotations = (deployment: Deployment): Record<string, string> =>
  Object.fromEntries(Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !notCopied.has(key)));

export const sizeAnnotations = (deployment: Deployment): Record<string, string> => ({
  [desiredReplicasAnnotation]: String(replicasOf(deployment)),
  [maxReplicasAnnotation]: String(replicasOf(deployment) + maxSurge(deployment)),
});

/** The Deployment's size that the ReplicaSet was sized for; `undefined` when it does not say or makes no sense. */
export const desiredReplicasOf = (set: ReplicaSet) => countIn(set, desiredReplicasAnnotation);
export const maxReplicasOf = (set: ReplicaSet) => countIn(set, maxReplicasAnnotation);

function countIn(set: ReplicaSet, annotation: string): number | undefined {
  const text = set.metadata.annotations?.[annotation];
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const count = Number(text);
  return count <= 2 ** 31 - 1 ? count : undefined;
}

/** The revision of a ReplicaSet, an int64; 0 when it has none, `undefined` when the annotation is not such a number. */
export const revisionOf = (set: ReplicaSet): bigint | undefined => parseRevision(set.metadata.annotations?.[revisionAnnotation]);

function parseRevision(text: string | undefined): bigint | undefined {
  if (!text) return 0n;
  if (!/^[+-]?\d{1,19}$/.test(text)) return undefined;
  const revision = BigInt(text.replace('+', ''));
  return BigInt.asIntN(64, revision) === revision ? revision : undefined;
}

/** The revision of a rollout that comes after all of these. */
export const nextRevision = (sets: readonly ReplicaSet[]): bigint =>
  sets.reduce((max, set) => {
    const revision = revisionOf(set) ?? 0n;
    return revision > max ? revision : max;
  }, 0n) + 1n;

/** The most that the list of earlier revisions may take: about a hundred of them. The oldest go first. */
const historyCharsMax = 2000;

/**
 * The annotations of the current ReplicaSet, given the revision it ought to have at least. It keeps a higher one: some of the
 * older ReplicaSets may have been deleted since. One that had a revision already was rolled back to: that goes into its history.
 */
export function currentAnnotations(
  deployment: Deployment,
  existing: Annotations | undefined,
  revision: bigint,
): Record<string, string> {
  const annotations: Record<string, string> = { ...existing, ...copiedAnnotations(deployment) };
  const text = annotations[revisionAnnotation];
  const had = parseRevision(text);
  // Upstream leaves a revision that is not a number to whoever wrote it.
  if (had === undefined || had >= revision) return annotations;
  annotations[revisionAnnotation] = String(revision);
  if (text) annotations[revisionHistoryAnnotation] = withRevision(annotations[revisionHistoryAnnotation], text);
  return annotations;
}

function withRevision(history: string | undefined, revision: string): string {
  const revisions = history ? history.split(',') : [];
  revisions.push(revision);
  while (revisions.length > 1 && revisions.join(',').length > historyCharsMax) revisions.shift();
  return revisions.join(',');
}
