import { describe, expect, test } from 'vitest';
import { jobs } from '../../../src/resources/batch/job.ts';
import { accepted, cells, metadata, shown } from '../apps/workloads.ts';
import { context } from '../objects.ts';
import { indexed, job, template, uid } from './jobs.ts';

const { strategy } = jobs;
const wrong = (spec: object, more: object = {}) => shown(strategy.validate!(job(spec, more)));

describe('defaults', () => {
  const of = (spec: object) => accepted(jobs, { template, ...spec }).spec;
  test.each<[object, object]>([
    [{}, { completions: 1, parallelism: 1, backoffLimit: 6, completionMode: 'NonIndexed' }],
    [{}, { suspend: false, manualSelector: false, podReplacementPolicy: 'TerminatingOrFailed' }],
    [{ podFailurePolicy: { rules: [] } }, { podReplacementPolicy: 'Failed' }],
    [{ completions: 3 }, { completions: 3, parallelism: 1 }],
    [{ backoffLimitPerIndex: 1 }, { backoffLimit: 2147483647 }],
    [
      { backoffLimit: 0, suspend: true },
      { backoffLimit: 0, suspend: true },
    ],
  ])('%j', (spec, expected) => expect(of(spec)).toMatchObject(expected));

  test('no completions where only parallelism was said', () => expect(of({ parallelism: 3 })).not.toHaveProperty('completions'));

  test('of the template and the failure policy', () => {
    const { podFailurePolicy, template: own } = of({
      podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] },
    });
    expect(podFailurePolicy?.rules[0]?.onPodConditions).toEqual([{ type: 'DisruptionTarget', status: 'True' }]);
    expect(own.spec).toMatchObject({ restartPolicy: 'Never', dnsPolicy: 'ClusterFirst' });
  });

  test('a job has the labels of its template unless it has its own', () => {
    const labelled = { ...template, metadata: { labels: { app: 'pi' } } };
    expect(accepted(jobs, { template: labelled }).metadata.labels).toEqual({ app: 'pi' });
    const own = { metadata: { ...metadata, labels: { a: 'b' } } };
    expect(accepted(jobs, { template: labelled }, own).metadata.labels).toEqual({ a: 'b' });
  });
});

describe('the selector', () => {
  const generated = {
    'job-name': 'web',
    'batch.kubernetes.io/job-name': 'web',
    'controller-uid': uid,
    'batch.kubernetes.io/controller-uid': uid,
  };

  test('is made by the server', () => {
    const { spec, metadata: own } = job();
    expect(spec.selector).toEqual({ matchLabels: { 'batch.kubernetes.io/controller-uid': uid } });
    expect(spec.template.metadata?.labels).toEqual(generated);
    expect(own.labels).toEqual(generated);
  });

  test('the labels go where the labels of the template go', () => {
    const labelled = { template: { ...template, metadata: { labels: { app: 'pi' } } } };
    expect(job(labelled).metadata.labels).toEqual({ app: 'pi', ...generated });
    const own = { metadata: { ...metadata, labels: { app: 'pi' } } };
    expect(job(labelled, own).metadata.labels).toEqual({ app: 'pi' });
  });

  test('may be made by the client', () => {
    const manual = {
      manualSelector: true,
      selector: { matchLabels: { app: 'pi' } },
      template: { ...template, metadata: { labels: { app: 'pi' } } },
    };
    expect(job(manual).spec.selector).toEqual(manual.selector);
    expect(wrong(manual)).toEqual([]);
    expect(wrong({ manualSelector: true })).toEqual([
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`',
    ]);
  });

  test('is not to be confused with one of the client', () => {
    const labels = { 'controller-uid': 'x' };
    expect(wrong({ template: { ...template, metadata: { labels } } })).toEqual([
      `spec.template.metadata.labels[controller-uid]: Invalid value: ${JSON.stringify({ ...generated, ...labels })}: must be '${uid}'`,
    ]);
    const selector = { matchLabels: { app: 'pi' } };
    const merged = JSON.stringify({ matchLabels: { 'batch.kubernetes.io/controller-uid': uid, app: 'pi' } });
    expect(wrong({ selector, template: { ...template, metadata: { labels: { app: 'pi' } } } })).toEqual([
      `spec.selector: Invalid value: ${merged}: \`selector\` not auto-generated`,
    ]);
    const none = { matchExpressions: [{ key: 'app', operator: 'Foo' }] };
    expect(wrong({ manualSelector: true, selector: none, template })).toEqual([
      'spec.selector.matchExpressions[0].operator: Invalid value: "Foo": not a valid selector operator',
    ]);
    const stripped = job();
    delete stripped.spec.template.metadata!.labels!['job-name'];
    expect(shown(strategy.validate!(stripped))).toEqual([
      "spec.template.metadata.labels[job-name]: Required value: must be 'web'",
    ]);
  });
});

describe('validation', () => {
  const negative = 'Invalid value: -1: must be greater than or equal to 0';
  const perIndex = 'requires indexed completion mode';
  const many = 'when completions are above 100000 and used with backoff limit per index';
  test.each<[object, string[]]>([
    [{}, []],
    ...['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished'].map(
      (name): [object, string[]] => [{ [name]: -1 }, [`spec.${name}: ${negative}`]],
    ),
    [{ completionMode: 'Indexed', completions: 1, backoffLimitPerIndex: -1 }, [`spec.backoffLimitPerIndex: ${negative}`]],
    [
      { maxFailedIndexes: 1 },
      [
        'spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified',
        `spec.maxFailedIndexes: Invalid value: 1: ${perIndex}`,
      ],
    ],
    [{ backoffLimitPerIndex: 1 }, [`spec.backoffLimitPerIndex: Invalid value: 1: ${perIndex}`]],
    [{ completionMode: 'X' }, ['spec.completionMode: Unsupported value: "X": supported values: "NonIndexed", "Indexed"']],
    [
      { completionMode: 'Indexed', parallelism: 100001 },
      [
        'spec.completions: Required value: when completion mode is Indexed',
        'spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed',
      ],
    ],
    [
      { completionMode: 'Indexed', completions: 1, backoffLimitPerIndex: 1, maxFailedIndexes: 100001 },
      [
        'spec.maxFailedIndexes: Invalid value: 100001: must be less than or equal to completions',
        'spec.maxFailedIndexes: Invalid value: 100001: must be less than or equal to 100000',
      ],
    ],
    [{ completionMode: 'Indexed', completions: 100000, parallelism: 10001, backoffLimitPerIndex: 1 }, []],
    [
      { completionMode: 'Indexed', completions: 100001, parallelism: 10001, backoffLimitPerIndex: 1 },
      [
        'spec.maxFailedIndexes: Required value: must be specified when completions is above 100000',
        `spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 ${many}`,
      ],
    ],
    [
      { completionMode: 'Indexed', completions: 100001, backoffLimitPerIndex: 1, maxFailedIndexes: 10001 },
      [`spec.maxFailedIndexes: Invalid value: 10001: must be less than or equal to 10000 ${many}`],
    ],
    [{ managedBy: 'acme.io/foo' }, []],
    [{ managedBy: '' }, ['spec.managedBy: Required value']],
    [{ managedBy: 'foo' }, ['spec.managedBy: Invalid value: "foo": must be a domain-prefixed path (such as "acme.io/foo")']],
    [
      { managedBy: 'acme.io/a b' },
      [`spec.managedBy: Invalid value: "a b": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')`],
    ],
    [{ managedBy: `acme.io/${'a'.repeat(56)}` }, ['spec.managedBy: Too long: may not be more than 63 bytes']],
    [
      { template: { spec: { ...template.spec, restartPolicy: undefined } } },
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
    [
      { podFailurePolicy: { rules: [] }, template: { spec: { ...template.spec, restartPolicy: 'OnFailure' } } },
      [
        'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
      ],
    ],
    [
      { podReplacementPolicy: 'X' },
      ['spec.podReplacementPolicy: Unsupported value: "X": supported values: "Failed", "TerminatingOrFailed"'],
    ],
    [
      { podReplacementPolicy: 'TerminatingOrFailed', podFailurePolicy: { rules: [] } },
      ['spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"'],
    ],
    [
      { successPolicy: { rules: [{ succeededCount: 1 }] } },
      [`spec.successPolicy: Invalid value: {"rules":[{"succeededCount":1}]}: ${perIndex}`],
    ],
    [{ template: { spec: { restartPolicy: 'Never' } } }, ['spec.template.spec.containers: Required value']],
  ])('%j', (spec, errors) => expect(wrong(spec)).toEqual(errors));

  test('the host name of an indexed pod is a DNS label', () => {
    const name = (text: string) => ({ metadata: { ...metadata, name: text } });
    const long = 'a'.repeat(61);
    expect(shown(strategy.validate!(indexed({ completions: 10 }, name(long))))).toEqual([]);
    expect(shown(strategy.validate!(indexed({ completions: 11 }, name(long))))).toEqual([
      `metadata.name: Invalid value: "${long}": will not able to create pod with invalid DNS label: ${long}-10`,
    ]);
  });

  test('warnings', () => {
    const large = indexed({ completions: 100001, parallelism: 10001 });
    expect(strategy.warnings!(large, undefined)).toEqual([
      'spec: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail',
    ]);
    const dotted = job({}, { metadata: { ...metadata, name: 'a.b' } });
    expect(strategy.warnings!(dotted, undefined)).toHaveLength(1);
    expect(strategy.warnings!(dotted, dotted)).toEqual([]);
  });
});

describe('as a row', () => {
  const row = (status: object, spec: object = {}, more: object = {}) => cells(jobs, job(spec, { status, ...more }));
  const condition = (...types: string[]) => ({ conditions: types.map((type) => ({ type, status: 'True' })) });

  test('of a new job', () =>
    expect(row({})).toEqual({
      Name: 'web',
      Status: 'Running',
      Completions: '0/1',
      Duration: '',
      Age: '60m',
      Containers: 'pi',
      Images: 'perl:5.34',
      Selector: `batch.kubernetes.io/controller-uid=${uid}`,
    }));

  test.each<[object, string]>([
    [condition('Complete', 'SuccessCriteriaMet'), 'Complete'],
    [condition('Failed', 'FailureTarget'), 'Failed'],
    [condition('Suspended'), 'Suspended'],
    [condition('FailureTarget'), 'FailureTarget'],
    [condition('SuccessCriteriaMet'), 'SuccessCriteriaMet'],
    [{ conditions: [{ type: 'Complete', status: 'False' }] }, 'Running'],
  ])('the status of %j', (status, expected) => expect(row(status).Status).toBe(expected));

  test('the status of one that is being deleted', () => {
    const more = { metadata: { ...metadata, deletionTimestamp: '2026-05-01T12:30:00Z' } };
    expect(row(condition('Suspended'), {}, more).Status).toBe('Terminating');
    expect(row(condition('Complete'), {}, more).Status).toBe('Complete');
  });

  test.each<[object, object, string]>([
    [{ succeeded: 2 }, { completions: 3 }, '2/3'],
    [{ succeeded: 1 }, { parallelism: 3 }, '1/1 of 3'],
    [{}, { parallelism: 1 }, '0/1'],
  ])('the completions of %j with %j', (status, spec, expected) => expect(row(status, spec).Completions).toBe(expected));

  test('the duration', () => {
    const startTime = '2026-05-01T12:50:00Z';
    expect(row({ startTime }).Duration).toBe('10m');
    expect(row({ startTime, completionTime: '2026-05-01T12:50:42Z' }).Duration).toBe('42s');
  });

  test('selectable by success', () => {
    const { 'status.successful': successful } = jobs.selectableFields;
    expect([successful!(job()), successful!(job({}, { status: { succeeded: 3 } }))]).toEqual(['0', '3']);
  });
});

test('dependents of a job are orphans by default', () => expect(strategy.defaultPropagation).toBe('Orphan'));

test('an accepted job stays as it is', () => {
  const object = job();
  const before = structuredClone(object);
  strategy.defaults!(object);
  expect(object).toEqual(before);
  expect(strategy.prepareForUpdate).toBeUndefined();
  strategy.prepareForCreate!(object, context);
  expect(object).toEqual(before);
});
