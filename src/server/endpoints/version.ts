import type { Context } from 'hono';

/** The version of the API that is served, as clients read it to know what they can ask for. */
export const versionInfo = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.0+hibernetes',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-04-22T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'linux/amd64',
} as const;

/** GET /version */
export const version = (context: Context): Response => context.json(versionInfo);
