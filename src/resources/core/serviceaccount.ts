import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { boolean, field, list, listOf, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { LocalObjectReferenceSchema, ObjectReferenceSchema } from '../shared/references.ts';

const ServiceAccountSchema = kindSchema('io.k8s.api.core.v1.ServiceAccount', {
  automountServiceAccountToken: field(boolean, {
    doc: 'Whether pods get a token mounted that say nothing else. true if left out.',
  }),
  imagePullSecrets: field(list(LocalObjectReferenceSchema), {
    doc: 'Secrets with credentials for image registries, for pods that name none.',
  }),
  secrets: field(listOf(ObjectReferenceSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }), {
    doc: 'Secrets that pods of this account may use. Does not list its tokens.',
  }),
});
export type ServiceAccount = TypeOf<typeof ServiceAccountSchema>;

export const serviceAccounts = defineResource<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  namespaced: true,
  description: 'An identity for the processes in pods.',
  schema: ServiceAccountSchema,
  strategy: { prepareForCreate: cleanReferences, prepareForUpdate: cleanReferences, warnings, answersDeletedObject: true },
  columns: [nameColumn, ageColumn],
});

/** A secret of a service account is in its namespace: of the reference only the name counts. */
function cleanReferences(account: ServiceAccount): void {
  if (account.secrets) account.secrets = account.secrets.map(({ name }) => ({ name }));
}

const enforceMountable = 'kubernetes.io/enforce-mountable-secrets';

/** Only for who sets the annotation, not for who leaves it. */
function warnings({ metadata }: ServiceAccount, old: ServiceAccount | undefined): string[] {
  if (metadata.annotations?.[enforceMountable] === undefined || old?.metadata.annotations?.[enforceMountable] !== undefined)
    return [];
  return [
    `metadata.annotations[${enforceMountable}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
  ];
}
