import { kindSchema } from '../../machinery/meta.ts';
import { validateLabelName } from '../../machinery/names.ts';
import { defineResource } from '../../machinery/resource.ts';
import { boolean, field, list, map, object, oneOf, required, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldDuplicate, fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { deprecatedNodeLabel } from '../shared/deprecated-labels.ts';
import { validateChoice, validateOptionalChoice } from '../shared/format-rules.ts';
import { sameValue } from '../shared/same-value.ts';
import { validateDriver, validateParameters } from './class-validation.ts';

const TopologySelectorLabelRequirementSchema = object('io.k8s.api.core.v1.TopologySelectorLabelRequirement', {
  key: required(string, { doc: 'The label that is looked at.' }),
  values: required(list(string), { doc: 'The values, one of which the label must have.' }),
});

const TopologySelectorTermSchema = object(
  'io.k8s.api.core.v1.TopologySelectorTerm',
  {
    matchLabelExpressions: field(list(TopologySelectorLabelRequirementSchema), {
      doc: 'Requirements on labels, all of which must be met.',
    }),
  },
  { atomic: true },
);
type TopologySelectorTerm = TypeOf<typeof TopologySelectorTermSchema>;

const StorageClassSchema = kindSchema('io.k8s.api.storage.v1.StorageClass', {
  allowVolumeExpansion: field(boolean, { doc: 'Whether claims can be made larger. false if left out.' }),
  allowedTopologies: field(list(TopologySelectorTermSchema), {
    doc: 'Where volumes may be provisioned, by labels of nodes; everywhere if left out.',
  }),
  mountOptions: field(list(string), {
    doc: 'Options of the mounts, as ro. They are not checked; wrong ones make mounting fail.',
  }),
  parameters: field(map(string), { doc: 'Settings that the provisioner understands.' }),
  provisioner: required(string, {
    doc: 'Who makes the volumes, most often a CSI driver; kubernetes.io/no-provisioner for nobody.',
  }),
  reclaimPolicy: field(oneOf('Delete', 'Recycle', 'Retain'), {
    doc: 'What becomes of volumes when their claim is gone: Delete (the default) or Retain.',
  }),
  volumeBindingMode: field(oneOf('Immediate', 'WaitForFirstConsumer'), {
    doc: 'When claims are bound: Immediate (the default), or WaitForFirstConsumer for when a pod needs them.',
  }),
});
export type StorageClass = TypeOf<typeof StorageClassSchema>;

/** Either of these, being `true`, makes a class the default one. */
export const defaultClassAnnotations: readonly string[] = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

export const storageClasses = defineResource<StorageClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  shortNames: ['sc'],
  namespaced: false,
  description: 'A kind of storage that volumes can be claimed from, and who provides it.',
  schema: StorageClassSchema,
  strategy: { defaults, validate, validateUpdate, warnings, answersDeletedObject: true },
  columns: [
    {
      ...nameColumn,
      cell: ({ metadata: { name, annotations } }) =>
        defaultClassAnnotations.some((key) => annotations?.[key] === 'true') ? `${name} (default)` : name,
    },
    {
      name: 'Provisioner',
      type: 'string',
      description: 'Who makes the volumes.',
      cell: ({ provisioner }) => provisioner,
    },
    {
      name: 'ReclaimPolicy',
      type: 'string',
      description: 'What happens to a volume when its claim is gone.',
      cell: ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete',
    },
    {
      name: 'VolumeBindingMode',
      type: 'string',
      description: 'Whether claims are bound at once or when a pod needs them.',
      cell: ({ volumeBindingMode }) => volumeBindingMode ?? 'Immediate',
    },
    {
      name: 'AllowVolumeExpansion',
      type: 'string',
      description: 'Whether volumes can grow.',
      cell: ({ allowVolumeExpansion }) => allowVolumeExpansion ?? false,
    },
    ageColumn,
  ],
});

function defaults(storageClass: StorageClass): void {
  storageClass.reclaimPolicy ??= 'Delete';
  storageClass.volumeBindingMode ??= 'Immediate';
}

function validate({ provisioner, parameters, reclaimPolicy, volumeBindingMode, allowedTopologies }: StorageClass): FieldError[] {
  return [
    ...validateDriver(provisioner, 'provisioner'),
    ...validateParameters(parameters, 'parameters'),
    ...(reclaimPolicy ? validateChoice(reclaimPolicy, 'reclaimPolicy', ['Delete', 'Retain']) : []),
    ...validateOptionalChoice(volumeBindingMode, 'volumeBindingMode', ['Immediate', 'WaitForFirstConsumer']),
    ...validateTopologies(allowedTopologies),
  ];
}

function validateTopologies(terms: readonly TopologySelectorTerm[] = []): FieldError[] {
  // As upstream, a term that says nothing is the duplicate of as many as there are.
  const seen = terms.map(() => canonical({}));
  return terms.flatMap((term, i) => {
    const at = `allowedTopologies[${i}]`;
    const errors = validateTerm(term, `${at}.matchLabelExpressions`);
    const form = canonical(term);
    for (const other of seen) if (form === other) errors.push(fieldDuplicate(`${at}.matchLabelExpressions`, ''));
    seen.push(form);
    return errors;
  });
}

function validateTerm({ matchLabelExpressions = [] }: TopologySelectorTerm, path: string): FieldError[] {
  const keys = new Set<string>();
  return matchLabelExpressions.flatMap(({ key = '', values = [] }, i) => {
    const at = `${path}[${i}]`;
    const errors = values.length === 0 ? [fieldRequired(`${at}.values`)] : [];
    for (const [j, value] of values.entries())
      if (values.indexOf(value) < j) errors.push(fieldDuplicate(`${at}.values[${j}]`, value));
    errors.push(...validateLabelName(key, `${at}.key`));
    if (keys.has(key)) errors.push(fieldDuplicate(`${at}.key`, key));
    keys.add(key);
    return errors;
  });
}

/** What a term allows, in one form for all ways to write it. */
const canonical = ({ matchLabelExpressions = [] }: TopologySelectorTerm): string =>
  JSON.stringify(
    [...new Map(matchLabelExpressions.map(({ key, values = [] }) => [key, [...new Set(values)].sort()]))].sort(([a], [b]) =>
      a < b ? -1 : 1,
    ),
  );

function validateUpdate(storageClass: StorageClass, old: StorageClass): FieldError[] {
  const fixed = ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const;
  return fixed
    .filter((field) => !sameValue(storageClass[field], old[field]))
    .map((field) => fieldInvalid(field, storageClass[field], 'field is immutable'));
}

function warnings({ allowedTopologies = [] }: StorageClass): string[] {
  return allowedTopologies.flatMap(({ matchLabelExpressions = [] }, i) =>
    matchLabelExpressions.flatMap(({ key }, j) => {
      const message = deprecatedNodeLabel(key);
      return message ? [`allowedTopologies[${i}].matchLabelExpressions[${j}].key: ${message}`] : [];
    }),
  );
}
