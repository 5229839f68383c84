/** What subscriptions of a namespace and of the whole cluster have in common. */
import type { KubeObject } from '../../machinery/meta.ts';
import type { Column } from '../../machinery/resource.ts';
import { validateLabelSelector } from '../../machinery/selectors.ts';
import { boolean, field, int64, list, listOf, object, oneOf, required, string, time, type TypeOf } from '../../machinery/schema.ts';
import {
  fieldInvalid,
  fieldNotSupported,
  fieldRequired,
  fieldTooLong,
  fieldTooMany,
  type FieldError,
} from '../../machinery/status.ts';
import { ageColumn, nameColumn } from '../../machinery/table.ts';
import { ConditionSchema } from '../shared/condition.ts';
import { invalidEach, isConfigKey, validateSubdomain } from '../shared/format-rules.ts';
import { LabelSelectorSchema } from '../shared/label-selector.ts';
import { compileCondition, compilePayload, expressionErrors } from './expressions.ts';

export const automationGroup = 'automation.hibernetes.dev';

/** The name of a type in OpenAPI. */
export const definition = (name: string): string => `dev.hibernetes.automation.v1.${name}`;

/** Where in the Secret the signing secret is, unless told otherwise. */
export const defaultSecretKey = 'secret';

const operations = ['*', 'CREATE', 'DELETE', 'UPDATE'];

const RuleSchema = object(definition('SubscriptionRule'), {
  apiGroups: required(list(string), { doc: 'The groups of the kinds; `*` is all, an empty text the core group.' }),
  apiVersions: field(list(string), { doc: 'The versions in which they are stored; `*` is all, as if left out.' }),
  operations: field(list(oneOf('*', 'CREATE', 'DELETE', 'UPDATE')), { doc: 'What happens; `*` is all, as if left out.' }),
  resources: required(list(string), { doc: 'The plural names of the kinds, as pods; `*` is all.' }),
});
export type SubscriptionRule = TypeOf<typeof RuleSchema>;

export const secretRefFields = {
  key: field(string, { doc: 'The key in the Secret whose value begins with whsec_; secret if left out.' }),
  name: required(string, { doc: 'The name of the Secret.' }),
};

export const subscriptionFields = {
  condition: field(string, {
    doc: 'An expression in CEL on object, oldObject and operation. Only changes for which it is true are told.',
  }),
  payload: field(string, { doc: 'An expression in CEL that gives the data of the message, instead of the object.' }),
  rules: required(list(RuleSchema), { doc: 'Which changes are told. One of them must match.' }),
  selector: field(LabelSelectorSchema, { doc: 'The labels of the objects; all if left out.' }),
  suspend: field(boolean, { doc: 'Whether deliveries wait until this is false again.' }),
  url: required(string, { doc: 'Where messages are posted to.' }),
};

export const SubscriptionStatusSchema = object(definition('WebhookSubscriptionStatus'), {
  conditions: field(listOf(ConditionSchema, { listType: 'map', mapKeys: ['type'] }), { doc: 'What holds, as Delivering.' }),
  consecutiveFailures: field(int64, { doc: 'How many attempts have failed since the last one that did not.' }),
  deadLetters: field(int64, { doc: 'How many deliveries were given up and are kept.' }),
  lastFailureMessage: field(string, { doc: 'Why the last attempt failed that did.' }),
  lastFailureTime: field(time, { doc: 'When an attempt last failed.' }),
  lastSuccessTime: field(time, { doc: 'When a delivery last succeeded.' }),
  observedGeneration: field(int64, { doc: 'The generation that this status is about.' }),
  pending: field(int64, { doc: 'How many deliveries wait; more than 10000 are not counted.' }),
});
export type SubscriptionStatus = TypeOf<typeof SubscriptionStatusSchema>;

export interface SubscriptionSpec {
  url: string;
  rules: SubscriptionRule[];
  secretRef: { name: string; namespace?: string; key?: string };
  namespaces?: string[];
  selector?: TypeOf<typeof LabelSelectorSchema>;
  condition?: string;
  payload?: string;
  suspend?: boolean;
}

/** A subscription of either kind. */
export interface Subscription extends KubeObject {
  spec: SubscriptionSpec;
  status?: SubscriptionStatus;
}

const rulesMax = 20;
const expressionCharactersMax = 4_096;

export function validateSpec({ spec }: Subscription): FieldError[] {
  const { url, rules = [], secretRef, selector, condition, payload } = spec;
  return [
    ...validateUrl(url, 'spec.url'),
    ...(rules.length === 0 ? [fieldRequired('spec.rules')] : []),
    ...(rules.length > rulesMax ? [fieldTooMany('spec.rules', rules.length, rulesMax)] : []),
    ...rules.flatMap((rule, i) => validateRule(rule, `spec.rules[${i}]`)),
    ...(secretRef?.name ? validateSubdomain(secretRef.name, 'spec.secretRef.name') : [fieldRequired('spec.secretRef.name')]),
    ...(secretRef?.key === undefined ? [] : invalidEach('spec.secretRef.key', secretRef.key, isConfigKey(secretRef.key))),
    ...validateLabelSelector(selector, 'spec.selector'),
    ...validateExpression(condition, compileCondition, 'spec.condition'),
    ...validateExpression(payload, compilePayload, 'spec.payload'),
  ];
}

/** Whether the address may be reached is asked when something is sent: the platform knows, and it may change its mind. */
function validateUrl(url: string | undefined, path: string): FieldError[] {
  if (!url) return [fieldRequired(path)];
  if (url.length > 2_048) return [fieldTooLong(path, 2_048)];
  const parsed = parseUrl(url);
  if (!parsed) return [fieldInvalid(path, url, 'must be a URL')];
  const { protocol, username, password, hash } = parsed;
  if (protocol !== 'https:' && protocol !== 'http:') return [fieldInvalid(path, url, 'must begin with https://')];
  if (username !== '' || password !== '') return [fieldInvalid(path, '', 'must not contain a user or a password')];
  return hash === '' ? [] : [fieldInvalid(path, url, 'must not have a fragment')];
}

function parseUrl(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

function validateRule(rule: SubscriptionRule, path: string): FieldError[] {
  const { apiGroups = [], resources = [], operations: wanted = [] } = rule;
  return [
    ...(apiGroups.length === 0 ? [fieldRequired(`${path}.apiGroups`)] : []),
    ...(resources.length === 0 ? [fieldRequired(`${path}.resources`)] : []),
    ...resources.flatMap((name, i) =>
      name === '' || name.includes('/') ? [fieldInvalid(`${path}.resources[${i}]`, name, 'must be the plural name of a kind, or *')] : [],
    ),
    ...wanted.flatMap((operation, i) =>
      operations.includes(operation) ? [] : [fieldNotSupported(`${path}.operations[${i}]`, operation, operations)],
    ),
  ];
}

function validateExpression(text: string | undefined, compile: typeof compileCondition, path: string): FieldError[] {
  if (text === undefined) return [];
  if (text.length > expressionCharactersMax) return [fieldTooLong(path, expressionCharactersMax)];
  return expressionErrors(text, compile(text), path);
}

export const subscriptionColumns: readonly Column<Subscription>[] = [
  nameColumn,
  { name: 'URL', type: 'string', description: 'Where messages are posted to.', cell: ({ spec }) => spec.url },
  {
    name: 'Suspend',
    type: 'boolean',
    description: 'Whether deliveries wait.',
    cell: ({ spec }) => spec.suspend ?? false,
  },
  {
    name: 'Delivering',
    type: 'string',
    description: 'Whether the last attempt succeeded.',
    cell: ({ status }) => status?.conditions?.find(({ type }) => type === 'Delivering')?.status ?? '',
  },
  { name: 'Pending', type: 'integer', description: 'Deliveries that wait.', cell: ({ status }) => status?.pending ?? 0 },
  ageColumn,
];
