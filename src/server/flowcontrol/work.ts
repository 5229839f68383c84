/** How many objects a request looks at for one seat. Source: `objectsPerSeat`. */
const objectsPerSeat = 100;

/**
 * How many seats a request takes: one, but lists take more the more objects there are, as they keep the thread longer.
 * Watches that begin with a list are lists. Source: `list_work_estimator.go`.
 *
 * @param query what follows the `?` of the URL, if anything does
 * @param stored how many objects of the kind there are
 * @param widest the most that a request of its level may take
 */
export function seatsOf(verb: string, query: string, stored: number, widest: number): number {
  if ((verb !== 'list' && verb !== 'watch') || stored <= objectsPerSeat || widest <= 1) return 1;
  return Math.min(widest, Math.max(1, Math.ceil(objectsOf(verb, new URLSearchParams(query), stored) / objectsPerSeat)));
}

function objectsOf(verb: string, query: URLSearchParams, stored: number): number {
  const revision = query.get('resourceVersion') ?? '';
  if (verb === 'watch' && revision !== '' && revision !== '0' && query.get('sendInitialEvents') !== 'true') return 0;
  if (/(^|,)metadata\.name=/.test(query.get('fieldSelector') ?? '')) return 1;
  const limit = Number(query.get('limit'));
  return limit > 0 && verb === 'list' ? Math.min(limit, stored) : stored;
}
