import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, field, list, listOf, object, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { familyOfCidr, validateCanonicalCidr } from '../shared/addresses.ts';
import { ConditionSchema } from '../shared/condition.ts';
import { statusAlone } from '../shared/status-metadata.ts';

export const ServiceCIDRSpecSchema = object('io.k8s.api.networking.v1.ServiceCIDRSpec', {
  cidrs: field(list(string), { doc: 'One range, or one of each IP family. A second one may be added later.' }),
});
export type ServiceCIDRSpec = TypeOf<typeof ServiceCIDRSpecSchema>;

export const ServiceCIDRStatusSchema = object('io.k8s.api.networking.v1.ServiceCIDRStatus', {
  conditions: field(listOf(ConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }), {
    doc: 'What holds of the ranges, as Ready.',
  }),
});
export type ServiceCIDRStatus = TypeOf<typeof ServiceCIDRStatusSchema>;

const ServiceCIDRSchema = kindSchema('io.k8s.api.networking.v1.ServiceCIDR', {
  spec: defaulted(ServiceCIDRSpecSchema),
  status: ServiceCIDRStatusSchema,
});
export type ServiceCIDR = TypeOf<typeof ServiceCIDRSchema>;

export const serviceCidrs = defineResource<ServiceCIDR>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'ServiceCIDR',
  plural: 'servicecidrs',
  namespaced: false,
  generation: false,
  description: 'A range that Services get their cluster addresses from.',
  schema: ServiceCIDRSchema,
  strategy: { defaults, validateCreate: validateCidrs, validateUpdate, ...statusAlone },
  columns: [
    nameColumn,
    {
      name: 'CIDRs',
      type: 'string',
      description: 'The ranges.',
      cell: ({ spec }) => (spec.cidrs ?? []).join(','),
    },
    ageColumn,
  ],
});

function defaults(range: ServiceCIDR): void {
  range.spec ??= {};
}

const path = 'spec.cidrs';

function validateCidrs({ spec }: ServiceCIDR): FieldError[] {
  const { cidrs = [] } = spec;
  if (cidrs.length === 0) return [fieldRequired(path, 'at least one CIDR required')];
  if (cidrs.length > 2) return [fieldInvalid(path, spec, 'may only hold up to 2 values')];
  const errors = cidrs.flatMap((cidr, i) => validateCanonicalCidr(cidr, `${path}[${i}]`));
  const families = cidrs.map(familyOfCidr);
  if (cidrs.length === 2 && families[0] === families[1] && families[0] !== undefined)
    errors.push(
      fieldInvalid(path, cidrs, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64'),
    );
  return errors;
}

/** What is there stays, because addresses have been given out of it; a second family may come. */
function validateUpdate(range: ServiceCIDR, old: ServiceCIDR): FieldError[] {
  const { cidrs = [] } = range.spec;
  const { cidrs: before = [] } = old.spec;
  const grows = before.length === 1 && cidrs.length === 2;
  if (cidrs.length !== before.length && !grows) return [fieldInvalid(path, cidrs, 'field is immutable')];
  const changed = before.flatMap((cidr, i) =>
    cidr === cidrs[i] ? [] : [fieldInvalid(`${path}[${i}]`, cidrs[i], 'field is immutable')],
  );
  return grows ? [...changed, ...validateCidrs(range)] : changed;
}
