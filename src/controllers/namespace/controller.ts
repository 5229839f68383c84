import { rfc3339 } from '../../lib/clock.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, type Controller, type Plan } from '../../machinery/reconcile.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { Scheme } from '../../machinery/scheme.ts';
import type { StatusError } from '../../machinery/status.ts';
import { namespaces, type Namespace } from '../../resources/core/namespace.ts';
import { pods } from '../../resources/core/pod.ts';
import { isNamespaceTerminating } from '../support/namespace.ts';
import { namespaceConditions, type Remaining } from './conditions.ts';

const finalizer = 'kubernetes';

/** Deletions that one plan asks for. Each that is done brings the key back, and so the rest. */
const deletionsPerPlan = 500;

/**
 * Empties namespaces that are being deleted, pods first and everything else when they are gone, says on the namespace what
 * is left, and lets the namespace go when nothing is. Its keys are names of namespaces.
 *
 * @param scheme every kind of the cluster
 */
export function namespaceController(scheme: Pick<Scheme, 'resources'>): Controller {
  return {
    name: 'namespace',
    component: 'namespace-controller',
    triggers: [
      { resource: namespaces, keys: ({ metadata }: Namespace) => (metadata.deletionTimestamp ? [metadata.name] : []) },
    ],
    triggerFor: (resource) =>
      isContent(resource)
        ? {
            resource,
            keys: ({ metadata: { namespace = '' } }: KubeObject, snapshot: Snapshot) =>
              isNamespaceTerminating(snapshot, namespace) ? [namespace] : [],
          }
        : undefined,
    reconcile(name, snapshot, { now, failures }): Plan {
      const namespace = snapshot.get(namespaces, '', name);
      // With no finalizer left, its content has been seen to.
      if (!namespace?.metadata.deletionTimestamp || !namespace.spec.finalizers?.length) return emptyPlan();

      const plan = emptyPlan();
      const remaining = remainingIn(name, scheme.resources.filter(isContent), snapshot);
      const objects = remaining.get(pods) ? [[pods, remaining.get(pods)!] as const] : [...remaining];
      for (const [resource, list] of objects)
        for (const { metadata } of list) {
          if (metadata.deletionTimestamp) continue;
          if (plan.writes.length === deletionsPerPlan) break;
          const { uid } = metadata;
          plan.writes.push({
            verb: 'delete',
            resource,
            namespace: name,
            name: metadata.name,
            uid,
            propagationPolicy: 'Background',
          });
        }

      const conditions = namespaceConditions(namespace.status?.conditions ?? [], summary(remaining, failures), rfc3339(now));
      const finalizers = namespace.spec.finalizers.filter((other) => other !== finalizer);
      const staysOn = remaining.size > 0 || finalizers.length > 0 || (namespace.metadata.finalizers?.length ?? 0) > 0;
      if (conditions && staysOn) {
        const object = { ...namespace, status: { ...namespace.status, conditions } };
        plan.writes.push({ verb: 'update', resource: namespaces, object, subresource: 'status' });
      } else if (remaining.size === 0 && namespace.spec.finalizers.includes(finalizer)) {
        const object = { ...namespace, spec: { ...namespace.spec, finalizers } };
        plan.writes.push({ verb: 'update', resource: namespaces, object, subresource: 'finalize' });
      }
      return plan;
    },
  };
}

const isContent = ({ namespaced, verbs }: AnyResource): boolean => namespaced && verbs.includes('delete');

function remainingIn(
  namespace: string,
  contents: readonly AnyResource[],
  snapshot: Snapshot,
): Map<AnyResource, readonly KubeObject[]> {
  const remaining = new Map<AnyResource, readonly KubeObject[]>();
  for (const resource of contents) {
    const objects = snapshot.list<KubeObject>(resource, namespace);
    if (objects.length > 0) remaining.set(resource, objects);
  }
  return remaining;
}

/** What stays although its deletion was asked for (the rest goes with this plan), and what went wrong with the last plan. */
function summary(remaining: ReadonlyMap<AnyResource, readonly KubeObject[]>, failed: readonly StatusError[]): Remaining {
  const byResource = new Map<string, number>();
  const byFinalizer = new Map<string, number>();
  for (const [{ plural, group }, objects] of remaining) {
    const waiting = objects.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
    if (waiting.length > 0) byResource.set(`${plural}.${group}`, waiting.length);
    for (const { metadata } of waiting)
      for (const name of metadata.finalizers ?? []) byFinalizer.set(name, (byFinalizer.get(name) ?? 0) + 1);
  }
  // Somebody else deleted it first, or wrote the namespace: nothing is wrong with that.
  const failures = failed.filter(({ reason }) => reason !== 'NotFound' && reason !== 'Conflict');
  return { byResource, byFinalizer, failures: failures.map(({ message }) => message) };
}
