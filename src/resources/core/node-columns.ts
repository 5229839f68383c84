/** How `kubectl get nodes` shows a node (printers/internalversion `printNode`). */
import type { Column } from '../../machinery/resource.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import type { Node } from './node.ts';

const rolePrefix = 'node-role.kubernetes.io/';
const roleLabel = 'kubernetes.io/role';

export const nodeColumns: readonly Column<Node>[] = [
  nameColumn,
  { name: 'Status', type: 'string', description: 'Whether the node is ready for pods.', cell: statusOf },
  { name: 'Roles', type: 'string', description: 'The roles that the labels of the node name.', cell: rolesOf },
  ageColumn,
  {
    name: 'Version',
    type: 'string',
    description: 'The version of the kubelet.',
    cell: ({ status }) => status?.nodeInfo?.kubeletVersion ?? '',
  },
  {
    name: 'Internal-IP',
    type: 'string',
    priority: 1,
    description: 'The address of the node within the cluster.',
    cell: (node) => addressOf(node, 'InternalIP'),
  },
  {
    name: 'External-IP',
    type: 'string',
    priority: 1,
    description: 'The address of the node outside of the cluster.',
    cell: (node) => addressOf(node, 'ExternalIP'),
  },
  {
    name: 'OS-Image',
    type: 'string',
    priority: 1,
    description: 'The operating system of the node.',
    cell: ({ status }) => status?.nodeInfo?.osImage || '<unknown>',
  },
  {
    name: 'Kernel-Version',
    type: 'string',
    priority: 1,
    description: 'The kernel of the node and its architecture.',
    cell({ status }) {
      const { kernelVersion, architecture } = status?.nodeInfo ?? {};
      return `${kernelVersion || '<unknown>'}${architecture ? ` (${architecture})` : ''}`;
    },
  },
  {
    name: 'Container-Runtime',
    type: 'string',
    priority: 1,
    description: 'The container runtime of the node, with its version.',
    cell: ({ status }) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>',
  },
];

function statusOf({ spec, status }: Node): string {
  const ready = status?.conditions?.find((condition) => condition.type === 'Ready');
  const shown = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec.unschedulable ? `${shown},SchedulingDisabled` : shown;
}

function rolesOf({ metadata }: Node): string {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(rolePrefix)) roles.add(key.slice(rolePrefix.length));
    if (key === roleLabel) roles.add(value);
  }
  roles.delete('');
  return [...roles].sort().join(',') || '<none>';
}

const addressOf = ({ status }: Node, type: string): string =>
  status?.addresses?.find((address) => address.type === type)?.address ?? '<none>';
