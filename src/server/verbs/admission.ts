import type { Attributes, Operation } from '../../admission/plugin.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import type { ObjectKey } from '../../storage/store.ts';
import type { User } from '../api.ts';
import { NotYet } from './consultation.ts';
import type { DecisionContext } from './context.ts';

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
  /** Of a DELETE: its DeleteOptions. */
  deletion?: object;
  /** Of a DELETE: whether it is one of a collection's. */
  isOfCollection?: boolean | undefined;
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
    isOfCollection: request.isOfCollection,
    user: options.user ?? server,
    options: request.deletion ? { ...options, deletion: request.deletion } : options,
  };
}

/** A request that is in itself: nothing is prepared or validated between the two halves of admission. */
export function admitAll(attributes: Attributes, context: DecisionContext): void {
  context.admission.admit(attributes, context);
  context.admission.validate(attributes, context);
}

/** To be called first of all in a decision that may be made again. Throws what `consulting` catches. */
export function checkAwaited(attributes: Attributes, context: DecisionContext): void {
  if (!context.isPatient) return;
  const awaited = context.admission.awaits(attributes, context);
  if (awaited) throw new NotYet(awaited);
}
