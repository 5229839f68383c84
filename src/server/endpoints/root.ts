import type { Scheme } from '../../machinery/scheme.ts';
import { jsonResponse } from '../http/respond.ts';

const fixed = [
  '/apis',
  '/healthz',
  '/healthz/ping',
  '/livez',
  '/livez/ping',
  '/metrics',
  '/openapi/v2',
  '/openapi/v3',
  '/readyz',
  '/readyz/ping',
  '/version',
];

/** GET /: the paths that there are. */
export const rootPaths = (scheme: Scheme) => (): Response => {
  const groups = scheme.served.flatMap(({ group, version }) =>
    group ? [`/apis/${group}`, `/apis/${group}/${version}`] : ['/api', `/api/${version}`],
  );
  return jsonResponse(JSON.stringify({ paths: [...new Set([...groups, ...fixed])].sort() }, null, 2));
};
