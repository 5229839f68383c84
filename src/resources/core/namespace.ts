import { kindSchema } from '../../machinery/meta.ts';
import { contentFinalizer, validateQualifiedFinalizer } from '../../machinery/names.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, field, list, listOf, object, oneOf, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import { fieldInvalid, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { validateQualifiedName } from '../shared/format-rules.ts';

export const NamespaceSpecSchema = object('io.k8s.api.core.v1.NamespaceSpec', {
  finalizers: field(list(string), {
    doc: 'Who has to do something before the namespace may go. The one called kubernetes empties it.',
  }),
});
export type NamespaceSpec = TypeOf<typeof NamespaceSpecSchema>;

export const NamespaceConditionSchema = object('io.k8s.api.core.v1.NamespaceCondition', {
  lastTransitionTime: field(time, { doc: 'When the status last changed.' }),
  message: field(string, { doc: 'What is behind the status, for people.' }),
  reason: field(string, { doc: 'Why the status is what it is, in one CamelCase word.' }),
  status: required(string, { doc: 'True, False or Unknown.' }),
  type: required(string, { doc: 'NamespaceContentRemaining, NamespaceFinalizersRemaining and the like.' }),
});
export type NamespaceCondition = TypeOf<typeof NamespaceConditionSchema>;

export const NamespaceStatusSchema = object('io.k8s.api.core.v1.NamespaceStatus', {
  conditions: field(listOf(NamespaceConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }), {
    doc: 'What holds back the deletion of the namespace.',
  }),
  phase: field(oneOf('Active', 'Terminating'), { doc: 'Active or Terminating.' }),
});
export type NamespaceStatus = TypeOf<typeof NamespaceStatusSchema>;

const NamespaceSchema = kindSchema('io.k8s.api.core.v1.Namespace', {
  spec: defaulted(NamespaceSpecSchema),
  status: NamespaceStatusSchema,
});
export type Namespace = TypeOf<typeof NamespaceSchema>;

export const namespaces = defineResource<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  nameRule: 'label',
  description: 'A part of the cluster with names of its own; most objects live in one.',
  schema: NamespaceSchema,
  generation: false,
  strategy: {
    defaults,
    prepareForCreate,
    prepareForUpdate,
    validate,
    validateFinalize,
    validateStatusUpdate,
    answersDeletedObject: true,
  },
  columns: [
    nameColumn,
    {
      name: 'Status',
      type: 'string',
      description: 'Whether the namespace is in use or going away.',
      cell: ({ status }) => status?.phase ?? '',
    },
    ageColumn,
  ],
  selectableFields: { 'status.phase': ({ status }) => status?.phase ?? '' },
});

/** Lets selectors find a namespace by its name. */
const nameLabel = 'kubernetes.io/metadata.name';

function defaults(namespace: Namespace): void {
  namespace.spec ??= {};
  (namespace.status ??= {}).phase ||= 'Active';
  const { metadata } = namespace;
  if (metadata.name) metadata.labels = { ...metadata.labels, [nameLabel]: metadata.name };
}

function prepareForCreate(namespace: Namespace): void {
  namespace.status = { phase: 'Active' };
  const finalizers = namespace.spec.finalizers ?? [];
  if (!finalizers.includes(contentFinalizer)) namespace.spec.finalizers = [...finalizers, contentFinalizer];
}

/** Only the finalize subresource changes these. */
function prepareForUpdate(namespace: Namespace, old: Namespace): void {
  if (old.spec.finalizers) namespace.spec.finalizers = [...old.spec.finalizers];
  else delete namespace.spec.finalizers;
}

function validate({ spec }: Namespace): FieldError[] {
  return (spec.finalizers ?? []).flatMap((name) => validateFinalizer(name, 'spec.finalizers'));
}

function validateFinalize({ spec }: Namespace): FieldError[] {
  return (spec.finalizers ?? []).flatMap((name, i) => validateFinalizer(name, `spec.finalizers[${i}]`));
}

const validateFinalizer = (name: string, path: string): FieldError[] => [
  ...validateQualifiedName(name, path),
  ...validateQualifiedFinalizer(name, path),
];

function validateStatusUpdate({ metadata, status }: Namespace): FieldError[] {
  const deleted = metadata.deletionTimestamp !== undefined;
  const phase = deleted ? 'Terminating' : 'Active';
  if (status?.phase === phase) return [];
  return [
    fieldInvalid(
      'status.Phase',
      status?.phase ?? '',
      `may only be '${phase}' if \`deletionTimestamp\` is ${deleted ? 'not ' : ''}empty`,
    ),
  ];
}
