import { describe, expect, it } from 'vitest';
import { decide, type PodMemory } from '../../../src/agent/kubelet/decide.ts';
import type { RuntimePod } from '../../../src/agent/runtimes/runtime.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import {
  aPod,
  brief,
  ended,
  forgetful,
  input,
  nowMs,
  pulled,
  running,
  sandboxed,
  unboxed,
  type PodOverrides,
} from './fixtures.ts';

const nothing: RuntimePod = { containers: [] };
const sidecar = { name: 'side', image: 'proxy', restartPolicy: 'Always' };
const init = { name: 'init', image: 'tool' };
const main = { name: 'main', image: 'nginx' };
const deleted: PodOverrides['metadata'] = { deletionTimestamp: '2026-01-01T00:10:20Z', deletionGracePeriodSeconds: 20 };

const withInits = (...initContainers: Pod['spec']['containers']) => aPod({ spec: { initContainers, containers: [main] } });
const policy = (restartPolicy: string) => aPod({ spec: { restartPolicy, containers: [main] } });

describe('steps', () => {
  const cases: [string, Pod, RuntimePod, PodMemory, string[]][] = [
    ['a new pod gets a sandbox', aPod(), nothing, forgetful, ['run-sandbox']],
    ['then its image', aPod(), sandboxed(), forgetful, ['pull main/0']],
    ['then it waits for the image', aPod(), sandboxed(), { ...forgetful, pulls: new Map([['main', { state: 'pulling' }]]) }, []],
    ['then it starts', aPod(), sandboxed(), pulled(['main', 0]), ['start main/0']],
    ['then there is nothing to do', aPod(), sandboxed(running('main')), pulled(['main', 0]), []],
    ['a lost sandbox is made anew', aPod(), unboxed(), forgetful, ['run-sandbox']],

    ['what ended is started again', aPod(), sandboxed(ended('main', 1)), pulled(['main', 1]), ['start main/1']],
    ['… after looking for its image again', aPod(), sandboxed(ended('main', 1)), pulled(['main', 0]), ['pull main/1']],
    ['… also when it succeeded', aPod(), sandboxed(ended('main', 0)), pulled(['main', 1]), ['start main/1']],
    ['OnFailure: again when it failed', policy('OnFailure'), sandboxed(ended('main', 1)), pulled(['main', 1]), ['start main/1']],
    ['OnFailure: over when it succeeded', policy('OnFailure'), sandboxed(ended('main', 0)), forgetful, ['stop-sandbox']],
    ['Never: over when it failed', policy('Never'), sandboxed(ended('main', 1)), forgetful, ['stop-sandbox']],
    [
      'only the last two starts are kept',
      aPod(),
      sandboxed(ended('main', 1, 0), ended('main', 1, 1), running('main', 2)),
      forgetful,
      ['remove main-0'],
    ],

    ['init containers come first', withInits(init), sandboxed(), pulled(['init', 0], ['main', 0]), ['start init/0']],
    ['… one by one', withInits(init, { ...init, name: 'two' }), sandboxed(running('init')), pulled(['two', 0]), []],
    ['… until all have succeeded', withInits(init), sandboxed(ended('init', 0)), pulled(['main', 0]), ['start main/0']],
    [
      '… and again when they fail',
      withInits(init),
      sandboxed(ended('init', 1)),
      pulled(['init', 1], ['main', 0]),
      ['start init/1'],
    ],
    ['… but not after what they prepared', withInits(init), sandboxed(running('main')), pulled(['init', 0]), []],
    [
      'Never: over when an init container failed',
      aPod({ spec: { restartPolicy: 'Never', initContainers: [init], containers: [main] } }),
      sandboxed(ended('init', 1)),
      forgetful,
      ['stop-sandbox'],
    ],

    [
      'a sidecar that has started lets others start',
      withInits(sidecar),
      sandboxed(running('side')),
      pulled(['main', 0]),
      ['start main/0'],
    ],
    [
      '… but not before',
      withInits(sidecar),
      sandboxed(running('side', 0, { started: false, ready: false })),
      pulled(['main', 0]),
      [],
    ],
    [
      '… is started again beside them',
      withInits(sidecar),
      sandboxed(ended('side', 0), running('main')),
      pulled(['side', 1]),
      ['start side/1'],
    ],
    [
      '… and is stopped when they are done',
      aPod({ spec: { restartPolicy: 'Never', initContainers: [sidecar], containers: [main] } }),
      sandboxed(running('side'), ended('main', 0)),
      forgetful,
      ['stop side-0 30000'],
    ],

    ['a deleted pod stops', aPod({ metadata: deleted }), sandboxed(running('main')), forgetful, ['stop main-0 20000']],
    [
      '… once',
      aPod({ metadata: deleted }),
      sandboxed(running('main')),
      { ...forgetful, stopping: new Map([['main-0', 20_000]]) },
      [],
    ],
    [
      '… unless patience shrinks',
      aPod({ metadata: deleted }),
      sandboxed(running('main')),
      { ...forgetful, stopping: new Map([['main-0', 30_000]]) },
      ['stop main-0 20000'],
    ],
    [
      '… sidecars last',
      { ...withInits(sidecar), metadata: aPod({ metadata: deleted }).metadata },
      sandboxed(running('side'), running('main')),
      forgetful,
      ['stop main-0 20000'],
    ],
    ['… then the sandbox', aPod({ metadata: deleted }), sandboxed(ended('main', 0)), forgetful, ['stop-sandbox']],
    ['… and starts nothing', aPod({ metadata: deleted }), nothing, forgetful, []],
    ['a pod that is over starts nothing', aPod({ status: { phase: 'Failed' } }), nothing, forgetful, []],
    [
      'a pod past its deadline stops',
      aPod({ spec: { activeDeadlineSeconds: 60, containers: [main] }, status: { startTime: '2026-01-01T00:09:00Z' } }),
      sandboxed(running('main')),
      forgetful,
      ['stop main-0 30000'],
    ],
  ];
  it.each(cases)('%s', (_, pod, runtime, memory, expected) => {
    expect(decide(input(pod, runtime, memory)).steps.map(brief)).toEqual(expected);
  });
});

describe('waiting', () => {
  const failing = (delayMs: number) => ({
    ...pulled(['main', 1]),
    backoffs: new Map([['main', { delayMs, raisedAtMs: nowMs - 5_000 }]]),
  });

  it('backs off between restarts', () => {
    const decision = decide(input(aPod(), sandboxed(ended('main', 1)), failing(160_000)));
    expect(decision.steps).toEqual([]);
    expect(decision.dueAtMs).toBe(nowMs - 1_000 + 160_000);
    expect(decision.status.containerStatuses![0]!.state).toEqual({
      waiting: { reason: 'CrashLoopBackOff', message: 'back-off 2m40s restarting failed container=main pod=web_default(u1)' },
    });
    expect(decision.backingOff.map(({ reason }) => reason)).toEqual(['CrashLoopBackOff']);
  });

  it('ends with the back-off', () => {
    const decision = decide(input(aPod(), sandboxed(ended('main', 1, 0, 10_000)), failing(10_000)));
    expect(decision.steps.map(brief)).toEqual(['start main/1']);
  });

  const failedPull = (agoMs: number): PodMemory => ({
    ...forgetful,
    pulls: new Map([
      [
        'main',
        {
          state: 'failed',
          error: 'no such image',
          failedAtMs: nowMs - agoMs,
          backoff: { delayMs: 10_000, raisedAtMs: nowMs - agoMs },
        },
      ],
    ]),
  });
  it.each([
    [0, 'ErrImagePull', 'no such image', 2_000],
    [5_000, 'ImagePullBackOff', 'Back-off pulling image "nginx": ErrImagePull: no such image', 5_000],
  ])('shows a failed pull of %i ms ago as %s', (agoMs, reason, message, dueInMs) => {
    const decision = decide(input(aPod(), sandboxed(), failedPull(agoMs)));
    expect(decision.status.containerStatuses![0]!.state).toEqual({ waiting: { reason, message } });
    expect([decision.steps, decision.dueAtMs]).toEqual([[], nowMs + dueInMs]);
  });
  it('pulls again after that', () => {
    expect(decide(input(aPod(), sandboxed(), failedPull(10_000))).steps.map(brief)).toEqual(['pull main/0']);
  });

  it('looks again when health or the deadline is due, whichever is first', () => {
    const unready = { ...running('main'), health: { started: true, ready: false, changesAtMs: nowMs + 7_000 } };
    expect(decide(input(aPod(), sandboxed(unready))).dueAtMs).toBe(nowMs + 7_000);
    const limited = aPod({
      spec: { activeDeadlineSeconds: 5, containers: [main] },
      status: { startTime: '2026-01-01T00:10:00Z' },
    });
    expect(decide(input(limited, sandboxed(unready))).dueAtMs).toBe(nowMs + 5_000);
  });
});

describe('the end', () => {
  it.each([
    ['nothing was ever started', nothing, true],
    ['containers run', sandboxed(running('main')), false],
    ['the sandbox stands', sandboxed(ended('main', 0)), false],
    ['all is down', unboxed(ended('main', 0)), true],
  ])('of a deleted pod when %s: %s', (_, runtime, isFinished) => {
    expect(decide(input(aPod({ metadata: deleted }), runtime)).isFinished).toBe(isFinished);
  });

  it('past a deadline is a failure with a reason, which stays', () => {
    const overdue = aPod({
      spec: { activeDeadlineSeconds: 60, containers: [main] },
      status: { startTime: '2026-01-01T00:09:00Z' },
    });
    const { status } = decide(input(overdue, sandboxed(running('main'))));
    expect(status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
    const later = decide(input({ ...overdue, status }, unboxed(ended('main', 0))));
    expect(later.status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
  });

  it('of a pod that has no place on the node is a failure, and nothing is started', () => {
    const { steps, status } = decide({ ...input(aPod(), nothing), rejection: { reason: 'NodePorts', message: 'no free ports' } });
    expect(steps).toEqual([]);
    expect(status).toMatchObject({ phase: 'Failed', reason: 'NodePorts', message: 'Pod was rejected: no free ports' });
  });
});
