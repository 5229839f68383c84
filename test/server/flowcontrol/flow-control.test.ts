import { describe, expect, test } from 'vitest';
import { MetricsRegistry } from '../../../src/lib/metrics.ts';
import type { StatusError } from '../../../src/machinery/status.ts';
import { flowSchemas } from '../../../src/resources/flowcontrol/flowschema.ts';
import { mandatoryPriorityLevels } from '../../../src/resources/flowcontrol/mandatory.ts';
import { suggestedFlowSchemas, suggestedPriorityLevels } from '../../../src/resources/flowcontrol/suggested.ts';
import type { Reader } from '../../../src/machinery/reader.ts';
import type { ResourceDefinition } from '../../../src/machinery/resource.ts';
import type { KubeObject } from '../../../src/machinery/meta.ts';
import { FlowControl, type Seat } from '../../../src/server/flowcontrol/flow-control.ts';
import { TestClock } from '../support/cluster.ts';

/** A server with few seats, whose time passes when it is told to. */
function server(totalSeats = 4) {
  const objects = new Map<string, { metadata: { name: string; uid: string }; spec: unknown }[]>([
    ['FlowSchema', [...suggestedFlowSchemas].map(([name, spec]) => ({ metadata: { name, uid: `schema ${name}` }, spec }))],
    [
      'PriorityLevelConfiguration',
      [...mandatoryPriorityLevels, ...suggestedPriorityLevels].map(([name, spec]) => ({
        metadata: { name, uid: `level ${name}` },
        spec,
      })),
    ],
  ]);
  const reader = {
    list: <T extends KubeObject>({ kind }: ResourceDefinition<T>) => (objects.get(kind) ?? []) as unknown as T[],
    get: () => undefined,
  } as Reader;
  const clock = new TestClock();
  const registry = new MetricsRegistry();
  let task: (() => void) | undefined;
  const control = new FlowControl({
    reader,
    clock,
    registry,
    totalSeats,
    schedule: (later, delayMs) => (delayMs === 0 ? setImmediate(later) : void (task = later)),
  });
  const flowOf = (name: string) =>
    control.classify({
      user: { name, groups: ['system:authenticated'] },
      verb: 'create',
      path: '/',
      resource: { group: '', resource: 'pods', subresource: '', namespace: 'n' },
    });
  return {
    control,
    flowOf,
    objects,
    get hasTimer() {
      return task !== undefined;
    },
    /** A second passes. */
    pass() {
      clock.advance(1);
      const due = task;
      task = undefined;
      due?.();
    },
    metrics: (name: string) =>
      registry
        .text()
        .split('\n')
        .filter((line) => line.startsWith(`apiserver_flowcontrol_${name}`) && !line.endsWith(' 0')),
  };
}

/** Takes all seats that one user can have. */
function fill({ control, flowOf }: ReturnType<typeof server>, user: string): Seat[] {
  const seats: Seat[] = [];
  for (let seat = control.start(flowOf(user), 1); seat; seat = control.start(flowOf(user), 1)) seats.push(seat);
  return seats;
}

test('the same request is the same flow, as long as the configuration is', () => {
  const { control, flowOf, objects } = server();
  const before = flowOf('a');
  expect(flowOf('a')).toBe(before);
  expect([before.schemaUid, before.levelUid]).toEqual(['schema global-default', 'level global-default']);
  objects.get('FlowSchema')!.find(({ metadata }) => metadata.name === 'global-default')!.spec = {
    ...(suggestedFlowSchemas.get('global-default') as object),
    priorityLevelConfiguration: { name: 'gone' },
  };
  control.changed('pods');
  expect(flowOf('a')).toBe(before);
  control.changed(flowSchemas.resource);
  // Its level is missing, so it does not count; what is mandatory is there without an object.
  expect([flowOf('a').schema, flowOf('a').schemaUid, flowOf('a').levelUid]).toEqual(['catch-all', '', 'level catch-all']);
});

test('flows of the same distinguisher share their seats, whatever they ask for', () => {
  const { control, flowOf } = server();
  const other = control.classify({ user: { name: 'a', groups: ['system:authenticated'] }, verb: 'get', path: '/version' });
  expect(other.share).toBe(flowOf('a').share);
  expect(flowOf('b').share).not.toBe(other.share);
});

test('who finds no seat waits for one, without a timer before or after', async () => {
  const all = server();
  const { control, flowOf, metrics } = all;
  const [first] = fill(all, 'a');
  expect(all.hasTimer).toBe(false);
  const seat = control.wait(flowOf('a'), 1, 15_000);
  expect(all.hasTimer).toBe(true);
  expect(metrics('current_inqueue_requests')).toEqual([
    'apiserver_flowcontrol_current_inqueue_requests{priority_level="global-default",flow_schema="global-default"} 1',
  ]);
  control.leave(first!);
  expect((await seat).flow).toBe(flowOf('a'));
  expect(metrics('current_inqueue_requests')).toEqual([]);
  all.pass();
  expect(all.hasTimer).toBe(false);
});

describe('who is turned away', () => {
  const refusal = async (waiting: Promise<Seat>): Promise<StatusError> =>
    waiting.then(
      () => expect.fail('has a seat'),
      (error: unknown) => error as StatusError,
    );

  test('after waiting for too long', async () => {
    const all = server();
    const { control, flowOf, metrics } = all;
    const seats = fill(all, 'a');
    const late = refusal(control.wait(flowOf('a'), 1, 2_000));
    const patient = control.wait(flowOf('a'), 1, 15_000);
    all.pass();
    all.pass();
    const error = await late;
    expect([error.code, error.message, error.details?.retryAfterSeconds]).toEqual([
      429,
      'Too many requests, please try again later.',
      1,
    ]);
    expect(metrics('rejected')).toEqual([
      'apiserver_flowcontrol_rejected_requests_total{priority_level="global-default",flow_schema="global-default",reason="time-out"} 1',
    ]);
    seats.forEach((seat) => control.leave(seat));
    control.leave(await patient);
    expect(metrics('current_executing')).toEqual([]);
    expect(metrics('current_inqueue')).toEqual([]);
  });

  test('when too many wait', async () => {
    const all = server();
    const { control, flowOf, metrics } = all;
    fill(all, 'a');
    const waiting = Array.from({ length: 6 * 50 }, () => control.wait(flowOf('a'), 1, 15_000));
    expect((await refusal(control.wait(flowOf('a'), 1, 15_000))).code).toBe(429);
    expect(metrics('rejected')[0]).toContain('reason="queue-full"} 1');
    expect(metrics('current_inqueue_requests')[0]).toContain('} 300');
    // The queues of somebody else are others.
    const other = control.start(flowOf('b'), 1) ?? control.wait(flowOf('b'), 1, 15_000);
    expect(
      await Promise.race([refusal(Promise.resolve(other)).catch(() => 'seat'), Promise.resolve('waits')]),
    ).not.toBeInstanceOf(Error);
    expect(waiting).toHaveLength(300);
  });
});

test('says how many seats levels have', () => {
  const { flowOf, metrics } = server(64);
  flowOf('a');
  expect(metrics('nominal_limit_seats')).toContain('apiserver_flowcontrol_nominal_limit_seats{priority_level="workload-low"} 27');
  expect(metrics('lower_limit_seats')).toContain('apiserver_flowcontrol_lower_limit_seats{priority_level="workload-low"} 3');
  expect(metrics('upper_limit_seats')).toContain('apiserver_flowcontrol_upper_limit_seats{priority_level="workload-low"} 91');
});
