import { describe, expect, test } from 'vitest';
import { formatLevel, policyOf } from '../../../src/admission/podsecurity/policy.ts';

const labels = (own: Record<string, string>) =>
  Object.fromEntries(Object.entries(own).map(([key, value]) => [`pod-security.kubernetes.io/${key}`, value]));

describe('the policy of a namespace', () => {
  test.each<[string, Record<string, string>, string, string, string]>([
    ['none', {}, 'privileged:latest', 'privileged:latest', 'privileged:latest'],
    ['enforced is warned about', { enforce: 'restricted' }, 'restricted:latest', 'privileged:latest', 'restricted:latest'],
    [
      'in the same version',
      { enforce: 'baseline', 'enforce-version': 'v1.22' },
      'baseline:v1.22',
      'privileged:latest',
      'baseline:v1.22',
    ],
    [
      'but in the version that is named for warnings',
      { enforce: 'baseline', 'enforce-version': 'v1.22', 'warn-version': 'v1.30' },
      'baseline:v1.22',
      'privileged:latest',
      'baseline:v1.30',
    ],
    ['unless the level of warnings is named', { enforce: 'baseline', warn: 'privileged' }, 'baseline:latest', 'privileged:latest', 'privileged:latest'],
    [
      'each for itself',
      { enforce: 'privileged', audit: 'baseline', 'audit-version': 'v1.0', warn: 'restricted', 'warn-version': 'latest' },
      'privileged:latest',
      'baseline:v1.0',
      'restricted:latest',
    ],
  ])('%s', (_, own, enforce, audit, warn) => {
    const { policy, errors } = policyOf({ 'kubernetes.io/metadata.name': 'n', ...labels(own) });
    expect(errors).toEqual([]);
    expect([formatLevel(policy.enforce), formatLevel(policy.audit), formatLevel(policy.warn)]).toEqual([enforce, audit, warn]);
  });

  test('wrong labels are strict where they are enforced, and say nothing elsewhere', () => {
    const { policy, errors } = policyOf(
      labels({ enforce: 'x', 'enforce-version': '1.2', audit: 'y', 'audit-version': 'v2.0', warn: 'z', 'warn-version': 'v1.01' }),
    );
    expect([policy.enforce, policy.audit, policy.warn].map(formatLevel)).toEqual([
      'restricted:latest',
      'privileged:latest',
      'privileged:latest',
    ]);
    const levels = 'must be one of privileged, baseline, restricted';
    const version = 'must be "latest" or "v1.x"';
    const at = (name: string) => `metadata.labels[pod-security.kubernetes.io/${name}]`;
    expect(errors.map(({ field, message }) => [field, message])).toEqual([
      [at('enforce'), `Invalid value: "x": ${levels}`],
      [at('enforce-version'), `Invalid value: "1.2": ${version}`],
      [at('audit'), `Invalid value: "y": ${levels}`],
      [at('audit-version'), `Invalid value: "v2.0": ${version}`],
      [at('warn'), `Invalid value: "z": ${levels}`],
      [at('warn-version'), `Invalid value: "v1.01": ${version}`],
    ]);
  });
});
