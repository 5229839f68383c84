import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { PodSpecSchema } from '../shared/pod-spec.ts';
import { PodStatusSchema } from '../shared/pod-status.ts';

const PodSchema = kindSchema('io.k8s.api.core.v1.Pod', {
  spec: defaulted(PodSpecSchema),
  status: PodStatusSchema,
});
export type Pod = TypeOf<typeof PodSchema>;

export const pods = defineResource<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  description: 'Containers that run together on one node.',
  schema: PodSchema,
  columns: [nameColumn, ageColumn],
});
