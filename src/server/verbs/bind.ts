import { rfc3339 } from '../../lib/clock.ts';
import { copyObject, type KubeObject } from '../../machinery/meta.ts';
import { copyPlain } from '../../machinery/plain.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { conflict, fieldNotSupported, fieldRequired, invalid, notFound } from '../../machinery/status.ts';
import type { Decision, Entry, ObjectKey } from '../../storage/store.ts';
import type { ClusterApi, WriteOptions } from '../api.ts';
import { admitAll, attributesOf } from './admission.ts';
import { consulting, type Consultation } from './consultation.ts';
import { decisionContext, type DecisionContext } from './context.ts';
import { keyFor, subjectOf, transientEntry } from './entry.ts';

/** The parts of a `v1.Binding` that say something. */
export interface Binding {
  namespace: string;
  /** The pod. */
  name: string;
  /** Only this very pod. */
  uid?: string;
  resourceVersion?: string;
  target: { kind?: string; name: string };
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
}

interface BindablePod extends KubeObject {
  spec: { nodeName?: string; schedulingGates?: unknown[] };
  status?: { nominatedNodeName?: string; conditions?: { type: string; status: string; lastTransitionTime?: string }[] };
}

/**
 * Gives an unassigned pod a node. Throws 409 if it has one, ends, is gated, or is another pod than meant; 404, 422. As
 * upstream's BindingREST.
 */
export async function bind(api: ClusterApi, binding: Binding, options: WriteOptions): Promise<Entry> {
  const pods = api.scheme.byResource('pods');
  if (!pods) throw notFound({ group: '', resource: 'pods', name: binding.name });
  checkTarget(binding);
  return consulting(api, options, (consultation) => tryToBind(api, pods, binding, options, consultation));
}

async function tryToBind(
  api: ClusterApi,
  pods: AnyResource,
  binding: Binding,
  options: WriteOptions,
  consultation: Consultation,
): Promise<Entry> {
  let unstored: Entry | undefined;
  const key = keyFor(pods, binding.namespace, binding.name);
  const entry = await api.store.write(key, (current, pending) => {
    const context = decisionContext(api, pending, options, consultation);
    const admitted = admit(pods, key, binding, context);
    if (!current) throw notFound(subjectOf(pods, binding.name));
    const decision = decideBinding(pods, current, admitted, context.now);
    if (!options.dryRun || decision.type === 'keep') return decision;
    unstored = transientEntry(key, decision.object, current.revision);
    return { type: 'keep' };
  }, options);
  const result = unstored ?? entry;
  if (!result) throw notFound(subjectOf(pods, binding.name));
  return result;
}

/** Plugins see a Binding, and what they say of its labels and annotations is for the pod. */
function admit(pods: AnyResource, key: ObjectKey, binding: Binding, context: DecisionContext): Binding {
  const { namespace, name, uid, resourceVersion, labels, annotations, target } = binding;
  // Copied, since plugins may change them and the binding may be decided again.
  const metadata = copyPlain({ namespace, name, uid, resourceVersion, labels, annotations }) as KubeObject['metadata'];
  const object = { apiVersion: 'v1', kind: 'Binding', metadata, target: { ...target } };
  admitAll(attributesOf(pods, key, { operation: 'CREATE', subresource: 'binding', object }, context), context);
  return { ...binding, labels: metadata.labels, annotations: metadata.annotations };
}

function checkTarget({ name, target }: Binding): void {
  const errors = [
    ...(target.kind && target.kind !== 'Node' ? [fieldNotSupported('target.kind', target.kind, ['Node', '<empty>'])] : []),
    ...(target.name ? [] : [fieldRequired('target.name')]),
  ];
  if (errors.length > 0) throw invalid({ group: '', kind: 'Binding', name }, errors);
}

function decideBinding(pods: AnyResource, current: Entry, binding: Binding, now: Date): Decision {
  const { name } = current.key;
  const { uid, deletionTimestamp } = current.object.metadata;
  if (binding.uid && binding.uid !== uid)
    throw conflict(subjectOf(pods, name), `Precondition failed: UID in precondition: ${binding.uid}, UID in object meta: ${uid}`);
  if (binding.resourceVersion && binding.resourceVersion !== String(current.revision))
    throw conflict(
      subjectOf(pods, name),
      `Precondition failed: ResourceVersion in precondition: ${binding.resourceVersion}, ResourceVersion in object meta: ${current.revision}`,
    );
  const refuse = (why: string) => conflict({ group: '', resource: 'pods/binding', name }, why);
  const { spec } = current.object as BindablePod;
  if (deletionTimestamp !== undefined) throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (spec.nodeName) throw refuse(`pod ${name} is already assigned to node ${JSON.stringify(spec.nodeName)}`);
  if (spec.schedulingGates?.length) throw refuse(`pod ${name} has non-empty .spec.schedulingGates`);

  const pod = copyObject(current.object) as BindablePod;
  pod.spec.nodeName = binding.target.name;
  if (binding.annotations) pod.metadata.annotations = { ...pod.metadata.annotations, ...binding.annotations };
  if (binding.labels) pod.metadata.labels = { ...pod.metadata.labels, ...binding.labels };
  const status = (pod.status ??= {});
  delete status.nominatedNodeName;
  const others = (status.conditions ?? []).filter((condition) => condition.type !== 'PodScheduled');
  status.conditions = [...others, { type: 'PodScheduled', status: 'True', lastTransitionTime: rfc3339(now) }];
  delete (pod.metadata as Partial<KubeObject['metadata']>).resourceVersion;
  return { type: 'put', object: pod };
}
