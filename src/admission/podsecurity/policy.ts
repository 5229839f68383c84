import type { Labels } from '../../machinery/selectors.ts';
import { fieldInvalid, type FieldError } from '../../machinery/status.ts';

/** From loose to strict. */
const levels = ['privileged', 'baseline', 'restricted'] as const;
export type Level = (typeof levels)[number];

/** A level as it was in a minor version of Kubernetes 1.x; `latest` follows this one. */
export interface LevelVersion {
  readonly level: Level;
  readonly minor: number | 'latest';
}

/** What a namespace asks of its pods: enforced, noted for the audit, or told to the client. */
export interface Policy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

/** What labels of namespaces and annotations of audit events begin with. */
export const prefix = 'pod-security.kubernetes.io/';
const privileged: LevelVersion = { level: 'privileged', minor: 'latest' };
const noPolicy: Policy = { enforce: privileged, audit: privileged, warn: privileged };

/** As `restricted:v1.30`. */
export const formatLevel = ({ level, minor }: LevelVersion): string =>
  `${level}:${minor === 'latest' ? minor : `v1.${minor}`}`;

/** Negative if `a` is looser than `b`. */
export const compareLevels = (a: Level, b: Level): number => levels.indexOf(a) - levels.indexOf(b);

export const samePolicy = (a: LevelVersion, b: LevelVersion): boolean => a.level === b.level && a.minor === b.minor;

/**
 * The policy that the labels of a namespace ask for, and what is wrong with them. A wrong level is enforced as
 * `restricted`, and neither audited nor warned about. Who enforces without saying about what to warn is warned of the same.
 */
export function policyOf(labels: Labels | undefined): { policy: Policy; errors: FieldError[] } {
  if (!labels || !Object.keys(labels).some((key) => key.startsWith(prefix))) return { policy: noPolicy, errors: [] };
  const errors: FieldError[] = [];
  const wrong = (label: string, value: string, detail: string) =>
    errors.push(fieldInvalid(`metadata.labels[${prefix}${label}]`, value, detail));
  const read = (mode: 'enforce' | 'audit' | 'warn'): LevelVersion => {
    const level = labels[prefix + mode];
    const version = labels[`${prefix}${mode}-version`];
    const known = levels.find((each) => each === level);
    if (level !== undefined && !known) wrong(mode, level, `must be one of ${levels.join(', ')}`);
    const minor = parseVersion(version);
    if (minor === undefined) wrong(`${mode}-version`, version ?? '', 'must be "latest" or "v1.x"');
    const whenWrong = mode === 'enforce' && level !== undefined ? 'restricted' : 'privileged';
    return { level: known ?? whenWrong, minor: minor ?? 'latest' };
  };
  const enforce = read('enforce');
  const audit = read('audit');
  const warn = read('warn');
  const enforces = levels.some((each) => each === labels[`${prefix}enforce`]);
  const followsEnforced = labels[`${prefix}warn`] === undefined && enforces && compareLevels(enforce.level, warn.level) > 0;
  const warnMinor = labels[`${prefix}warn-version`] === undefined ? enforce.minor : warn.minor;
  return {
    policy: { enforce, audit, warn: followsEnforced ? { level: enforce.level, minor: warnMinor } : warn },
    errors,
  };
}

function parseVersion(text: string | undefined): number | 'latest' | undefined {
  if (text === undefined || text === 'latest') return 'latest';
  const minor = /^v1\.(0|[1-9][0-9]*)$/.exec(text)?.[1];
  return minor !== undefined && Number(minor) <= Number.MAX_SAFE_INTEGER ? Number(minor) : undefined;
}
