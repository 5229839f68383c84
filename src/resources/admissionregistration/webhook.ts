/** What both sorts of webhooks have in common. Facts: OpenAPI of Kubernetes 1.36. */
import { isDNS1035Label, isDNS1123Subdomain } from '../../machinery/names.ts';
import type { Column } from '../../machinery/resource.ts';
import { bytes, field, int32, list, object, oneOf, required, string, type TypeOf } from '../../machinery/schema.ts';
import { validateLabelSelector } from '../../machinery/selectors.ts';
import { fieldDuplicate, fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { validateOptionalChoice } from '../shared/format-rules.ts';
import { LabelSelectorSchema } from '../shared/label-selector.ts';
import { validateMatchConditions, matchConditionsSchema } from './match-conditions.ts';
import { defaultRules, RuleWithOperationsSchema, validateRule } from './rules.ts';
import { validateWebhookService, validateWebhookUrl } from './webhook-address.ts';

const ServiceReferenceSchema = object('io.k8s.api.admissionregistration.v1.ServiceReference', {
  name: required(string, { doc: 'The name of the Service.' }),
  namespace: required(string, { doc: 'The namespace of the Service.' }),
  path: field(string, { doc: 'The path of the requests.' }),
  port: field(int32, { doc: 'The port of the Service. 443 if left out.' }),
});

const WebhookClientConfigSchema = object('io.k8s.api.admissionregistration.v1.WebhookClientConfig', {
  caBundle: field(bytes, {
    doc: 'The certificates of the authorities that the webhook is trusted by, in PEM; those of the system if left out.',
  }),
  service: field(ServiceReferenceSchema, { doc: 'A Service. Not together with url.' }),
  url: field(string, { doc: 'A URL, with https. Not together with service.' }),
});
type WebhookClientConfig = TypeOf<typeof WebhookClientConfigSchema>;

export const webhookFields = {
  admissionReviewVersions: required(list(string), { doc: 'The versions of AdmissionReview that the webhook takes, best first.' }),
  clientConfig: required(WebhookClientConfigSchema, { doc: 'Where the webhook is.' }),
  failurePolicy: field(oneOf('Fail', 'Ignore'), {
    doc: 'What follows when the webhook cannot be asked: Fail (the default) or Ignore.',
  }),
  matchConditions: field(matchConditionsSchema, {
    doc: 'Conditions on requests, all of which must be true for the webhook to be asked.',
  }),
  matchPolicy: field(oneOf('Equivalent', 'Exact'), {
    doc: 'Equivalent (the default) also means the same objects in other versions, Exact does not.',
  }),
  name: required(string, { doc: 'The name of the webhook, as webhook.example.com.' }),
  namespaceSelector: field(LabelSelectorSchema, { doc: 'The namespaces of the objects; all if left out.' }),
  objectSelector: field(LabelSelectorSchema, {
    doc: 'The labels of the objects, before or after the change; all if left out. Users can set labels.',
  }),
  rules: field(list(RuleWithOperationsSchema), { doc: 'The requests that are meant. One of the rules must match.' }),
  sideEffects: required(oneOf('None', 'NoneOnDryRun', 'Some', 'Unknown'), {
    doc: 'None or NoneOnDryRun. Dry runs are refused if the webhook could have side effects.',
  }),
  timeoutSeconds: field(int32, { doc: 'How many seconds the webhook has to answer, 1 to 30. 10 if left out.' }),
};
export const ValidatingWebhookSchema = object('io.k8s.api.admissionregistration.v1.ValidatingWebhook', webhookFields);
type Webhook = TypeOf<typeof ValidatingWebhookSchema>;

export function defaultWebhook(webhook: Webhook): void {
  webhook.failurePolicy ??= 'Fail';
  webhook.matchPolicy ??= 'Equivalent';
  webhook.namespaceSelector ??= {};
  webhook.objectSelector ??= {};
  webhook.timeoutSeconds ??= 10;
  const { service } = (webhook.clientConfig ??= {});
  if (service) service.port ??= 443;
  defaultRules(webhook.rules);
}

/** Everything wrong with the webhooks; `validateMore` is about one of them. */
export function validateWebhooks<T extends Webhook>(
  webhooks: readonly T[] = [],
  validateMore: (webhook: T, path: string) => FieldError[] = () => [],
): FieldError[] {
  const names = new Set<string>();
  return webhooks.flatMap((webhook, i) => {
    const path = `webhooks[${i}]`;
    const errors = [
      ...validateWebhook(webhook, path),
      ...validateMore(webhook, path),
      ...validateReviewVersions(webhook.admissionReviewVersions, `${path}.admissionReviewVersions`),
    ];
    if (webhook.name && names.has(webhook.name)) errors.push(fieldDuplicate(`${path}.name`, webhook.name));
    names.add(webhook.name);
    return errors;
  });
}

const sideEffectsSupported = ['None', 'NoneOnDryRun'];

function validateWebhook(webhook: Webhook, path: string): FieldError[] {
  const { name, rules = [], sideEffects, timeoutSeconds: seconds, namespaceSelector, objectSelector } = webhook;
  return [
    ...validateFullName(name, `${path}.name`),
    ...rules.flatMap((rule, i) => validateRule(rule, `${path}.rules[${i}]`)),
    ...validateOptionalChoice(webhook.failurePolicy, `${path}.failurePolicy`, ['Fail', 'Ignore']),
    ...validateOptionalChoice(webhook.matchPolicy, `${path}.matchPolicy`, ['Equivalent', 'Exact']),
    ...(sideEffects === undefined
      ? [fieldRequired(`${path}.sideEffects`, `must specify one of ${sideEffectsSupported.join(', ')}`)]
      : sideEffectsSupported.includes(sideEffects)
        ? []
        : [fieldNotSupported(`${path}.sideEffects`, sideEffects, sideEffectsSupported)]),
    ...(seconds !== undefined && (seconds < 1 || seconds > 30)
      ? [fieldInvalid(`${path}.timeoutSeconds`, seconds, 'the timeout value must be between 1 and 30 seconds')]
      : []),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
    ...validateLabelSelector(objectSelector, `${path}.objectSelector`),
    ...validateClient(webhook.clientConfig, `${path}.clientConfig`),
    ...validateMatchConditions(webhook.matchConditions, `${path}.matchConditions`),
  ];
}

function validateClient({ url, service }: WebhookClientConfig, path: string): FieldError[] {
  if ((url === undefined) === (service === undefined)) return [fieldRequired(path, 'exactly one of url or service is required')];
  return url === undefined ? validateWebhookService(service!, `${path}.service`) : validateWebhookUrl(url, `${path}.url`);
}

/** A name of three parts at least: `check.example.com`. */
function validateFullName(name: string | undefined, path: string): FieldError[] {
  if (!name) return [fieldRequired(path)];
  const wrong = isDNS1123Subdomain(name);
  if (wrong.length > 0) return [fieldInvalid(path, name, wrong.join(','))];
  return name.split('.').length < 3
    ? [fieldInvalid(path, name, 'should be a domain with at least three segments separated by dots')]
    : [];
}

const reviewVersions = ['v1', 'v1beta1'];

/** Versions of AdmissionReview that a webhook understands; one must be ours. */
function validateReviewVersions(versions: readonly string[] = [], path: string): FieldError[] {
  const listed = reviewVersions.join(', ');
  if (versions.length === 0) return [fieldRequired(path, `must specify one of ${listed}`)];
  const errors = versions.flatMap((version, i) =>
    versions.indexOf(version) < i
      ? [fieldInvalid(`${path}[${i}]`, version, 'duplicate version')]
      : isDNS1035Label(version).map((message) => fieldInvalid(`${path}[${i}]`, version, message)),
  );
  if (!versions.some((version) => reviewVersions.includes(version)))
    errors.push(fieldInvalid(path, versions, `must include at least one of ${listed}`));
  return errors;
}

export const webhookColumns: readonly Column<KubeObject & { webhooks?: readonly unknown[] }>[] = [
  nameColumn,
  {
    name: 'Webhooks',
    type: 'integer',
    description: 'How many webhooks there are.',
    cell: ({ webhooks }) => webhooks?.length ?? 0,
  },
  ageColumn,
];
