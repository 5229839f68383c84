import { kindSchema } from '../../machinery/meta.ts';
import { defineResource, type StrategyContext } from '../../machinery/resource.ts';
import type { Reader } from '../../machinery/reader.ts';
import {
  boolean,
  bytes,
  field,
  int32,
  int64,
  list,
  listOf,
  object,
  required,
  string,
  time,
  type TypeOf,
} from '../../machinery/schema.ts';
import { nameColumn } from '../../machinery/table.ts';
import { statusAlone } from '../shared/status-metadata.ts';
import { finalizer, setCondition } from './conditions.ts';
import { fillIn, noteStorageVersion } from './defaults.ts';
import { definition, JSONSchemaPropsSchema } from './jsonschemaprops.ts';
import { acceptNames } from './names.ts';
import { unknownFormats } from './schema-warnings.ts';
import { validateDefinition, validateDefinitionUpdate, validateStatus } from './validation.ts';

const NamesSchema = object(definition('CustomResourceDefinitionNames'), {
  categories: field(list(string), { doc: 'Groups of kinds that clients can ask for together, as all.' }),
  kind: required(string, { doc: 'The kind, in CamelCase.' }),
  listKind: field(string, { doc: 'The kind of lists. KINDList if left out.' }),
  plural: required(string, { doc: 'The name in paths, in lower case.' }),
  shortNames: field(list(string), { doc: 'Short names for kubectl.' }),
  singular: field(string, { doc: 'The singular, in lower case. That of the kind if left out.' }),
});
export type CustomResourceDefinitionNames = TypeOf<typeof NamesSchema>;

const ServiceReferenceSchema = object(definition('ServiceReference'), {
  name: required(string, { doc: 'The name of the Service.' }),
  namespace: required(string, { doc: 'The namespace of the Service.' }),
  path: field(string, { doc: 'The path of the webhook.' }),
  port: field(int32, { doc: 'The port of the Service. 443 if left out.' }),
});

const WebhookClientConfigSchema = object(definition('WebhookClientConfig'), {
  caBundle: field(bytes, {
    doc: 'The certificates of the authorities that the webhook is trusted by, in PEM; those of the system if left out.',
  }),
  service: field(ServiceReferenceSchema, { doc: 'The Service of the webhook. Either this or url.' }),
  url: field(string, { doc: 'Where the webhook is, as https://host:port/path. Either this or service.' }),
});

const WebhookConversionSchema = object(definition('WebhookConversion'), {
  clientConfig: field(WebhookClientConfigSchema, { doc: 'How the webhook is called.' }),
  conversionReviewVersions: required(list(string), {
    doc: 'The versions of ConversionReview that the webhook takes, the preferred one first.',
  }),
});

const ConversionSchema = object(definition('CustomResourceConversion'), {
  strategy: required(string, { doc: 'None: only apiVersion changes between versions. Webhook: a webhook converts.' }),
  webhook: field(WebhookConversionSchema, { doc: 'The webhook, for the strategy Webhook.' }),
});
export type CustomResourceConversion = TypeOf<typeof ConversionSchema>;

const ScaleSchema = object(definition('CustomResourceSubresourceScale'), {
  labelSelectorPath: field(string, { doc: 'Where the selector of pods is, as a text, under .spec or .status.' }),
  specReplicasPath: required(string, { doc: 'Where the wanted number of replicas is, under .spec, as .spec.replicas.' }),
  statusReplicasPath: required(string, { doc: 'Where the number of replicas is, under .status.' }),
});
export type CustomResourceSubresourceScale = TypeOf<typeof ScaleSchema>;

const SubresourcesSchema = object(definition('CustomResourceSubresources'), {
  scale: field(ScaleSchema, { doc: 'Serves the subresource scale.' }),
  status: field(object(definition('CustomResourceSubresourceStatus'), {}), {
    doc: 'Serves the subresource status: only it writes the status then.',
  }),
});

const ColumnSchema = object(definition('CustomResourceColumnDefinition'), {
  description: field(string, { doc: 'What the column shows.' }),
  format: field(string, { doc: 'The format of the column, as date-time or name.' }),
  jsonPath: required(string, { doc: 'Where the value is, as .spec.replicas.' }),
  name: required(string, { doc: 'The heading.' }),
  priority: field(int32, { doc: '0 is always shown; more only with -o wide.' }),
  type: required(string, { doc: 'boolean, date, integer, number or string.' }),
});
export type CustomResourceColumnDefinition = TypeOf<typeof ColumnSchema>;

const VersionSchema = object(definition('CustomResourceDefinitionVersion'), {
  additionalPrinterColumns: field(list(ColumnSchema), { doc: 'The columns of kubectl get, besides the name. The age if left out.' }),
  deprecated: field(boolean, { doc: 'Whether clients are warned not to use the version.' }),
  deprecationWarning: field(string, { doc: 'The warning of a deprecated version.' }),
  name: required(string, { doc: 'The name of the version, as v1 or v1beta1.' }),
  schema: field(
    object(definition('CustomResourceValidation'), {
      openAPIV3Schema: field(JSONSchemaPropsSchema, { doc: 'The schema.' }),
    }),
    { doc: 'What objects look like in the version.' },
  ),
  selectableFields: field(
    list(
      object(definition('SelectableField'), {
        jsonPath: required(string, { doc: 'Where the field is, as .spec.color: a text, a boolean or an integer.' }),
      }),
    ),
    { doc: 'Fields that field selectors may name; 8 at most.' },
  ),
  served: required(boolean, { doc: 'Whether the version is served.' }),
  storage: required(boolean, { doc: 'Whether objects are stored in the version. One is.' }),
  subresources: field(SubresourcesSchema, { doc: 'The subresources of the version.' }),
});
export type CustomResourceDefinitionVersion = TypeOf<typeof VersionSchema>;

const SpecSchema = object(definition('CustomResourceDefinitionSpec'), {
  conversion: field(ConversionSchema, { doc: 'How objects are converted between versions. None if left out.' }),
  group: required(string, { doc: 'The group, as stable.example.com.' }),
  names: required(NamesSchema, { doc: 'The names of the kind.' }),
  preserveUnknownFields: field(boolean, { doc: 'Replaced by x-kubernetes-preserve-unknown-fields in the schema; must not be true.' }),
  scope: required(string, { doc: 'Cluster or Namespaced.' }),
  versions: required(list(VersionSchema), { doc: 'The versions of the kind.' }),
});
export type CustomResourceDefinitionSpec = TypeOf<typeof SpecSchema>;

const ConditionSchema = object(definition('CustomResourceDefinitionCondition'), {
  lastTransitionTime: field(time, { doc: 'When the status last changed.' }),
  message: field(string, { doc: 'What is behind the status, for people.' }),
  observedGeneration: field(int64, { doc: 'The generation of the definition that the condition is about.' }),
  reason: field(string, { doc: 'Why the status is what it is, in one CamelCase word.' }),
  status: required(string, { doc: 'True, False or Unknown.' }),
  type: required(string, { doc: 'What holds, as Established, NamesAccepted or Terminating.' }),
});
export type CustomResourceDefinitionCondition = TypeOf<typeof ConditionSchema>;

const StatusSchema = object(definition('CustomResourceDefinitionStatus'), {
  acceptedNames: field(NamesSchema, { doc: 'The names that are served. They differ from those of the spec in a conflict.' }),
  conditions: field(listOf(ConditionSchema, { listType: 'map', mapKeys: ['type'] }), { doc: 'What holds of the definition.' }),
  observedGeneration: field(int64, { doc: 'The generation that the status is about.' }),
  storedVersions: field(list(string), {
    doc: 'The versions that objects may be stored in. A version leaves the list when somebody has migrated its objects.',
  }),
});

const CustomResourceDefinitionSchema = kindSchema(definition('CustomResourceDefinition'), {
  spec: required(SpecSchema),
  status: StatusSchema,
});
export type CustomResourceDefinition = TypeOf<typeof CustomResourceDefinitionSchema>;

export const customResourceDefinitions = defineResource<CustomResourceDefinition>({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  description: 'A kind of objects that the cluster is to serve.',
  schema: CustomResourceDefinitionSchema,
  strategy: {
    plainFinalizers: true,
    requiresResourceVersion: true,
    defaults: fillIn,
    prepareForCreate: noteStorageVersion,
    prepareForUpdate: noteStorageVersion,
    ...statusAlone,
    allocate,
    validateCreate: validateDefinition,
    validateUpdate: validateDefinitionUpdate,
    validateStatusUpdate: validateStatus,
    warnings: (crd, old) => unknownFormats(crd.spec, old?.spec),
    prepareForDelete,
  },
  columns: [
    nameColumn,
    {
      name: 'Created At',
      type: 'date',
      description: 'When the object was created.',
      cell: (crd) => crd.metadata.creationTimestamp,
    },
  ],
});

/** The definitions of a group. They are called after it; the others, which may be large, are left alone. */
export function definitionsOfGroup(reader: Reader, group: string): readonly CustomResourceDefinition[] {
  const isOfGroup = (name: string) => name.slice(name.indexOf('.') + 1) === group;
  if (reader.named) return reader.named(customResourceDefinitions, isOfGroup);
  return reader.list(customResourceDefinitions).filter(({ metadata }) => isOfGroup(metadata.name));
}

/** The kind is served with the commit of its definition: names are given out here, seeing those of every definition before. */
function allocate(crd: CustomResourceDefinition, _: unknown, reader: Reader, { now }: StrategyContext): [] {
  // What is missing in it is for validation to say.
  if (crd.spec.names?.plural && crd.spec.names.kind) crd.status = acceptNames(crd, definitionsOfGroup(reader, crd.spec.group), now);
  return [];
}

/** Its objects have to go first. */
function prepareForDelete(crd: CustomResourceDefinition, now: Date): void {
  crd.metadata.finalizers = [...new Set([...(crd.metadata.finalizers ?? []), finalizer])];
  crd.status = setCondition(crd.status ?? {}, now, {
    type: 'Terminating',
    status: 'True',
    reason: 'InstanceDeletionPending',
    message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  });
}
