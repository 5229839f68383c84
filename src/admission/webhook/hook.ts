import type { AnyResource } from '../../machinery/resource.ts';
import { forbidden, StatusError } from '../../machinery/status.ts';
import type { Conditions } from '../expressions/conditions.ts';
import type { Answer, Question, WebhookResponse } from '../consult.ts';
import { matchRules } from '../matching/rules.ts';
import { isSelected, type Selectors } from '../matching/selectors.ts';
import type { AdmissionContext, Attributes } from '../plugin.ts';
import { viewOfObject, viewOfOld } from '../view.ts';
import { dryRunUnsupported, failedCalling } from './errors.ts';
import { admissionRequest, questionOf, type WebhookSpec } from './question.ts';

/** A webhook of a configuration, read once. */
export interface Hook<S extends WebhookSpec = WebhookSpec> {
  /** Tells it from all others: configuration, name and place. */
  readonly id: string;
  readonly configuration: string;
  readonly spec: S;
  readonly selectors: Selectors;
  /** Its matchConditions. */
  readonly conditions: Conditions | undefined;
}

/**
 * The kind in the version that the webhook is to see; undefined if it is not to be asked. Throws 404 for a namespace that is not
 * there, and 403 for conditions that have no answer.
 */
export function targetOf(
  hook: Hook,
  attributes: Attributes,
  context: AdmissionContext,
  isEarly: boolean,
): AnyResource | undefined {
  const { spec, selectors, conditions } = hook;
  const selected = isSelected(selectors, attributes, context);
  if (selected === false) return undefined;
  const target = matchRules(spec.rules ?? [], spec.matchPolicy, attributes, context.scheme);
  if (!target) return undefined;
  if (selected instanceof StatusError) throw selected;
  if (!conditions) return target;
  const result = conditions.match(
    {
      attributes,
      object: viewOfObject(attributes, target, isEarly),
      oldObject: viewOfOld(attributes, target),
      request: admissionRequest(attributes, target),
    },
    context,
  );
  if (typeof result === 'boolean') return result ? target : undefined;
  if (spec.failurePolicy === 'Ignore') return undefined;
  const { resource, name } = attributes;
  throw forbidden({ group: resource.group, resource: resource.plural, name }, result.error);
}

/** What the webhook is to be asked. Throws 400 in a dry run if it may have side effects. */
export function ask({ spec }: Hook, attributes: Attributes, target: AnyResource, mutating: boolean): Question {
  const hasEffects = spec.sideEffects !== 'None' && spec.sideEffects !== 'NoneOnDryRun';
  if (attributes.options.dryRun && hasEffects) throw dryRunUnsupported(spec.name);
  const question = questionOf(spec, attributes, target, mutating);
  if (question) return question;
  throw failedCalling(
    spec.name,
    'could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)',
  );
}

/**
 * The response in an answer, with what it says to the client passed on; undefined for none, where the failurePolicy lets that
 * pass, which is noted for the audit at the place of the webhook among those that are asked. Throws 500 where it does not.
 */
export function responseIn(
  answer: Answer,
  { spec }: Hook,
  context: AdmissionContext,
  place: string,
): WebhookResponse | undefined {
  if ('error' in answer) {
    if (spec.failurePolicy === 'Ignore') {
      context.annotate(`failed-open.${place}`, spec.name);
      return undefined;
    }
    throw failedCalling(spec.name, answer.error);
  }
  const { response } = answer;
  for (const [key, value] of Object.entries(response.auditAnnotations ?? {})) context.annotate(`${spec.name}/${key}`, value);
  for (const warning of response.warnings ?? []) context.warn(warning);
  return response;
}
