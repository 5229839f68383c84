import { kindSchema } from '../../machinery/meta.ts';
import { isPathSegmentName } from '../../machinery/names.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldRequired, type FieldError } from '../../machinery/status.ts';
import { nameColumn } from '../../machinery/table.ts';
import { validateCanonicalIp } from '../shared/addresses.ts';
import { invalidEach, validateSegment, validateSubdomain } from '../shared/format-rules.ts';
import { validateImmutable } from '../shared/immutable.ts';

export const ParentReferenceSchema = object('io.k8s.api.networking.v1.ParentReference', {
  group: field(string, { doc: 'The API group of the object; empty for the core group.' }),
  name: required(string, { doc: 'The name of the object.' }),
  namespace: field(string, { doc: 'The namespace of the object.' }),
  resource: required(string, { doc: 'The plural name of its kind.' }),
});
export type ParentReference = TypeOf<typeof ParentReferenceSchema>;

export const IPAddressSpecSchema = object('io.k8s.api.networking.v1.IPAddressSpec', {
  parentRef: required(ParentReferenceSchema, { doc: 'The object that has the address. Cannot be changed.' }),
});
export type IPAddressSpec = TypeOf<typeof IPAddressSpecSchema>;

const IPAddressSchema = kindSchema('io.k8s.api.networking.v1.IPAddress', {
  spec: required(IPAddressSpecSchema),
});
export type IPAddress = TypeOf<typeof IPAddressSchema>;

export const ipAddresses = defineResource<IPAddress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IPAddress',
  plural: 'ipaddresses',
  shortNames: ['ip'],
  namespaced: false,
  nameRule: 'path-segment',
  generation: false,
  description: 'One address of the cluster that is taken, and by whom. Its name is the address.',
  schema: IPAddressSchema,
  strategy: {
    defaults,
    validate,
    validateUpdate: (o, old) => validateImmutable(o.spec.parentRef, old.spec.parentRef, 'spec.parentRef'),
  },
  columns: [
    nameColumn,
    { name: 'ParentRef', type: 'string', description: 'The object that has the address.', cell: parent },
  ],
});

function parent({ spec: { parentRef } }: IPAddress): string {
  if (!parentRef) return '<none>';
  const { group, resource, namespace, name } = parentRef;
  const qualified = (group ? `${resource}.${group}` : resource).toLowerCase();
  return [qualified, ...(namespace ? [namespace] : []), name].join('/');
}

function defaults(address: IPAddress): void {
  const spec = (address.spec ??= {} as IPAddressSpec);
  // An empty name is none, and the reference may never change.
  for (const name of ['group', 'namespace'] as const) if (spec.parentRef?.[name] === '') delete spec.parentRef[name];
}

function validate({ metadata, spec: { parentRef } }: IPAddress): FieldError[] {
  const errors = validateCanonicalIp(metadata.name, 'metadata.name');
  if (!parentRef) return [...errors, fieldRequired('spec.parentRef')];
  const { group, resource, namespace, name } = parentRef;
  return [
    ...errors,
    ...(group ? validateSubdomain(group, 'spec.parentRef.group') : []),
    ...validateSegment(resource, 'spec.parentRef.resource'),
    ...validateSegment(name, 'spec.parentRef.name'),
    ...(namespace ? invalidEach('spec.parentRef.namespace', namespace, isPathSegmentName(namespace)) : []),
  ];
}
