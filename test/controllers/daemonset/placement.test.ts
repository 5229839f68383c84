import { describe, expect, it } from 'vitest';
import { newPod, nodeNameOf } from '../../../src/controllers/daemonset/daemon-pods.ts';
import { daemonTolerations, placementOf } from '../../../src/controllers/daemonset/placement.ts';
import type { DaemonSet } from '../../../src/resources/apps/daemonset.ts';
import type { Node, Taint } from '../../../src/resources/core/node.ts';
import type { PodSpec } from '../../../src/resources/shared/pod-spec.ts';
import { pod, template } from '../support/objects.ts';

const setOf = (spec: Partial<PodSpec>, metadata: object = {}): DaemonSet =>
  ({
    metadata: { name: 'agent', namespace: 'default', uid: 'uid', ...metadata },
    spec: { selector: {}, template: { ...template(), spec: { ...template().spec, ...spec } } },
  }) as DaemonSet;
const nodeWith = (labels: Record<string, string>, taints: Taint[] = []) =>
  ({ metadata: { name: 'a', labels }, spec: { taints } }) as unknown as Node;
const taint = (key: string, effect: string): Taint => ({ key: key.replace('k/', 'node.kubernetes.io/'), effect });
const requires = (key: string, value: string) => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: [value] }] }],
    },
  },
});

describe('a daemon pod', () => {
  // Whether it is to run on the node, and whether it may stay there.
  it.each<[string, Partial<PodSpec>, Node, boolean, boolean]>([
    ['any node', {}, nodeWith({}), true, true],
    ['its node name', { nodeName: 'a' }, nodeWith({}), true, true],
    ['another node name', { nodeName: 'b' }, nodeWith({}), false, false],
    ['a selector that matches', { nodeSelector: { disk: 'ssd' } }, nodeWith({ disk: 'ssd' }), true, true],
    ['a selector that does not', { nodeSelector: { disk: 'ssd' } }, nodeWith({}), false, false],
    ['an affinity that matches', { affinity: requires('disk', 'ssd') }, nodeWith({ disk: 'ssd' }), true, true],
    ['an affinity that does not', { affinity: requires('disk', 'ssd') }, nodeWith({ disk: 'hdd' }), false, false],
    ['a taint for new pods', {}, nodeWith({}, [taint('own', 'NoSchedule')]), false, true],
    ['a taint for all pods', {}, nodeWith({}, [taint('own', 'NoExecute')]), false, false],
    ['a taint that is only a wish', {}, nodeWith({}, [taint('own', 'PreferNoSchedule')]), true, true],
    ['a taint that it tolerates', { tolerations: [{ operator: 'Exists' }] }, nodeWith({}, [taint('own', 'NoExecute')]), true, true],
    ['a node that is not ready', {}, nodeWith({}, [taint('k/not-ready', 'NoExecute')]), true, true],
    ['a node that is unreachable', {}, nodeWith({}, [taint('k/unreachable', 'NoExecute')]), true, true],
    ['a cordoned node', {}, nodeWith({}, [taint('k/unschedulable', 'NoSchedule')]), true, true],
    ['memory pressure', {}, nodeWith({}, [taint('k/memory-pressure', 'NoSchedule')]), true, true],
    ['disk pressure', {}, nodeWith({}, [taint('k/disk-pressure', 'NoSchedule')]), true, true],
    ['no more processes', {}, nodeWith({}, [taint('k/pid-pressure', 'NoSchedule')]), true, true],
    ['no network', {}, nodeWith({}, [taint('k/network-unavailable', 'NoSchedule')]), false, true],
    ['no network, that of the host', { hostNetwork: true }, nodeWith({}, [taint('k/network-unavailable', 'NoSchedule')]), true, true],
    ['not ready for new pods', {}, nodeWith({}, [taint('k/not-ready', 'NoSchedule')]), false, true],
  ])('%s', (_, spec, node, shouldRun, shouldContinue) => {
    expect(placementOf(setOf(spec))(node)).toEqual({ shouldRun, shouldContinue });
  });

  it('has its own tolerations besides the automatic ones, which it does not bound', () => {
    const own = { key: 'own', operator: 'Exists' };
    const bounded = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 };
    const tolerations = daemonTolerations({ containers: [], tolerations: [own, bounded] });
    expect(tolerations).toHaveLength(7);
    expect(tolerations).toContainEqual(own);
    expect(tolerations).not.toContainEqual(bounded);
  });

  it('is pinned to its node and labelled with its revision', () => {
    const preferred = [{ weight: 1, preference: { matchExpressions: [{ key: 'x', operator: 'Exists' }] } }];
    const affinity = {
      podAffinity: {},
      nodeAffinity: { ...requires('disk', 'ssd').nodeAffinity, preferredDuringSchedulingIgnoredDuringExecution: preferred },
    };
    const set = setOf({ affinity }, { annotations: { 'deprecated.daemonset.template.generation': '4' } });
    const { metadata, spec } = newPod(set, 'hash', 'agent-x', 'a', 0);
    expect(metadata).toMatchObject({
      name: 'agent-x',
      generateName: 'agent-',
      labels: { app: 'web', 'controller-revision-hash': 'hash', 'pod-template-generation': '4' },
      ownerReferences: [{ kind: 'DaemonSet', controller: true }],
    });
    expect(metadata).not.toHaveProperty('annotations');
    expect(spec.affinity).toEqual({
      podAffinity: {},
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: preferred,
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }],
        },
      },
    });
    expect(set.spec.template.spec.affinity).toBe(affinity);
  });

  it.each<[string | undefined, Partial<PodSpec>]>([
    ['b', { nodeName: 'b', affinity: newPod(setOf({}), 'h', 'n', 'a', 0).spec.affinity }],
    ['a', { affinity: newPod(setOf({}), 'h', 'n', 'a', 0).spec.affinity }],
    [undefined, {}],
    [undefined, { affinity: requires('metadata.name', 'a') }],
  ])('is for node %s', (name, spec) => {
    expect(nodeNameOf(pod('x', { spec }))).toBe(name);
  });
});
