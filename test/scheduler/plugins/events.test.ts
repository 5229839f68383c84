import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/machinery/meta.ts';
import type { Pod } from '../../../src/resources/core/pod.ts';
import type { Plugin } from '../../../src/scheduler/framework.ts';
import { createNodeAffinity, nodeAffinity } from '../../../src/scheduler/plugins/node-affinity.ts';
import { nodeName } from '../../../src/scheduler/plugins/node-name.ts';
import { nodePorts } from '../../../src/scheduler/plugins/node-ports.ts';
import { nodeResourcesFit } from '../../../src/scheduler/plugins/node-resources-fit.ts';
import { nodeUnschedulable } from '../../../src/scheduler/plugins/node-unschedulable.ts';
import { schedulingGates } from '../../../src/scheduler/plugins/scheduling-gates.ts';
import { taintToleration } from '../../../src/scheduler/plugins/taint-toleration.ts';
import { node, pod } from '../support.ts';
import { hinted, on } from './support.ts';

describe('what is worth another look at a pod that the plugin turned down', () => {
  const plain = pod('p');
  const [a, cordoned] = [node('a'), node('a', { spec: { unschedulable: true } })];
  const tainted = node('a', { spec: { taints: [{ key: 'team', effect: 'NoSchedule' }] } });
  const tolerant = pod('p', { spec: { tolerations: [{ key: 'team', operator: 'Exists' }] } });
  const ssd = node('a', { labels: { disk: 'ssd' } });
  const wantsSsd = pod('p', { spec: { nodeSelector: { disk: 'ssd' } } });
  const added = createNodeAffinity({
    addedAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'ours', operator: 'Exists' }] }],
      },
    },
  });
  const onPort = (hostPort: number) => ({
    containers: [{ name: 'c', image: 'c', ports: [{ containerPort: 80, hostPort, protocol: 'TCP' }] }],
  });
  const wantsPort = pod('p', { spec: onPort(80) });
  const wantsCpu = pod('p', { requests: { cpu: '2' } });
  const small = node('a', { allocatable: { cpu: '1' } });
  const large = node('a', { allocatable: { cpu: '8' } });
  const more = node('a', { allocatable: { cpu: '4', memory: '16Gi' } });
  const roomy = node('a', { allocatable: { pods: '200' } });
  const cpu = (amount: string): Pod => on('a', { requests: { cpu: amount } });
  type Case = [Plugin, string, Pod, KubeObject | undefined, KubeObject | undefined, boolean];
  const cases: Case[] = [
    [nodeName, 'a node comes', plain, undefined, a, true],
    [nodeName, 'a node changes', plain, a, ssd, false],
    [nodeUnschedulable, 'a node comes', plain, undefined, a, true],
    [nodeUnschedulable, 'a cordoned node comes', plain, undefined, cordoned, false],
    [nodeUnschedulable, 'a node is uncordoned', plain, cordoned, a, true],
    [nodeUnschedulable, 'a node changes otherwise', plain, a, ssd, false],
    [taintToleration, 'a node comes', plain, undefined, a, true],
    [taintToleration, 'a tainted node comes', plain, undefined, tainted, false],
    [taintToleration, 'a node comes whose taints it tolerates', tolerant, undefined, tainted, true],
    [taintToleration, 'a taint goes', plain, tainted, a, true],
    [taintToleration, 'a taint comes', plain, a, tainted, false],
    [taintToleration, 'a node changes otherwise', plain, a, ssd, false],
    [nodeAffinity, 'a node comes that it may go to', wantsSsd, undefined, ssd, true],
    [nodeAffinity, 'another node comes', wantsSsd, undefined, a, false],
    [nodeAffinity, 'a node becomes such', wantsSsd, a, ssd, true],
    [nodeAffinity, 'a node was such before', wantsSsd, ssd, ssd, false],
    [added, 'a node comes that the profile does not allow', wantsSsd, undefined, ssd, false],
    [added, 'a node comes that the profile allows', plain, undefined, node('a', { labels: { ours: '' } }), true],
    [nodePorts, 'a pod goes from the port', wantsPort, on('a', { spec: onPort(80) }), undefined, true],
    [nodePorts, 'a pod goes from another port', wantsPort, on('a', { spec: onPort(81) }), undefined, false],
    [nodePorts, 'a pod comes', wantsPort, undefined, on('a', { spec: onPort(80) }), false],
    [nodePorts, 'a node comes', wantsPort, undefined, a, true],
    [nodeResourcesFit, 'a pod goes', wantsCpu, on('a'), undefined, true],
    [nodeResourcesFit, 'a pod comes', wantsCpu, undefined, on('a'), false],
    [nodeResourcesFit, 'a pod asks for less', wantsCpu, cpu('2'), cpu('1'), true],
    [nodeResourcesFit, 'a pod asks for more', wantsCpu, cpu('1'), cpu('2'), false],
    [
      nodeResourcesFit,
      'a pod asks for less of something else',
      pod('p', { requests: { memory: '1' } }),
      cpu('2'),
      cpu('1'),
      false,
    ],
    [nodeResourcesFit, 'a node comes that is large enough', wantsCpu, undefined, a, true],
    [nodeResourcesFit, 'a node comes that is too small', wantsCpu, undefined, small, false],
    [nodeResourcesFit, 'a node comes that takes no pods', wantsCpu, undefined, node('a', { allocatable: { pods: '0' } }), false],
    [nodeResourcesFit, 'a node grows', wantsCpu, a, large, true],
    [nodeResourcesFit, 'a node grows in something else', wantsCpu, a, more, false],
    [nodeResourcesFit, 'a node takes more pods', wantsCpu, a, roomy, true],
    [nodeResourcesFit, 'a node shrinks', wantsCpu, large, a, false],
  ];
  test.each(cases.map(([plugin, name, ...rest]) => [`${plugin.name}: ${name}`, plugin, ...rest] as const))(
    '%s',
    (_name, plugin, waiting, before, after, worth) => {
      expect(hinted(plugin, waiting, before, after)).toBe(worth);
    },
  );
});

test('SchedulingGates names the gates that a pod waits for', () => {
  const gated = pod('p', { spec: { schedulingGates: [{ name: 'foo' }, { name: 'bar' }] } });
  expect(schedulingGates.preEnqueue!(gated)).toBe('waiting for scheduling gates: [foo bar]');
  expect(schedulingGates.preEnqueue!(pod('p'))).toBeUndefined();
});
