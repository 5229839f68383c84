/** How `kubectl get hpa` shows a HorizontalPodAutoscaler (printers/internalversion `printHorizontalPodAutoscaler`). */
import type { Column } from '../../machinery/resource.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import type { HorizontalPodAutoscaler } from './horizontalpodautoscaler.ts';
import type { MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from './metrics.ts';

export const horizontalPodAutoscalerColumns: readonly Column<HorizontalPodAutoscaler>[] = [
  nameColumn,
  {
    name: 'Reference',
    type: 'string',
    description: 'The object whose size is changed.',
    cell: ({ spec: { scaleTargetRef } }) => `${scaleTargetRef.kind}/${scaleTargetRef.name}`,
  },
  { name: 'Targets', type: 'string', description: 'The first metrics, as they are and as they should be.', cell: targets },
  {
    name: 'MinPods',
    type: 'string',
    description: 'The fewest pods there may be.',
    cell: ({ spec }) => (spec.minReplicas === undefined ? '<unset>' : String(spec.minReplicas)),
  },
  { name: 'MaxPods', type: 'string', description: 'The most pods there may be.', cell: ({ spec }) => spec.maxReplicas },
  {
    name: 'Replicas',
    type: 'string',
    description: 'How many pods there are.',
    cell: ({ status }) => status?.currentReplicas ?? 0,
  },
  ageColumn,
];

const shownMetrics = 2;

function targets({ spec: { metrics = [] }, status }: HorizontalPodAutoscaler): string {
  if (metrics.length === 0) return '<none>';
  const all = metrics.map((metric, i) => target(metric, status?.currentMetrics?.[i]));
  const shown = all.slice(0, shownMetrics).join(', ');
  return all.length > shownMetrics ? `${shown} + ${all.length - shownMetrics} more...` : shown;
}

/** The metric as it is and as it should be. The status of another metric in its place says nothing. */
function target(spec: MetricSpec, status: MetricStatus | undefined): string {
  switch (spec.type) {
    case 'External':
      return value(spec.external?.target, status?.external?.current);
    case 'Object':
      return value(spec.object?.target, status?.object?.current);
    case 'Pods':
      return `${status?.pods ? amount(status.pods.current?.averageValue) : unknown}/${amount(spec.pods?.target.averageValue)}`;
    case 'Resource':
      return `${spec.resource?.name}: ${usage(spec.resource?.target, status?.resource?.current)}`;
    case 'ContainerResource':
      return `${spec.containerResource?.name}: ${usage(spec.containerResource?.target, status?.containerResource?.current)}`;
    default:
      return '<unknown type>';
  }
}

const unknown = '<unknown>';

/** Upstream's form of a quantity that is not there. */
const amount = (quantity: string | undefined): string => quantity ?? '<nil>';

function value(wanted: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (wanted?.averageValue !== undefined) return `${current?.averageValue ?? unknown}/${wanted.averageValue} (avg)`;
  return `${current ? amount(current.value) : unknown}/${amount(wanted?.value)}`;
}

function usage(wanted: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (wanted?.averageValue !== undefined) return `${current ? amount(current.averageValue) : unknown}/${wanted.averageValue}`;
  const percent = (share: number | undefined, none: string) => (share === undefined ? none : `${share}%`);
  return `${percent(current?.averageUtilization, unknown)}/${percent(wanted?.averageUtilization, '<auto>')}`;
}
