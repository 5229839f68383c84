import { describe, expect, test } from 'vitest';
import { mergeTolerations } from '../../src/admission/runtimeclass.ts';
import { defaultTolerationSeconds } from '../../src/admission/defaulttolerationseconds.ts';
import { namespaceLifecycle } from '../../src/admission/namespacelifecycle.ts';
import { podTopologyLabels } from '../../src/admission/podtopologylabels.ts';
import { priority } from '../../src/admission/priority.ts';
import { runtimeClass } from '../../src/admission/runtimeclass.ts';
import { taintNodesByCondition } from '../../src/admission/taintnodesbycondition.ts';
import { admissionCluster, pod, podsPath } from './support.ts';

const classes = '/apis/scheduling.k8s.io/v1/priorityclasses';
const priorityClass = (name: string, more: object) => ({ metadata: { name }, ...more });

describe('Priority', () => {
  const setUp = async (...defaults: object[]) => {
    const cluster = await admissionCluster([namespaceLifecycle, priority]);
    await cluster.ok('POST', classes, priorityClass('high', { value: 1000 }));
    await cluster.ok('POST', classes, priorityClass('quiet', { value: 500, preemptionPolicy: 'Never' }));
    for (const each of defaults) await cluster.ok('POST', classes, each);
    return cluster;
  };
  const general = priorityClass('general', { value: 7, globalDefault: true });

  test.each([
    ['none', {}, [], { priority: 0, preemptionPolicy: 'PreemptLowerPriority' }],
    ['a class', { priorityClassName: 'high' }, [], { priority: 1000, preemptionPolicy: 'PreemptLowerPriority' }],
    ['a class that lets others be', { priorityClassName: 'quiet' }, [], { priority: 500, preemptionPolicy: 'Never' }],
    ['the default', {}, [general], { priorityClassName: 'general', priority: 7 }],
    ['a class, not the default', { priorityClassName: 'high' }, [general], { priorityClassName: 'high', priority: 1000 }],
    ['the number it comes to', { priorityClassName: 'high', priority: 1000 }, [], { priority: 1000 }],
  ])('%s', async (_, spec, defaults, expected) => {
    const { ok } = await setUp(...defaults);
    expect((await ok('POST', podsPath, pod('p', { spec }))).spec).toMatchObject(expected);
  });

  test.each([
    [{ priorityClassName: 'none' }, 'no PriorityClass with name none was found'],
    [
      { priority: 5 },
      'the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    ],
    [
      { priorityClassName: 'quiet', preemptionPolicy: 'PreemptLowerPriority' },
      'the string value of PreemptionPolicy (PreemptLowerPriority) must not be provided in pod spec; priority admission controller computed Never from the given PriorityClass name',
    ],
  ])('refuses %j', async (spec, why) => {
    const { request } = await setUp();
    const { body } = await request('POST', podsPath, pod('p', { spec }));
    expect(body).toMatchObject({ code: 403, message: `pods "p" is forbidden: ${why}` });
  });

  test('an update may leave it out', async () => {
    const { ok } = await setUp();
    await ok('POST', podsPath, pod('p', { spec: { priorityClassName: 'high' } }));
    const created = await ok('GET', `${podsPath}/p`);
    delete created.spec.priority;
    delete created.spec.preemptionPolicy;
    const updated = await ok('PUT', `${podsPath}/p`, { ...created, metadata: { ...created.metadata, labels: { a: 'b' } } });
    expect(updated.spec).toMatchObject({ priority: 1000, preemptionPolicy: 'PreemptLowerPriority' });
  });

  test('the classes of the system stay', async () => {
    const { ok, request } = await setUp();
    const critical = priorityClass('system-node-critical', { value: 2_000_001_000 });
    await ok('POST', classes, critical);
    const { body } = await request('DELETE', `${classes}/system-node-critical`);
    expect(body).toMatchObject({
      code: 403,
      message:
        'priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: this is a system priority class and cannot be deleted',
    });
    const { body: changed } = await request('PUT', `${classes}/system-node-critical`, { ...critical, value: 7 });
    expect(changed.details.causes).toEqual([
      { reason: 'FieldValueForbidden', message: 'Forbidden: may not be changed in an update.', field: 'value' },
    ]);
    await ok('DELETE', `${classes}/high`);
  });

  test('one class is the default', async () => {
    const { request, ok } = await setUp(general);
    const why = 'PriorityClass general is already marked as default. Only one default can exist';
    const { body } = await request('POST', classes, priorityClass('other', { value: 1, globalDefault: true }));
    expect(body.message).toBe(`priorityclasses.scheduling.k8s.io "other" is forbidden: ${why}`);
    const { body: update } = await request('PUT', `${classes}/high`, priorityClass('high', { value: 1000, globalDefault: true }));
    expect(update.message).toBe(`priorityclasses.scheduling.k8s.io "high" is forbidden: ${why}`);
    await ok('PUT', `${classes}/general`, { ...general, description: 'still' });
  });
});

describe('DefaultTolerationSeconds', () => {
  const added = (key: string) => ({ key: `node.kubernetes.io/${key}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 });
  const [notReady, unreachable] = [added('not-ready'), added('unreachable')];
  const other = { key: 'a', operator: 'Exists' };
  const all = { operator: 'Exists' };
  const short = { ...notReady, tolerationSeconds: 5 };
  const anyEffect = { key: 'node.kubernetes.io/unreachable', operator: 'Exists' };
  const noSchedule = { ...notReady, effect: 'NoSchedule', tolerationSeconds: undefined };

  test.each([
    ['nothing', [], [notReady, unreachable]],
    ['something else', [other], [other, notReady, unreachable]],
    ['everything', [all], [all]],
    ['one of them, for another time', [short], [short, unreachable]],
    ['one of them, whatever the effect', [anyEffect], [anyEffect, notReady]],
    ['one of them, for another effect', [noSchedule], [{ ...noSchedule }, notReady, unreachable]],
  ])('a pod that tolerates %s', async (_, tolerations, expected) => {
    const { ok } = await admissionCluster([namespaceLifecycle, defaultTolerationSeconds]);
    expect((await ok('POST', podsPath, pod('p', { spec: { tolerations } }))).spec.tolerations).toEqual(expected);
  });
});

describe('TaintNodesByCondition', () => {
  const taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' };

  test.each([
    [undefined, [taint]],
    [[{ key: 'a', effect: 'NoSchedule' }], [{ key: 'a', effect: 'NoSchedule' }, taint]],
    [[{ ...taint, effect: 'NoExecute' }], [{ ...taint, effect: 'NoExecute' }, taint]],
    [[{ ...taint, value: 'x' }], [{ ...taint, value: 'x' }]],
  ])('a new node with %j', async (taints, expected) => {
    const { ok } = await admissionCluster([namespaceLifecycle, taintNodesByCondition]);
    const node = await ok('POST', '/api/v1/nodes', { metadata: { name: 'n' }, spec: { taints } });
    expect(node.spec.taints).toEqual(expected);
    // Only a new one.
    const updated = await ok('PUT', '/api/v1/nodes/n', { ...node, spec: { ...node.spec, taints: [] } });
    expect(updated.spec.taints ?? []).toEqual([]);
  });
});

describe('RuntimeClass', () => {
  const setUp = async (more: object) => {
    const cluster = await admissionCluster([namespaceLifecycle, runtimeClass]);
    await cluster.ok('POST', '/apis/node.k8s.io/v1/runtimeclasses', { metadata: { name: 'rc' }, handler: 'h', ...more });
    const create = (spec: object) => cluster.request('POST', podsPath, pod('p', { spec }));
    return { ...cluster, create };
  };
  const overhead = { podFixed: { cpu: '100m', memory: '1Gi' } };

  test('gives the overhead', async () => {
    const { create } = await setUp({ overhead });
    expect((await create({ runtimeClassName: 'rc' })).body.spec.overhead).toEqual(overhead.podFixed);
  });

  test('takes the same overhead, however it is written', async () => {
    const { create } = await setUp({ overhead });
    const answer = await create({ runtimeClassName: 'rc', overhead: { cpu: '0.1', memory: '1024Mi' } });
    expect(answer.status).toBe(201);
  });

  test.each([
    [{ runtimeClassName: 'none' }, 'pod rejected: RuntimeClass "none" not found'],
    [
      { runtimeClassName: 'rc', overhead: { cpu: '1' } },
      "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    ],
    [{ overhead: { cpu: '1' } }, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'],
    [
      { runtimeClassName: 'rc', nodeSelector: { disk: 'slow' } },
      'conflict: runtimeClass.scheduling.nodeSelector[disk] = fast; pod.spec.nodeSelector[disk] = slow',
    ],
  ])('refuses %j', async (spec, why) => {
    const { create } = await setUp({ overhead, scheduling: { nodeSelector: { disk: 'fast' } } });
    expect((await create(spec)).body).toMatchObject({ code: 403, message: `pods "p" is forbidden: ${why}` });
  });

  test('says which nodes', async () => {
    const tolerations = [{ key: 'a', operator: 'Exists', effect: 'NoSchedule' }];
    const { create } = await setUp({ scheduling: { nodeSelector: { disk: 'fast' }, tolerations } });
    const { body } = await create({ runtimeClassName: 'rc', nodeSelector: { disk: 'fast', zone: 'z' } });
    expect(body.spec).toMatchObject({ nodeSelector: { disk: 'fast', zone: 'z' }, tolerations });
  });

  const exact = { key: 'k', operator: 'Equal', value: 'v', effect: 'NoSchedule' };
  const anyValue = { key: 'k', operator: 'Exists', effect: 'NoSchedule' };
  const anyEffect = { key: 'k', operator: 'Exists' };
  const all = { operator: 'Exists' };
  const soon = { key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 };
  const later = { ...soon, tolerationSeconds: 10 };
  const never = { ...soon, tolerationSeconds: undefined };

  test.each([
    ['the same', [exact, exact], [exact]],
    ['any value', [exact, anyValue], [anyValue]],
    ['any value first', [anyValue, exact], [anyValue]],
    ['any effect', [exact, anyValue, anyEffect], [anyEffect]],
    ['everything', [soon, exact, all, anyEffect], [all]],
    ['another value', [exact, { ...exact, value: 'w' }], [exact, { ...exact, value: 'w' }]],
    ['longer', [soon, later], [later]],
    ['for ever', [never, later], [never]],
    ['nothing in common', [soon, exact], [soon, exact]],
  ])('tolerations that include others stay alone: %s', (_, given, expected) => {
    expect(mergeTolerations(given)).toEqual(expected);
  });
});

describe('PodTopologyLabels', () => {
  const zone = { 'topology.kubernetes.io/zone': 'z', 'topology.kubernetes.io/region': 'r' };

  test('a pod gets the zone and the region of its node', async () => {
    const { ok } = await admissionCluster([namespaceLifecycle, podTopologyLabels]);
    await ok('POST', '/api/v1/nodes', { metadata: { name: 'n', labels: { ...zone, other: 'x' } } });
    await ok('POST', podsPath, pod('bound', { metadata: { labels: { own: 'y', 'topology.kubernetes.io/zone': 'wrong' } } }));
    const binding = { metadata: { name: 'bound' }, target: { kind: 'Node', name: 'n' } };
    await ok('POST', `${podsPath}/bound/binding`, binding);
    expect((await ok('GET', `${podsPath}/bound`)).metadata.labels).toEqual({ own: 'y', ...zone });
    const placed = await ok('POST', podsPath, pod('placed', { spec: { nodeName: 'n' } }));
    expect(placed.metadata.labels).toEqual(zone);
    expect((await ok('POST', podsPath, pod('lost', { spec: { nodeName: 'none' } }))).metadata.labels).toBeUndefined();
  });
});
