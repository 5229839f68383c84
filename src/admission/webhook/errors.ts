import { badRequest, internalError, type StatusError } from '../../machinery/status.ts';
import type { WebhookResponse } from '../consult.ts';
import { Denial } from '../denial.ts';

/** `admission webhook "x" denied the request: …`, by what the webhook says of it. */
export function denied(
  webhook: string,
  { message, reason, code = 0, details }: NonNullable<WebhookResponse['status']> = {},
): StatusError {
  const why = message || reason;
  const explained = why ? `: ${why}` : ' without explanation';
  const denial = `admission webhook ${JSON.stringify(webhook)} denied the request${explained}`;
  return new Denial(denial, code < 400 || code > 599 ? 400 : code, reason ?? '', details);
}

/** The webhook could not be asked, and its failurePolicy says that this is a refusal. */
export const failedCalling = (webhook: string, why: string): StatusError =>
  internalError(`failed calling webhook ${JSON.stringify(webhook)}: ${why}`);

/** A dry run must have no effects, and the webhook does not say that it has none. */
export const dryRunUnsupported = (webhook: string): StatusError =>
  badRequest(`admission webhook ${JSON.stringify(webhook)} does not support dry run`);
