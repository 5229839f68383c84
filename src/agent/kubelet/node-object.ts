import { rfc3339, rfc3339Micro } from '../../lib/clock.ts';
import type { Draft } from '../../machinery/meta.ts';
import { nodeLeaseNamespace, type Lease } from '../../resources/coordination/lease.ts';
import type { Node } from '../../resources/core/node.ts';
import type { NodeCondition, NodeStatus } from '../../resources/core/node-status.ts';
import type { NodeFacts } from '../runtimes/runtime.ts';

export const kubeletVersion = 'v1.36.0';
const leaseDurationSeconds = 40;

export interface NodeDescription {
  name: string;
  facts: NodeFacts;
  runtime: { name: string; version: string };
  /** Absent until the node's network is known; the node is not ready before. */
  hostIP: string | undefined;
  now: Date;
}

/** The labels a kubelet gives its node, and gives back when they are changed. */
export function nodeLabels(name: string, facts: NodeFacts): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': facts.architecture,
    'beta.kubernetes.io/os': facts.operatingSystem,
    'kubernetes.io/arch': facts.architecture,
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': facts.operatingSystem,
  };
}

/** A Node as a kubelet registers it. */
export function nodeDraft(description: NodeDescription): Draft<Node> {
  const { name, facts } = description;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: nodeLabels(name, facts),
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: {},
    status: nodeStatus(description, undefined),
  };
}

/** What the kubelet reports; everything else in `old` is kept. */
export function nodeStatus({ name, facts, runtime, hostIP, now }: NodeDescription, old: NodeStatus | undefined): NodeStatus {
  const condition = (type: string, status: 'True' | 'False', reason: string, message: string): NodeCondition => {
    const before = old?.conditions?.find((other) => other.type === type);
    if (before?.status === status && before.reason === reason && before.message === message) return before;
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : rfc3339(now);
    return { type, status, reason, message, lastHeartbeatTime: rfc3339(now), lastTransitionTime };
  };
  const own = [
    condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    hostIP
      ? condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status')
      : condition('Ready', 'False', 'KubeletNotReady', 'the node has no network for pods yet'),
  ];
  const { capacity, machineID, systemUUID, bootID, kernelVersion, osImage, operatingSystem, architecture } = facts;
  return {
    ...old,
    addresses: [...(hostIP ? [{ type: 'InternalIP', address: hostIP }] : []), { type: 'Hostname', address: name }],
    capacity: { ...capacity },
    allocatable: { ...capacity },
    conditions: [...(old?.conditions ?? []).filter(({ type }) => !own.some((other) => other.type === type)), ...own],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      machineID,
      systemUUID,
      bootID,
      kernelVersion,
      osImage,
      containerRuntimeVersion: `${runtime.name}://${runtime.version}`,
      kubeletVersion,
      kubeProxyVersion: '',
      operatingSystem,
      architecture,
    },
  };
}

/** The node's Lease. It is written once: the cluster renews it from the heartbeat of the tunnel. */
export function nodeLease(node: Node, now: Date): Draft<Lease> {
  const { name, uid } = node.metadata;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: nodeLeaseNamespace, ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }] },
    spec: { holderIdentity: name, leaseDurationSeconds, renewTime: rfc3339Micro(now) },
  };
}
