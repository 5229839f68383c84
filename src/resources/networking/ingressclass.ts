import { kindSchema } from '../../machinery/meta.ts';
import { byteLength } from '../../machinery/names.ts';
import { defineResource } from '../../machinery/resource.ts';
import { defaulted, field, object, required, string, type TypeOf } from '../../machinery/schema.ts';
import { fieldForbidden, fieldNotSupported, fieldRequired, fieldTooLong, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { validateDomainPrefixedPath, validateLabel, validateSegment, validateSubdomain } from '../shared/format-rules.ts';
import { validateImmutable } from '../shared/immutable.ts';

export const IngressClassParametersReferenceSchema = object('io.k8s.api.networking.v1.IngressClassParametersReference', {
  apiGroup: field(string, { doc: 'The group of the object; the core group if left out.' }),
  kind: required(string, { doc: 'The kind of the object.' }),
  name: required(string, { doc: 'The name of the object.' }),
  namespace: field(string, { doc: 'Where the object is, if the scope is Namespace.' }),
  scope: field(string, { doc: 'Cluster (the default) or Namespace.' }),
});
export type IngressClassParametersReference = TypeOf<typeof IngressClassParametersReferenceSchema>;

export const IngressClassSpecSchema = object('io.k8s.api.networking.v1.IngressClassSpec', {
  controller: field(string, { doc: 'The controller of the class, as example.com/controller. Cannot be changed.' }),
  parameters: field(IngressClassParametersReferenceSchema, { doc: 'An object with more settings for the controller.' }),
});
export type IngressClassSpec = TypeOf<typeof IngressClassSpecSchema>;

const IngressClassSchema = kindSchema('io.k8s.api.networking.v1.IngressClass', {
  spec: defaulted(IngressClassSpecSchema),
});
export type IngressClass = TypeOf<typeof IngressClassSchema>;

export const ingressClasses = defineResource<IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  namespaced: false,
  description: 'Names the controller that carries out the Ingresses of this class.',
  schema: IngressClassSchema,
  strategy: {
    defaults,
    validate,
    validateUpdate: (o, old) => validateImmutable(o.spec.controller, old.spec.controller, 'spec.controller'),
  },
  columns: [
    { ...nameColumn, cell: nameAndDefault },
    {
      name: 'Controller',
      type: 'string',
      description: 'The controller of the class.',
      cell: ({ spec }) => spec.controller ?? '',
    },
    { name: 'Parameters', type: 'string', description: 'The object with more settings.', cell: parameters },
    ageColumn,
  ],
});

/** Marks the class of Ingresses that name none. */
const defaultAnnotation = 'ingressclass.kubernetes.io/is-default-class';

function nameAndDefault({ metadata: { name, annotations } }: IngressClass): string {
  return annotations?.[defaultAnnotation] === 'true' ? `${name} (default)` : name;
}

function parameters({ spec: { parameters: reference } }: IngressClass): string {
  if (!reference) return '<none>';
  const { apiGroup, kind, name } = reference;
  return `${kind}${apiGroup === undefined ? '' : `.${apiGroup}`}/${name}`;
}

function defaults(ingressClass: IngressClass): void {
  const { parameters: reference } = (ingressClass.spec ??= {});
  if (reference) reference.scope ??= 'Cluster';
}

const controllerBytesMax = 250;

function validate({ spec: { controller = '', parameters: reference } }: IngressClass): FieldError[] {
  return [
    ...(byteLength(controller) > controllerBytesMax ? [fieldTooLong('spec.controller', controllerBytesMax)] : []),
    ...validateDomainPrefixedPath(controller, 'spec.controller'),
    ...(reference ? validateParameters(reference, 'spec.parameters') : []),
  ];
}

function validateParameters(reference: IngressClassParametersReference, path: string): FieldError[] {
  const { apiGroup, kind, name, scope = '', namespace } = reference;
  const errors = [
    ...(apiGroup === undefined ? [] : validateSubdomain(apiGroup, `${path}.apiGroup`)),
    ...validateSegment(kind, `${path}.kind`),
    ...validateSegment(name, `${path}.name`),
  ];
  const at = `${path}.namespace`;
  if (scope === 'Cluster') {
    if (namespace !== undefined) errors.push(fieldForbidden(at, "`parameters.scope` is set to 'Cluster'"));
  } else if (scope !== 'Namespace') errors.push(fieldNotSupported(`${path}.scope`, scope, ['Cluster', 'Namespace']));
  else if (namespace === undefined) errors.push(fieldRequired(at, "`parameters.scope` is set to 'Namespace'"));
  else errors.push(...validateLabel(namespace, at));
  return errors;
}
