import { limits } from '../lib/limits.ts';
import { tooManyRequests } from '../machinery/status.ts';

/** Throws 429 if nobody more may be attached to a cluster: `watches` with a watch, where that is its quota. `taken` counts. */
export function checkSeat(taken: { all: number; watches: number }, watches: number | undefined): void {
  if (taken.all >= limits.watchesPerCluster) throw tooManyRequests('this cluster has too many watches and nodes attached', 10);
  if (watches !== undefined && taken.watches >= watches)
    throw tooManyRequests(`exceeded quota of the cluster: watches, limited: ${watches}`, 10);
}

/** A number of the cluster's own. Clusters have random ids, and so do their objects. */
export const phaseMsOf = (id: string): number => Number.parseInt(id.slice(0, 8), 16);
