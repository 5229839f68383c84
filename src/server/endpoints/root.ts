import type { Context } from 'hono';
import type { Scheme } from '../../machinery/scheme.ts';

/** GET /: the paths that there are. */
export function rootPaths(scheme: Scheme): (context: Context) => Response {
  const groups = scheme.served.flatMap(({ group, version }) =>
    group ? [`/apis/${group}`, `/apis/${group}/${version}`] : ['/api', `/api/${version}`],
  );
  const fixed = [
    '/apis',
    '/healthz',
    '/healthz/ping',
    '/livez',
    '/livez/ping',
    '/openapi/v2',
    '/openapi/v3',
    '/readyz',
    '/readyz/ping',
    '/version',
  ];
  const paths = [...new Set([...groups, ...fixed])].sort();
  return (context) => context.json({ paths });
}
