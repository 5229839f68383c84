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
export function rootPaths(scheme: Scheme): () => Response {
  const groups = scheme.served.flatMap(({ group, version }) =>
    group ? [`/apis/${group}`, `/apis/${group}/${version}`] : ['/api', `/api/${version}`],
  );
  const text = JSON.stringify({ paths: [...new Set([...groups, ...fixed])].sort() }, null, 2);
  return () => jsonResponse(text);
}
