import { rfc3339 } from '../../lib/clock.ts';
import { kindSchema } from '../../machinery/meta.ts';
import { isDNS1035Label, isDNS1123Subdomain } from '../../machinery/names.ts';
import { defineResource, type StrategyContext } from '../../machinery/resource.ts';
import {
  boolean,
  bytes,
  defaulted,
  field,
  int32,
  listOf,
  object,
  required,
  string,
  time,
  type TypeOf,
} from '../../machinery/schema.ts';
import { fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { invalidEach, isPortNumber } from '../shared/format-rules.ts';
import { statusAlone } from '../shared/status-metadata.ts';

const definition = (name: string) => `io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.${name}`;

const ServiceReferenceSchema = object(definition('ServiceReference'), {
  name: field(string, { doc: 'The name of the Service.' }),
  namespace: field(string, { doc: 'The namespace of the Service.' }),
  port: field(int32, { doc: 'The port of the Service. 443 if left out.' }),
});
type ServiceReference = TypeOf<typeof ServiceReferenceSchema>;

const APIServiceSpecSchema = object(definition('APIServiceSpec'), {
  caBundle: field(bytes, {
    doc: 'The certificates of the authorities that the server is trusted by, in PEM; those of the system if left out.',
  }),
  group: field(string, { doc: 'The group that is served.' }),
  groupPriorityMinimum: required(int32, {
    doc: 'Groups with higher numbers come first in discovery; the highest of their versions counts.',
  }),
  insecureSkipTLSVerify: field(boolean, { doc: 'Whether the certificate of the server is not checked. false if left out.' }),
  service: field(ServiceReferenceSchema, { doc: 'The Service of the server; this server itself if left out.' }),
  version: field(string, { doc: 'The version that is served.' }),
  versionPriority: required(int32, { doc: 'Versions with higher numbers come first in their group.' }),
});
type APIServiceSpec = TypeOf<typeof APIServiceSpecSchema>;

const APIServiceConditionSchema = object(definition('APIServiceCondition'), {
  lastTransitionTime: field(time, { doc: 'When the status last changed.' }),
  message: field(string, { doc: 'What is behind the status, for people.' }),
  reason: field(string, { doc: 'Why the status is what it is, in one CamelCase word.' }),
  status: required(string, { doc: 'True, False or Unknown.' }),
  type: required(string, { doc: 'Available.' }),
});

const APIServiceSchema = kindSchema(definition('APIService'), {
  spec: defaulted(APIServiceSpecSchema),
  status: object(definition('APIServiceStatus'), {
    conditions: field(listOf(APIServiceConditionSchema, { listType: 'map', mapKeys: ['type'], patch: { mergeKey: 'type' } }), {
      doc: 'What holds of the server, as Available.',
    }),
  }),
});
export type APIService = TypeOf<typeof APIServiceSchema>;

export const apiServices = defineResource<APIService>({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  categories: ['api-extensions'],
  namespaced: false,
  nameRule: 'path-segment',
  generation: false,
  description: 'A version of a group of the API, and who serves it: this server, or a Service of the cluster.',
  schema: APIServiceSchema,
  strategy: {
    defaults,
    prepareForCreate,
    ...statusAlone,
    validate,
    validateStatusUpdate,
    requiresResourceVersion: true,
    plainFinalizers: true,
  },
  columns: [
    nameColumn,
    {
      name: 'Service',
      type: 'string',
      description: 'Who serves the version.',
      cell: ({ spec: { service } }) => (service ? `${service.namespace ?? ''}/${service.name ?? ''}` : 'Local'),
    },
    { name: 'Available', type: 'string', description: 'Whether it is served.', cell: availability },
    ageColumn,
  ],
});

function availability({ status }: APIService): string {
  const condition = status?.conditions?.find(({ type }) => type === 'Available');
  if (!condition) return 'Unknown';
  return condition.status === 'True' ? 'True' : `${condition.status} (${condition.reason ?? ''})`;
}

function defaults(service: APIService): void {
  const spec = (service.spec ??= {} as APIServiceSpec);
  if (spec.service) spec.service.port ??= 443;
}

/** What this server serves itself is there at once. */
function prepareForCreate(service: APIService, { now }: StrategyContext): void {
  if (service.spec.service) return;
  const condition = {
    type: 'Available',
    status: 'True',
    lastTransitionTime: rfc3339(now),
    reason: 'Local',
    message: 'Local APIServices are always available',
  };
  service.status = { conditions: [condition] };
}

const max = { groupPriority: 20_000, versionPriority: 1000 };

/** `ValidateAPIService` upstream. */
function validate({ metadata: { name }, spec }: APIService): FieldError[] {
  const { group = '', version = '', service, groupPriorityMinimum = 0, versionPriority = 0 } = spec;
  const wanted = `${version}.${group}`;
  const errors: FieldError[] = [];
  if (name !== wanted)
    errors.push(fieldInvalid('metadata.name', name, `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`));
  if (group === '' && version !== 'v1')
    errors.push(fieldRequired('spec.group', 'only v1 may have an empty group and it better be legacy kube'));
  if (group !== '') errors.push(...invalidEach('spec.group', group, isDNS1123Subdomain(group)));
  errors.push(...invalidEach('spec.version', version, isDNS1035Label(version)));
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > max.groupPriority)
    errors.push(
      fieldInvalid('spec.groupPriorityMinimum', groupPriorityMinimum, `must be positive and less than ${max.groupPriority}`),
    );
  if (versionPriority <= 0 || versionPriority > max.versionPriority)
    errors.push(fieldInvalid('spec.versionPriority', versionPriority, `must be positive and less than ${max.versionPriority}`));
  return [...errors, ...(service ? validateService(spec, service) : validateLocal(spec))];
}

function validateLocal({ caBundle, insecureSkipTLSVerify }: APIServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  if (caBundle)
    errors.push(fieldInvalid('spec.caBundle', `${atob(caBundle).length} bytes`, 'local APIServices may not have a caBundle'));
  if (insecureSkipTLSVerify)
    errors.push(fieldInvalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify'));
  return errors;
}

function validateService({ caBundle, insecureSkipTLSVerify }: APIServiceSpec, service: ServiceReference): FieldError[] {
  const { name, namespace, port = 0 } = service;
  const errors: FieldError[] = [];
  if (!namespace) errors.push(fieldRequired('spec.service.namespace'));
  if (!name) errors.push(fieldRequired('spec.service.name'));
  const wrongPort = isPortNumber(port);
  if (wrongPort.length > 0) errors.push(fieldInvalid('spec.service.port', port, `port is not valid: ${wrongPort.join(',')}`));
  if (insecureSkipTLSVerify && caBundle)
    errors.push(fieldInvalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'));
  return errors;
}

function validateStatusUpdate({ status }: APIService): FieldError[] {
  const values = ['True', 'False', 'Unknown'];
  return (status?.conditions ?? []).flatMap((condition, i) =>
    values.includes(condition.status)
      ? []
      : [fieldNotSupported(`status.conditions[${i}].status`, condition.status ?? '', values)],
  );
}
