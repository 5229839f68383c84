import { isResourceAttributes } from '../../authz/authorizer.ts';
import { StatusError, type Status } from '../../machinery/status.ts';
import { StoreError } from '../../storage/store.ts';
import { toStatusError } from '../errors.ts';
import { carriesSecrets } from './attributes.ts';
import type { Audited } from './auditor.ts';
import { withoutManagedFields } from './bodies.ts';
import type { Outcome } from './event.ts';
import { reaches, type AuditStage } from './policy.ts';
import type { AuditTrail } from './trail.ts';

/** What became of a request, by what was noted on its way. */
export function outcomeOf(
  audited: Audited,
  stage: AuditStage,
  code: number,
  at: Date,
  isTooLarge: boolean,
): Outcome {
  const { attributes, config, received, trail, body } = audited;
  const omit = (object: unknown) => (config.omitManagedFields ? withoutManagedFields(object) : object);
  const isResource = isResourceAttributes(attributes);
  const { acting, constraint } = trail;
  const wantsAnswer = isResource && stage !== 'ResponseStarted' && reaches(received.level, 'RequestResponse');
  return {
    stage,
    at,
    responseStatus: statusOf(trail, code, carriesSecrets(attributes)),
    ...(audited.impersonates && acting && { impersonated: acting }),
    ...(constraint !== undefined && { constraint }),
    object: objectOf(trail),
    ...(isResource && body && { requestObject: omit(body.object()) }),
    ...(wantsAnswer && { responseObject: omit(responseObject(trail, code)) }),
    annotations: annotationsOf(trail, isTooLarge),
  };
}

/** Of an error the Status without its object's metadata; of a success, as upstream, the code alone. */
function statusOf({ failure }: AuditTrail, code: number, isSecret: boolean): Partial<Status> {
  if (failure === undefined) return { metadata: {}, code };
  if (!(failure instanceof StatusError) && !(failure instanceof StoreError)) {
    const name = failure instanceof Error ? failure.name : 'unknown error';
    return { metadata: {}, status: 'Failure', message: `APIServer panic'd: ${name}`, reason: 'InternalError', code };
  }
  const { status, message, reason, details } = toStatusError(failure).toStatus();
  // What is wrong with a body may quote it.
  if (isSecret && (code === 400 || code === 422)) return { metadata: {}, status, ...(reason && { reason }), code };
  return { metadata: {}, status, message, ...(reason && { reason }), ...(details && { details }), code };
}

/** The object that it was about, where the path does not name it: the one that was made, or was refused. */
function objectOf({ entry, failure }: AuditTrail): Outcome['object'] {
  if (entry) {
    const { name, namespace, uid } = entry.object.metadata;
    return { name, namespace, uid };
  }
  const name = failure instanceof StatusError ? failure.details?.name : undefined;
  return name ? { name } : undefined;
}

function responseObject({ answer, failure }: AuditTrail, code: number): unknown {
  if (failure !== undefined) return { ...toStatusError(failure).toStatus(), code };
  try {
    return answer && (JSON.parse(answer.text()) as unknown);
  } catch {
    // It cannot be shown any more as it was, for instance because its kind is gone.
    return undefined;
  }
}

function annotationsOf({ authorization, annotations }: AuditTrail, isTooLarge: boolean): Record<string, string> {
  return {
    ...(authorization && {
      'authorization.k8s.io/decision': authorization.decision === 'allow' ? 'allow' : 'forbid',
      'authorization.k8s.io/reason': authorization.reason,
    }),
    ...Object.fromEntries(annotations),
    ...(isTooLarge && { 'audit.k8s.io/truncated': 'true' }),
  };
}
