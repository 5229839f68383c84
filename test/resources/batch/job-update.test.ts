import { describe, expect, test } from 'vitest';
import { jobs, type Job } from '../../../src/resources/batch/job.ts';
import { shown } from '../apps/workloads.ts';
import { indexed, job, template } from './jobs.ts';

const { strategy } = jobs;
/** The job after a change of its spec. */
const changed = (old: Job, spec: object): Job => ({ ...old, spec: { ...old.spec, ...spec } });
const wrong = (old: Job, spec: object) => shown(strategy.validateUpdate!(changed(old, spec), old));
const suspended = (status: object = {}) => job({ suspend: true }, { status });
const withPod = ({ spec }: Job, more: object) => ({ template: { ...spec.template, spec: { ...spec.template.spec, ...more } } });

describe('what may change', () => {
  test.each([
    { parallelism: 3 },
    { suspend: true },
    { backoffLimit: 1 },
    { activeDeadlineSeconds: 5 },
    { ttlSecondsAfterFinished: 5 },
    { podReplacementPolicy: 'Failed' },
  ])('%j', (spec) => expect(wrong(job(), spec)).toEqual([]));

  test.each<[object, string]>([
    [{ completions: 2 }, 'spec.completions: Invalid value: 2: field is immutable'],
    [{ selector: { matchLabels: { a: 'b' } } }, 'spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: field is immutable'],
    [{ completionMode: 'Indexed' }, 'spec.completionMode: Invalid value: "Indexed": field is immutable'],
    [{ podFailurePolicy: { rules: [] } }, 'spec.podFailurePolicy: Invalid value: {"rules":[]}: field is immutable'],
    [{ managedBy: 'acme.io/foo' }, 'spec.managedBy: Invalid value: "acme.io/foo": field is immutable'],
    [{ successPolicy: { rules: [] } }, 'spec.successPolicy: Invalid value: {"rules":[]}: field is immutable'],
    [{ backoffLimitPerIndex: 1 }, 'spec.backoffLimitPerIndex: Invalid value: 1: field is immutable'],
  ])('not %j', (spec, error) => expect(wrong(job(), spec)).toContain(error));

  test('the size of an indexed job', () => {
    expect(wrong(indexed(), { completions: 3, parallelism: 3 })).toEqual([]);
    expect(wrong(indexed(), { completions: 3 })).toEqual([
      'spec.completions: Invalid value: 3: can only be modified in tandem with spec.parallelism',
    ]);
  });
});

describe('the template', () => {
  const where = {
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ operator: 'Exists' }],
    schedulingGates: [{ name: 'a.b/c' }],
    affinity: { nodeAffinity: {} },
  };
  const resources = { limits: { cpu: '1' } };
  const [container] = job().spec.template.spec.containers;
  const path = (old: Job, spec: object) => wrong(old, spec).map((line) => line.split(':')[0]);

  test.each<[string, object]>([
    ['where pods run', where],
    ['what containers need', { containers: [{ ...container, resources }] }],
  ])('of a suspended job says %s', (_, more) => {
    const startTime = '2026-05-01T12:00:00Z';
    const again = suspended({ startTime, conditions: [{ type: 'Suspended', status: 'True' }] });
    for (const old of [suspended(), again]) expect(wrong(old, withPod(old, more))).toEqual([]);
    for (const old of [job(), suspended({ active: 1 }), suspended({ startTime })])
      expect(path(old, withPod(old, more))).toEqual(['spec.template']);
  });

  test('of a suspended job may get other labels', () => {
    const old = suspended();
    const labels = { ...old.spec.template.metadata?.labels, a: 'b' };
    expect(wrong(old, { template: { ...old.spec.template, metadata: { labels } } })).toEqual([]);
  });

  test.each<object>([
    { containers: [{ ...container, image: 'perl:6' }] },
    { containers: [{ ...container, name: 'other', resources }] },
    { containers: [container, container] },
    { affinity: { podAffinity: {} } },
    { hostNetwork: true },
  ])('never says %j', (more) => {
    const old = suspended();
    expect(path(old, withPod(old, more))).toEqual(['spec.template.spec']);
  });

  test('keeps an affinity to pods', () => {
    const podAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'zone' }] };
    const affine = { spec: { ...template.spec, affinity: { podAffinity, nodeAffinity: {} } } };
    const old = job({ suspend: true, template: affine });
    expect(wrong(old, withPod(old, { affinity: { podAffinity } }))).toEqual([]);
    expect(path(old, withPod(old, { affinity: undefined }))).toEqual(['spec.template.spec']);
    const onlyNodes = job({ suspend: true, template: { spec: { ...template.spec, affinity: { nodeAffinity: {} } } } });
    expect(wrong(onlyNodes, withPod(onlyNodes, { affinity: undefined }))).toEqual([]);
  });
});
