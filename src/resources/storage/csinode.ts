import { kindSchema } from '../../machinery/meta.ts';
import { defineResource } from '../../machinery/resource.ts';
import { field, int32, list, listOf, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldDuplicate, fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { validateNotNegative, validateQualifiedName } from '../shared/format-rules.ts';
import { sameValue } from '../shared/same-value.ts';
import { validateCSIDriverName } from '../shared/driver-name.ts';

const CSINodeDriverSchema = object('io.k8s.api.storage.v1.CSINodeDriver', {
  allocatable: field(
    object('io.k8s.api.storage.v1.VolumeNodeResources', {
      count: field(int32, { doc: 'How many volumes; no limit if left out.' }),
    }),
    { doc: 'How many volumes of the driver the node can have.' },
  ),
  name: required(string, { doc: 'The name of the CSI driver.' }),
  nodeID: required(string, { doc: 'The name by which the driver knows the node.' }),
  topologyKeys: field(list(string), { doc: 'The labels of the node that the driver goes by.' }),
});
type CSINodeDriver = TypeOf<typeof CSINodeDriverSchema>;

const CSINodeSpecSchema = object('io.k8s.api.storage.v1.CSINodeSpec', {
  drivers: required(listOf(CSINodeDriverSchema, { listType: 'map', mapKeys: ['name'], patch: { mergeKey: 'name' } }), {
    doc: 'The CSI drivers on the node.',
  }),
});

const CSINodeSchema = kindSchema('io.k8s.api.storage.v1.CSINode', { spec: required(CSINodeSpecSchema) });
export type CSINode = TypeOf<typeof CSINodeSchema>;

export const csiNodes = defineResource<CSINode>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  namespaced: false,
  generation: false,
  description: 'The drivers of volumes that run on a node. Its name is that of the node.',
  schema: CSINodeSchema,
  strategy: { defaults, validate, validateUpdate, requiresResourceVersion: true, answersDeletedObject: true },
  columns: [
    nameColumn,
    {
      name: 'Drivers',
      type: 'integer',
      description: 'How many drivers run on the node.',
      cell: ({ spec }) => spec.drivers.length,
    },
    ageColumn,
  ],
});

function defaults(node: CSINode): void {
  (node.spec ??= { drivers: [] }).drivers ??= [];
}

const nodeIdLengthMax = 256;

function validate({ spec }: CSINode): FieldError[] {
  const names = new Set<string>();
  return spec.drivers.flatMap((driver, i) => {
    const errors = validateDriver(driver, `spec.drivers[${i}]`);
    if (names.has(driver.name)) errors.push(fieldDuplicate(`spec.drivers[${i}].name`, driver.name));
    names.add(driver.name);
    return errors;
  });
}

function validateDriver({ name, nodeID = '', topologyKeys = [], allocatable }: CSINodeDriver, path: string): FieldError[] {
  const errors = validateCSIDriverName(name, `${path}.name`);
  if (nodeID === '') errors.push(fieldRequired(`${path}.nodeID`));
  if (nodeID.length > nodeIdLengthMax)
    errors.push(fieldInvalid(`${path}.nodeID`, nodeID, `must be ${nodeIdLengthMax} characters or less`));
  errors.push(...validateNotNegative(allocatable?.count, `${path}.allocatable.count`));
  // Errors of keys are about the driver, as upstream.
  for (const [i, key] of topologyKeys.entries()) {
    if (key === '') errors.push(fieldRequired(path));
    if (topologyKeys.indexOf(key) < i) errors.push(fieldDuplicate(path, key));
    errors.push(...validateQualifiedName(key, path));
  }
  return errors;
}

/** How many volumes a driver can take may change; who it is may not. */
function validateUpdate({ spec }: CSINode, { spec: old }: CSINode): FieldError[] {
  return old.drivers.flatMap((before) =>
    spec.drivers
      .filter(({ name }) => name === before.name)
      .map(identityOf)
      .filter((driver) => !sameValue(driver, identityOf(before)))
      .map((driver) => fieldInvalid('spec.drivers', driver, 'field is immutable')),
  );
}

const identityOf = ({ allocatable: _, ...identity }: CSINodeDriver) => identity;
