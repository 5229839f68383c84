/** How `kubectl get services` shows a Service (printers/internalversion `printService`). */
import type { Column } from '../../machinery/resource.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { formatLabels } from '../shared/columns.ts';
import type { Service } from './service.ts';

export const serviceColumns: readonly Column<Service>[] = [
  nameColumn,
  { name: 'Type', type: 'string', description: 'How the service is reached.', cell: ({ spec }) => spec.type ?? '' },
  {
    name: 'Cluster-IP',
    type: 'string',
    description: 'The address of the service within the cluster.',
    cell: ({ spec }) => spec.clusterIPs?.[0] ?? '<none>',
  },
  {
    name: 'External-IP',
    type: 'string',
    description: 'The addresses or the name of the service outside of the cluster.',
    cell: externalAddress,
  },
  { name: 'Port(s)', type: 'string', description: 'The ports of the service, with their node ports.', cell: ports },
  ageColumn,
  {
    name: 'Selector',
    type: 'string',
    priority: 1,
    description: 'The labels of the pods behind the service.',
    cell: ({ spec }) => formatLabels(spec.selector),
  },
];

function externalAddress({ spec, status }: Service): string {
  const external = spec.externalIPs ?? [];
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return external.join(',') || '<none>';
    case 'LoadBalancer': {
      const ingress = status?.loadBalancer?.ingress ?? [];
      const balanced = [...new Set(ingress.flatMap(({ ip, hostname }) => ip || hostname || []))].sort();
      return [...balanced, ...external].join(',') || '<pending>';
    }
    case 'ExternalName':
      return spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

function ports({ spec }: Service): string {
  const shown = (spec.ports ?? []).map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return shown.join(',') || '<none>';
}
