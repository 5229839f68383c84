import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, field, list, map, object, oneOf, quantity, required, string, type TypeOf } from '../../machinery/schema.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { roundToThousandths } from '../shared/container-defaults.ts';
import { validateQuota, validateQuotaStatus, validateQuotaUpdate, warnings } from './resourcequota-validation.ts';

const ScopedResourceSelectorRequirementSchema = object('io.k8s.api.core.v1.ScopedResourceSelectorRequirement', {
  operator: required(oneOf('DoesNotExist', 'Exists', 'In', 'NotIn'), { doc: 'In, NotIn, Exists or DoesNotExist.' }),
  scopeName: required(
    oneOf(
      'BestEffort',
      'CrossNamespacePodAffinity',
      'NotBestEffort',
      'NotTerminating',
      'PriorityClass',
      'Terminating',
      'VolumeAttributesClass',
    ),
    {
      doc: 'Terminating, NotTerminating, BestEffort, NotBestEffort, PriorityClass, CrossNamespacePodAffinity or VolumeAttributesClass.',
    },
  ),
  values: field(list(string), { doc: 'The values for In and NotIn.' }),
});

const ScopeSelectorSchema = object(
  'io.k8s.api.core.v1.ScopeSelector',
  {
    matchExpressions: field(list(ScopedResourceSelectorRequirementSchema), {
      doc: 'Requirements on objects, all of which must be met for them to count.',
    }),
  },
  { atomic: true },
);

const ResourceQuotaSpecSchema = object('io.k8s.api.core.v1.ResourceQuotaSpec', {
  hard: field(map(quantity), { doc: 'The most that there may be of each resource.' }),
  scopeSelector: field(ScopeSelectorSchema, { doc: 'Which objects count, by their scopes.' }),
  scopes: field(
    list(
      oneOf(
        'BestEffort',
        'CrossNamespacePodAffinity',
        'NotBestEffort',
        'NotTerminating',
        'PriorityClass',
        'Terminating',
        'VolumeAttributesClass',
      ),
    ),
    { doc: 'Which objects count: those that are in all of these scopes. Cannot be changed.' },
  ),
});
export type ResourceQuotaSpec = TypeOf<typeof ResourceQuotaSpecSchema>;

const ResourceQuotaStatusSchema = object('io.k8s.api.core.v1.ResourceQuotaStatus', {
  hard: field(map(quantity), { doc: 'The bounds that are enforced.' }),
  used: field(map(quantity), { doc: 'How much there is of each resource.' }),
});
export type ResourceQuotaStatus = TypeOf<typeof ResourceQuotaStatusSchema>;

const ResourceQuotaSchema = kindSchema('io.k8s.api.core.v1.ResourceQuota', {
  spec: defaulted(ResourceQuotaSpecSchema),
  status: ResourceQuotaStatusSchema,
});
export type ResourceQuota = TypeOf<typeof ResourceQuotaSchema>;

export const resourceQuotas = defineResource<ResourceQuota>({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  shortNames: ['quota'],
  namespaced: true,
  generation: false,
  description: 'Bounds for what all objects of a namespace may have together.',
  schema: ResourceQuotaSchema,
  strategy: {
    defaults,
    validate: validateQuota,
    validateUpdate: validateQuotaUpdate,
    validateStatusUpdate: validateQuotaStatus,
    answersDeletedObject: true,
    warnings,
  },
  columns: [
    nameColumn,
    {
      name: 'Request',
      type: 'string',
      description: 'What is used of each resource, of what there may be.',
      cell: (o) => usage(o, (name) => !isLimit(name)),
    },
    { name: 'Limit', type: 'string', description: 'The same for the limits of containers.', cell: (o) => usage(o, isLimit) },
    ageColumn,
  ],
});

const isLimit = (name: string): boolean => name.startsWith('limits.');

/** As `pods: 3/10, requests.cpu: 500m/2`. */
function usage({ status = {} }: ResourceQuota, wanted: (name: string) => boolean): string {
  const { hard = {}, used = {} } = status;
  return Object.keys(hard)
    .filter(wanted)
    .sort()
    .map((name) => `${name}: ${used[name] ?? '0'}/${hard[name]}`)
    .join(', ');
}

function defaults(quota: ResourceQuota): void {
  const spec = (quota.spec ??= {});
  for (const amounts of [spec.hard, quota.status?.hard, quota.status?.used]) roundToThousandths(amounts);
}
