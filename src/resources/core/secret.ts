import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { boolean, bytes, map, string, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';

const SecretSchema = kindSchema('io.k8s.api.core.v1.Secret', {
  data: map(bytes),
  immutable: boolean,
  stringData: map(string),
  type: string,
});
export type Secret = TypeOf<typeof SecretSchema>;

export const secrets = defineResource<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
  description: 'Confidential data for pods to consume, as keys with values.',
  schema: SecretSchema,
  columns: [nameColumn, ageColumn],
});
