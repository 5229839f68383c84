import type { KubeObject } from '../../machinery/meta.ts';
import type { Snapshot } from '../../machinery/reader.ts';
import { emptyPlan, splitKey, type Controller, type Plan, type ReconcileContext } from '../../machinery/reconcile.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { StatusError } from '../../machinery/status.ts';
import { finalizer, isTrue, setCondition } from '../../resources/apiextensions/conditions.ts';
import {
  customResourceDefinitions,
  definitionsOfGroup,
  type CustomResourceDefinition,
} from '../../resources/apiextensions/customresourcedefinition.ts';
import { acceptNames, isServed } from '../../resources/apiextensions/names.ts';
import { customKindsOf } from '../../resources/customresources/kinds.ts';
import { builtinResources } from '../../resources/index.ts';

const builtinNames: ReadonlySet<string> = new Set(builtinResources.map(({ resource }) => resource));

/** Deletions that one plan asks for. The rest follows when these are done. */
const deletionsPerPlan = 500;

/**
 * Gives definitions the names that others have let go of, and deletes the objects of those that are being deleted. Names
 * are given out with the commit of a definition wherever that can be told then. Its keys are `/NAME`.
 */
export const customResourceDefinitionController: Controller = {
  name: 'customresourcedefinition',
  component: 'customresourcedefinition-controller',
  triggers: [
    {
      resource: customResourceDefinitions,
      keys: (crd: CustomResourceDefinition, snapshot: Snapshot) => [keyOfName(crd.metadata.name), ...waitingFor(crd, snapshot)],
    },
  ],
  triggerFor: (resource) =>
    resource.storedForm && {
      resource,
      keys: (_: KubeObject, snapshot: Snapshot) => {
        const crd = snapshot.get(customResourceDefinitions, '', resource.resource);
        return crd?.metadata.deletionTimestamp ? [keyOfName(resource.resource)] : [];
      },
      keysAtStart: () => [],
    },
  reconcile(key, snapshot, context): Plan {
    const crd = snapshot.get(customResourceDefinitions, '', splitKey(key).name);
    if (!crd) return emptyPlan();
    if (crd.metadata.deletionTimestamp)
      return crd.metadata.finalizers?.includes(finalizer) ? end(crd, snapshot, context) : emptyPlan();
    const status = acceptNames(crd, definitionsOfGroup(snapshot, crd.spec.group), context.now);
    return status === crd.status ? emptyPlan() : writeStatus(crd, status);
  },
};

const keyOfName = (name: string) => `/${name}`;

/** The definitions of the same group that do not have all their names yet. */
const waitingFor = ({ metadata, spec }: CustomResourceDefinition, snapshot: Snapshot): string[] =>
  definitionsOfGroup(snapshot, spec.group)
    .filter((other) => other.metadata.name !== metadata.name && !isTrue(other, 'NamesAccepted'))
    .map((other) => keyOfName(other.metadata.name));

type Status = NonNullable<CustomResourceDefinition['status']>;

const withStatus = (crd: CustomResourceDefinition, status: Status): CustomResourceDefinition => ({ ...crd, status });

const writeStatus = (crd: CustomResourceDefinition, status: Status): Plan => ({
  ...emptyPlan(),
  writes: [{ verb: 'update', resource: customResourceDefinitions, object: withStatus(crd, status), subresource: 'status' }],
});

/** Deletes the objects of a definition, and lets it go when there are none. Those that wait for finalizers are waited for. */
function end(crd: CustomResourceDefinition, snapshot: Snapshot, { now, failures }: ReconcileContext): Plan {
  const kind = ownKind(crd);
  const left = kind ? snapshot.list<KubeObject>(kind) : [];
  const plan = emptyPlan();
  for (const { metadata } of left) {
    if (metadata.deletionTimestamp) continue;
    if (plan.writes.length === deletionsPerPlan) break;
    const { namespace = '', name, uid } = metadata;
    plan.writes.push({ verb: 'delete', resource: kind!, namespace, name, uid, propagationPolicy: 'Background' });
  }
  const status = setCondition(crd.status ?? {}, now, { type: 'Terminating', ...progress(crd, kind, left.length, failures) });
  if (left.length === 0) {
    const finalizers = crd.metadata.finalizers!.filter((name) => name !== finalizer);
    const { finalizers: _, ...metadata } = crd.metadata;
    const object = { ...crd, metadata: { ...metadata, ...(finalizers.length > 0 && { finalizers }) } };
    return { ...plan, writes: [{ verb: 'update', resource: customResourceDefinitions, object }] };
  }
  if (status !== crd.status) plan.writes.push(...writeStatus(crd, status).writes);
  return plan;
}

/** The kind that a definition made; undefined if it was never served, or has the name of a built-in one. */
const ownKind = (crd: CustomResourceDefinition): AnyResource | undefined =>
  isServed(crd) && !builtinNames.has(crd.metadata.name) ? customKindsOf(crd).stored : undefined;

function progress(crd: CustomResourceDefinition, kind: AnyResource | undefined, left: number, failures: readonly StatusError[]) {
  if (!isTrue(crd, 'Established')) return { status: 'False', reason: 'NeverEstablished', message: 'resource was never established' };
  if (!kind)
    return { status: 'False', reason: 'OverlappingBuiltInResource', message: 'instances overlap with built-in resources in storage' };
  // Somebody else deleted it first: nothing is wrong with that.
  const failed = failures.filter(({ reason }) => reason !== 'NotFound' && reason !== 'Conflict');
  if (failed.length > 0) {
    const messages = [...new Set(failed.map(({ message }) => message))];
    return { status: 'True', reason: 'InstanceDeletionFailed', message: `could not issue all deletes: ${messages.join(', ')}` };
  }
  return left === 0
    ? { status: 'False', reason: 'InstanceDeletionCompleted', message: 'removed all instances' }
    : { status: 'True', reason: 'InstanceDeletionInProgress', message: 'CustomResource deletion is in progress' };
}
