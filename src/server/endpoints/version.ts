import { jsonResponse } from '../http/respond.ts';

/**
 * The version of the API that is served, as clients read it to know what they can ask for. There is nothing to emulate:
 * the emulated version is the served one. What tells of a build of upstream in Go says what is there instead.
 */
export const versionInfo = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.0+hibernetes',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2026-04-22T00:00:00Z',
  goVersion: 'none',
  compiler: 'workerd',
  platform: 'linux/amd64',
} as const;

const text = JSON.stringify(versionInfo, null, 2);

/** GET /version */
export const version = (): Response => jsonResponse(text);
