import type { KubeObject } from '../../machinery/meta.ts';
import type { Column } from '../../machinery/resource.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';

/** How a kind that is only a subresource looks in a table. */
export const nameAndAge: readonly Column<KubeObject>[] = [nameColumn, ageColumn];
