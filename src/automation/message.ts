/** The messages that receivers get: the envelope of Standard Webhooks (type, timestamp, data). */
import { CelError, Meter } from '../cel/meter.ts';
import { toJson } from '../cel/values/json.ts';
import { limits } from '../lib/limits.ts';
import type { KubeObject } from '../machinery/meta.ts';
import type { CompiledExpression } from '../resources/automation/expressions.ts';

export type ChangeOperation = 'CREATE' | 'UPDATE' | 'DELETE';

/** A change as expressions and messages see it. */
export interface Told {
  readonly operation: ChangeOperation;
  readonly revision: number;
  /** `ResourceDefinition.resource`. */
  readonly resource: string;
  readonly object: KubeObject;
  readonly oldObject: KubeObject | undefined;
}

export interface Teller {
  /** '' for a subscription of the whole cluster. */
  readonly namespace: string;
  readonly name: string;
  readonly payload: CompiledExpression | undefined;
}

const past = { CREATE: 'created', UPDATE: 'updated', DELETE: 'deleted' } as const;

/** The `type` of a message: `pods.created`, `deployments.apps.updated`. */
export const eventOf = ({ resource, operation }: Pick<Told, 'resource' | 'operation'>): string => `${resource}.${past[operation]}`;

/** What a payload may cost, in units of CEL: a few milliseconds of the commit that it belongs to. */
const payloadCostMax = 200_000;

/** The body of the message about a change. A payload that cannot be made is replaced by the object, with the reason beside it. */
export function messageBody(told: Told, teller: Teller, now: Date): string {
  const envelope = (data: unknown) => JSON.stringify({ type: eventOf(told), timestamp: now.toISOString(), data });
  const made = teller.payload && makePayload(teller.payload, told);
  if (made && 'data' in made) {
    const body = envelope(made.data);
    if (body.length <= limits.deliveryBytes) return body;
  }
  const { operation, revision, object } = told;
  const { namespace, name } = teller;
  const standard = {
    subscription: namespace === '' ? { name } : { namespace, name },
    operation,
    revision: String(revision),
    ...(made && { payloadError: 'error' in made ? made.error : 'the payload is too large' }),
  };
  const body = envelope({ ...standard, object });
  return body.length <= limits.deliveryBytes ? body : envelope({ ...standard, truncated: true, object: headOf(object) });
}

function makePayload({ program, error }: CompiledExpression, told: Told): { data: unknown } | { error: string } {
  if (!program) return { error };
  try {
    return { data: toJson(program.evaluate(bindingsOf(told), new Meter(payloadCostMax))) };
  } catch (failure) {
    if (failure instanceof CelError) return { error: failure.message };
    throw failure;
  }
}

/** The variables of a subscription's expressions. */
export const bindingsOf = ({ object, oldObject = null as never, operation }: Told): Record<string, unknown> => ({
  object,
  oldObject,
  operation,
});

/** What tells the receiver which object it is, so that it can read the rest. */
function headOf({ apiVersion, kind, metadata }: KubeObject): object {
  const { name, namespace, uid, resourceVersion, labels } = metadata;
  return { apiVersion, kind, metadata: { name, namespace, uid, resourceVersion, labels } };
}
