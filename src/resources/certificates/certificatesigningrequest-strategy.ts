/** Who may write what of a request (registry/certificates `csrStrategy` and those of its subresources). */
import { rfc3339 } from '../../lib/clock.ts';
import type { StrategyContext } from '../../machinery/resource.ts';
import type { CertificateSigningRequest } from './certificatesigningrequest.ts';

/** A request says who made it; nobody can say that for another. */
export function prepareForCreate({ spec }: CertificateSigningRequest, { user }: StrategyContext): void {
  delete spec.username;
  delete spec.uid;
  delete spec.groups;
  delete spec.extra;
  if (!user) return;
  spec.username = user.name;
  if (user.uid) spec.uid = user.uid;
  if (user.groups.length > 0) spec.groups = [...user.groups];
  if (user.extra) spec.extra = Object.fromEntries(Object.entries(user.extra).map(([key, values]) => [key, [...values]]));
}

/** A request never changes. */
export function prepareForUpdate(request: CertificateSigningRequest, old: CertificateSigningRequest): void {
  request.spec = old.spec;
}

/** The signer writes everything but the decision. Decisions that came or went are left, for validation to refuse. */
export function prepareForStatusUpdate(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  { now }: StrategyContext,
): void {
  for (const type of ['Approved', 'Denied']) keepDecision(request, old, type);
  fillTimes(request, old, now);
}

/** Who decides writes conditions, and nothing else. */
export function prepareForApproval(
  request: CertificateSigningRequest,
  old: CertificateSigningRequest,
  { now }: StrategyContext,
): void {
  fillTimes(request, old, now);
  const { certificate: _, ...status } = request.status ?? {};
  request.status = { ...status, ...(old.status?.certificate !== undefined && { certificate: old.status.certificate }) };
}

function keepDecision({ status }: CertificateSigningRequest, { status: before }: CertificateSigningRequest, wanted: string): void {
  const conditions = status?.conditions ?? [];
  const kept = (before?.conditions ?? []).filter(({ type }) => type === wanted);
  if (kept.length !== conditions.filter(({ type }) => type === wanted).length) return;
  for (const [i, { type }] of conditions.entries()) if (type === wanted) conditions[i] = { ...kept.shift()! };
}

/** Conditions say since when they hold: since they first had this status, or from now on. */
function fillTimes({ status }: CertificateSigningRequest, { status: before }: CertificateSigningRequest, now: Date): void {
  for (const condition of status?.conditions ?? []) {
    condition.lastUpdateTime ??= rfc3339(now);
    const same = before?.conditions?.find(
      ({ type, status, lastTransitionTime }) => type === condition.type && status === condition.status && lastTransitionTime,
    );
    condition.lastTransitionTime ??= same?.lastTransitionTime ?? rfc3339(now);
  }
}
