import type { KubeObject } from '../../machinery/meta.ts';
import type { Column } from '../../machinery/resource.ts';
import type { Scale } from '../../machinery/scale.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';

/** How a kind that is only a subresource looks in a table. */
export const nameAndAge: readonly Column<KubeObject>[] = [nameColumn, ageColumn];

/** How a Scale looks in a table: `kubectl get --subresource=scale`. */
export const scaleColumns: readonly Column<KubeObject>[] = [
  nameColumn,
  {
    name: 'Desired',
    type: 'integer',
    description: 'How many replicas there should be.',
    cell: (object) => (object as Scale).spec.replicas ?? 0,
  },
  {
    name: 'Available',
    type: 'integer',
    description: 'How many replicas there are.',
    cell: (object) => (object as Scale).status.replicas,
  },
  ageColumn,
];
