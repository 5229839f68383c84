import { parseMoment } from '../../history/moment.ts';
import { badRequest, gone } from '../../machinery/status.ts';
import { StoreError } from '../../storage/store.ts';
import type { ClusterApi } from '../api.ts';

/**
 * The revision that `asOf` means: a revision, or a time in RFC 3339, which is that of the newest write until then. Throws 400
 * for anything else and for what lies in the future, 410 if the log does not reach back that far.
 */
export async function revisionAsOf({ store, clock }: Pick<ClusterApi, 'store' | 'clock'>, asOf: string): Promise<number> {
  const moment = parseMoment(asOf);
  if (!moment) throw badRequest(`invalid asOf: ${JSON.stringify(asOf)} is neither a revision nor a time in RFC 3339`);
  if ('revision' in moment) {
    if (moment.revision <= store.revision) return moment.revision;
    throw badRequest(`invalid asOf: revision ${asOf} is in the future, now is ${store.revision}`);
  }
  if (moment.time > clock.now()) throw badRequest(`invalid asOf: ${asOf} is in the future`);
  return inHistory(store.revisionAt(moment.time));
}

/** What the log tells, with a 410 that says what it is about. */
export async function inHistory<T>(told: Promise<T>): Promise<T> {
  try {
    return await told;
  } catch (error) {
    if (error instanceof StoreError && error.code === 'compacted')
      throw gone('the history of the cluster does not reach back to asOf, or too much has changed since to be shown at once');
    throw error;
  }
}
