import type { Attributes, Awaited, Operation } from '../../admission/plugin.ts';
import { limits } from '../../lib/limits.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { ObjectKey } from '../../storage/store.ts';
import type { ClusterApi, User } from '../api.ts';
import type { DecisionContext } from './context.ts';
import { keyFor } from './entry.ts';

/** Who writes when nobody asked: the server itself, by upstream's name for its own connections. */
const server: User = { name: 'system:apiserver', groups: ['system:masters', 'system:authenticated'] };

/** What is to be admitted; the rest of the attributes follows from the context. */
export interface AdmissionRequest {
  operation: Operation;
  subresource?: string;
  object?: KubeObject;
  oldObject?: KubeObject;
  /** What the name has yet to be generated from. */
  generateName?: string | undefined;
}

/** What plugins see of a write. */
export function attributesOf(
  resource: AnyResource,
  key: Pick<ObjectKey, 'namespace' | 'name'>,
  request: AdmissionRequest,
  { options }: DecisionContext,
): Attributes {
  return {
    operation: request.operation,
    resource,
    subresource: request.subresource ?? '',
    namespace: resource.namespaced ? key.namespace : '',
    name: request.generateName ?? key.name,
    object: request.object,
    oldObject: request.oldObject,
    user: options.user ?? server,
    options,
  };
}

/** A request that is in itself: nothing is prepared or validated between the two halves of admission. */
export function admitAll(attributes: Attributes, context: DecisionContext): void {
  context.admission.admit(attributes, context);
  context.admission.validate(attributes, context);
}

/** Thrown out of a decision before anything is changed: the write had better wait for an object. */
class NotYet extends Error {
  readonly awaited: Awaited;
  constructor(awaited: Awaited) {
    super(`${awaited.resource.plural} ${JSON.stringify(awaited.name)} is awaited`);
    this.name = 'NotYet';
    this.awaited = awaited;
  }
}

/** To be called first of all in a decision that may be made again. Throws what `patiently` catches. */
export function checkAwaited(attributes: Attributes, context: DecisionContext): void {
  const awaited = context.admission.awaits(attributes, context);
  if (awaited) throw new NotYet(awaited);
}

/**
 * Makes a write whose admission may have to wait for what a controller is about to create, as a pod for the service
 * account of a namespace that is new. Waits once, for `limits.admissionWaitMs` at most (upstream looks ten times, 100 to 200 ms
 * apart), and lets the second attempt end as it may.
 */
export async function patiently<T>(api: ClusterApi, attempt: (patient: boolean) => Promise<T>): Promise<T> {
  try {
    return await attempt(true);
  } catch (error) {
    if (!(error instanceof NotYet)) throw error;
    await appears(api, error.awaited);
    return attempt(false);
  }
}

/** Resolves when the object is there, or after a while. */
async function appears({ store }: ClusterApi, { resource, namespace, name }: Awaited): Promise<void> {
  const wanted = keyFor(resource, namespace, name);
  let found = () => {};
  const until = new Promise<void>((resolve) => (found = resolve));
  const stop = store.subscribe((changes) => {
    for (const { entry, type } of changes) {
      const { key } = entry;
      if (key.name !== name || key.namespace !== wanted.namespace || key.resource !== wanted.resource) continue;
      if (type !== 'DELETED') found();
    }
  });
  const timer = setTimeout(found, limits.admissionWaitMs);
  try {
    // It may have come before anybody listened.
    if (!(await store.get(wanted))) await until;
  } finally {
    clearTimeout(timer);
    stop();
  }
}
