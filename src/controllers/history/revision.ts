/** ControllerRevisions as records of a pod template: what is in them, and how they are ordered. */
import type { Draft, KubeObject } from '../../machinery/meta.ts';
import type { ResourceDefinition } from '../../machinery/resource.ts';
import { controllerRevisions, type ControllerRevision } from '../../resources/apps/controllerrevision.ts';
import type { PodTemplateSpec } from '../../resources/shared/pod-spec.ts';
import { controllerRef } from '../support/ownership.ts';
import { canonicalJson } from '../support/semantic-equal.ts';
import { templateHash } from '../support/template-hash.ts';

/** An object whose pod template is kept in revisions. */
export interface Recorded extends KubeObject {
  spec: { template: PodTemplateSpec; revisionHistoryLimit?: number };
  status?: { collisionCount?: number };
}

/** The label by which a pod says which revision it was made from. */
export const revisionLabel = 'controller-revision-hash';

/** The longest part of an owner's name in the name of a revision. */
const ownerNameCharsMax = 223;

/**
 * A revision's data: a strategic merge patch that puts the template back, in the form that `kubectl rollout undo` sends and
 * `kubectl rollout history` shows. Keys are sorted, as Go writes maps, because kubectl compares texts.
 */
const patchOf = (template: PodTemplateSpec): unknown =>
  JSON.parse(canonicalJson({ spec: { template: { ...template, $patch: 'replace' } } }));

/** The template that a revision records. */
export function templateOf({ data }: ControllerRevision): PodTemplateSpec {
  const patch = data as { spec?: { template?: PodTemplateSpec & { $patch?: string } } } | undefined;
  const { $patch: _directive, ...template } = patch?.spec?.template ?? { spec: { containers: [] } };
  return template;
}

/** Lowest revision first; older, then lower name, where they are equal. */
export const byRevision = (a: ControllerRevision, b: ControllerRevision): number =>
  a.revision - b.revision ||
  Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp) ||
  (a.metadata.name < b.metadata.name ? -1 : 1);

/**
 * The record of an owner's current template. Its name has a hash of the template, so no attempt creates it twice; a
 * collision is counted in the owner's status, which goes into the hash.
 *
 * @param hashLabel the label that has the hash
 */
export function newRevision<T extends Recorded>(
  owner: T,
  ownerKind: ResourceDefinition<T>,
  hashLabel: string,
  revision: number,
): Draft<ControllerRevision> & { metadata: { name: string } } {
  const { template } = owner.spec;
  const { name, namespace, annotations } = owner.metadata;
  const hash = templateHash(template, owner.status?.collisionCount);
  return {
    apiVersion: controllerRevisions.apiVersion,
    kind: controllerRevisions.kind,
    metadata: {
      name: `${name.slice(0, ownerNameCharsMax)}-${hash}`,
      namespace,
      labels: { ...template.metadata?.labels, [hashLabel]: hash },
      ...(annotations && { annotations }),
      ownerReferences: [controllerRef(owner, ownerKind)],
    },
    data: patchOf(template),
    revision,
  };
}
