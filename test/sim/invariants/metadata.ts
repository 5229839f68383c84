import { controllerOf, type KubeObject } from '../../../src/machinery/meta.ts';
import { pods } from '../../../src/resources/core/pod.ts';
import type { SimChange, SimState } from '../state.ts';
import { titleOf, type Invariant } from './invariant.ts';

type Observed = KubeObject & { status?: { observedGeneration?: number } };

/** What holds for the metadata of every object, whatever it is. */
export const metadata: Invariant = {
  commit({ before, changes }) {
    const problems: string[] = [];
    let revision = before.revision;
    for (const change of changes) {
      const problem = (what: string) => problems.push(`${titleOf(change.written)}: ${what}`);
      if (change.revision !== revision + 1) problem(`revision ${change.revision} follows ${revision}`);
      revision = change.revision;
      if (change.written.metadata.resourceVersion !== String(revision)) problem('its resourceVersion is not its revision');
      problems.push(...wrongWith(change).map((what) => `${titleOf(change.written)} ${what}`));
    }
    return problems;
  },
  rest(state) {
    const problems: string[] = [];
    const uids = new Set([...state.all()].map(({ object }) => object.metadata.uid));
    const namespaces = new Set(
      [...state.all()].filter(({ resource }) => resource === 'namespaces').map(({ object }) => object.metadata.name),
    );
    for (const { resource, object } of state.all()) {
      const { metadata, status } = object as Observed;
      const problem = (what: string) => problems.push(`at rest, ${titleOf(object)} ${what}`);
      if (metadata.deletionTimestamp !== undefined && !isUsedClaim(object, state) && !isReserved(object))
        problem(`is being deleted (finalizers: ${metadata.finalizers?.join() ?? 'none'})`);
      if (metadata.namespace !== undefined && !namespaces.has(metadata.namespace)) problem('is in a namespace that is gone');
      if (status?.observedGeneration !== undefined && resource !== 'pods' && status.observedGeneration !== metadata.generation)
        problem(`is at generation ${metadata.generation}, and ${status.observedGeneration} was observed`);
      if (metadata.ownerReferences?.length && !metadata.ownerReferences.some(({ uid }) => uids.has(uid)))
        problem('has no owner any more');
    }
    return problems;
  },
};

/** A claim that is deleted stays while a pod uses it. */
const isUsedClaim = ({ kind, metadata }: KubeObject, state: SimState): boolean =>
  kind === 'PersistentVolumeClaim' &&
  state
    .list(pods, metadata.namespace)
    .some(({ spec }) => spec.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === metadata.name));

function wrongWith({ type, before, after, written }: SimChange): string[] {
  const problems: string[] = [];
  const owners = written.metadata.ownerReferences?.filter(({ controller }) => controller) ?? [];
  if (owners.length > 1) problems.push('has two controllers');
  if (type === 'ADDED') {
    if (before) problems.push('was added, though it was there');
    return problems;
  }
  if (!before) return [...problems, `was ${type}, though it was not there`];
  const [old, next] = [before.metadata, written.metadata];
  if (old.uid !== next.uid) problems.push('has another uid');
  if (old.creationTimestamp !== next.creationTimestamp) problems.push('has another creationTimestamp');
  if ((next.generation ?? 0) < (old.generation ?? 0)) problems.push('is of an earlier generation');
  if (((written as Observed).status?.observedGeneration ?? 0) > (next.generation ?? 0))
    problems.push('was observed before it came to be');
  if (old.deletionTimestamp !== undefined && next.deletionTimestamp === undefined) problems.push('is not being deleted any more');
  const added = next.finalizers?.filter((name) => !old.finalizers?.includes(name)) ?? [];
  if (old.deletionTimestamp !== undefined && added.length > 0)
    problems.push(`got finalizers while being deleted: ${added.join()}`);
  if (!after && (next.finalizers?.length ?? 0) > 0) problems.push(`was removed with finalizers: ${next.finalizers!.join()}`);
  const [wasOf, isOf] = [controllerOf(before)?.uid, controllerOf(written)?.uid];
  // A claim goes from its StatefulSet to the pod that was scaled away.
  const isClaim = written.kind === 'PersistentVolumeClaim';
  if (wasOf !== undefined && isOf !== undefined && wasOf !== isOf && !isClaim)
    problems.push('went from one controller to another at once');
  return problems;
}

/** Claims of devices stay while a pod that uses them does. */
const isReserved = ({ kind, status }: KubeObject & { status?: { reservedFor?: readonly unknown[] } }): boolean =>
  kind === 'ResourceClaim' && (status?.reservedFor?.length ?? 0) > 0;
