import { CelError, Meter } from '../cel/meter.ts';
import type { Clock } from '../lib/clock.ts';
import type { Reader } from '../machinery/reader.ts';
import { selectorFromLabelSelector, everything, type Selector } from '../machinery/selectors.ts';
import { clusterWebhookSubscriptions } from '../resources/automation/clusterwebhooksubscription.ts';
import { compileCondition, compilePayload, type CompiledExpression } from '../resources/automation/expressions.ts';
import { automationGroup, type Subscription, type SubscriptionRule } from '../resources/automation/subscription.ts';
import { webhookSubscriptions } from '../resources/automation/webhooksubscription.ts';
import { secrets } from '../resources/core/secret.ts';
import type { NewDelivery } from '../storage/backend.ts';
import type { Change } from '../storage/store.ts';
import { bindingsOf, eventOf, messageBody, type ChangeOperation, type Teller, type Told } from './message.ts';
import { visible } from './visible.ts';

/** A subscription, ready to be asked about changes. */
export interface CompiledSubscription extends Teller {
  readonly uid: string;
  readonly rules: readonly SubscriptionRule[];
  /** Undefined: all of them, and what is in none. */
  readonly namespaces: ReadonlySet<string> | undefined;
  readonly selector: Selector;
  readonly condition: CompiledExpression | undefined;
}

const operationOf = { ADDED: 'CREATE', MODIFIED: 'UPDATE', DELETED: 'DELETE' } as const;
const own = `.${automationGroup}`;
/** What a condition may cost, in units of CEL: it runs inside the decision of a write. */
const conditionCostMax = 100_000;

/**
 * The subscriptions of a cluster, found by the kind of a change. Reads all of them when it is first asked, and again after one
 * has changed. Without any, a change costs one look.
 */
export class Subscriptions {
  readonly #reader: Reader;
  readonly #clock: Clock;
  #all: readonly CompiledSubscription[] | undefined;
  #byKind = new Map<string, readonly CompiledSubscription[]>();

  constructor(reader: Reader, clock: Clock) {
    this.#reader = reader;
    this.#clock = clock;
  }

  /** To be told of every change. True if what is delivered, or how, may be different now. */
  changed({ type, entry, previous }: Change): boolean {
    const { resource } = entry.key;
    if (resource === webhookSubscriptions.resource || resource === clusterWebhookSubscriptions.resource) {
      // Their status tells what was delivered, and nothing new.
      if (type === 'MODIFIED' && entry.object.metadata.generation === previous?.object.metadata.generation) return false;
      this.#all = undefined;
      this.#byKind.clear();
      return true;
    }
    return resource === secrets.resource && this.all.length > 0;
  }

  get all(): readonly CompiledSubscription[] {
    return (this.#all ??= [...this.#reader.list(webhookSubscriptions), ...this.#reader.list(clusterWebhookSubscriptions)].map((each) =>
      compileSubscription(each as Subscription),
    ));
  }

  /** What is to be told of a change; undefined for nothing. */
  deliveriesOf(change: Change): readonly NewDelivery[] | undefined {
    if (this.all.length === 0) return undefined;
    const { resource } = change.entry.key;
    let concerned = this.#byKind.get(resource);
    if (!concerned) this.#byKind.set(resource, (concerned = this.all.filter(({ rules }) => rules.some((rule) => isAbout(rule, resource)))));
    return concerned.length === 0 ? undefined : deliveriesOf(change, concerned, this.#clock.now());
  }
}

/** What subscriptions that are about the kind of a change say about the change itself. */
export function deliveriesOf(change: Change, subscriptions: readonly CompiledSubscription[], now: Date): readonly NewDelivery[] | undefined {
  let told: Told | undefined;
  let deliveries: NewDelivery[] | undefined;
  for (const subscription of subscriptions) {
    if (!isMeant(subscription, change)) continue;
    told ??= toldOf(change);
    if (subscription.condition && !holds(subscription.condition, told)) continue;
    (deliveries ??= []).push({ subscription: subscription.uid, event: eventOf(told), body: messageBody(told, subscription, now) });
  }
  return deliveries;
}

export function compileSubscription({ metadata, spec }: Subscription): CompiledSubscription {
  const { uid, name, namespace = '' } = metadata;
  const { rules, namespaces = [], selector, condition, payload } = spec;
  const wanted = namespace === '' ? namespaces : [namespace];
  return {
    uid,
    name,
    namespace,
    rules,
    namespaces: wanted.length === 0 ? undefined : new Set(wanted),
    selector: selector ? selectorFromLabelSelector(selector) : everything,
    condition: condition === undefined ? undefined : compileCondition(condition),
    payload: payload === undefined ? undefined : compilePayload(payload),
  };
}

const named = (values: readonly string[], value: string): boolean => values.includes('*') || values.includes(value);

/** Whether a rule is about a kind. None is about subscriptions: the status of one would be news to itself without end. */
export function isAbout({ apiGroups, resources }: SubscriptionRule, resource: string): boolean {
  if (resource.endsWith(own)) return false;
  const dot = resource.indexOf('.');
  const [plural, group] = dot < 0 ? [resource, ''] : [resource.slice(0, dot), resource.slice(dot + 1)];
  return named(apiGroups, group) && named(resources, plural);
}

function isMeant({ rules, namespaces, selector }: CompiledSubscription, { type, entry }: Change): boolean {
  const { resource, namespace } = entry.key;
  if (namespaces && !namespaces.has(namespace)) return false;
  const operation: ChangeOperation = operationOf[type];
  const matches = ({ operations = all, apiVersions = all }: SubscriptionRule) =>
    named(operations, operation) && (apiVersions.includes('*') || apiVersions.includes(versionOf(entry.object.apiVersion)));
  return rules.some((rule) => isAbout(rule, resource) && matches(rule)) && (selector === everything || selector.matches(entry.object.metadata.labels));
}

const all = ['*'];
const versionOf = (apiVersion = ''): string => apiVersion.slice(apiVersion.indexOf('/') + 1);

function toldOf({ type, revision, entry, previous }: Change): Told {
  const { resource } = entry.key;
  const oldObject = previous && visible(previous.object, resource);
  return { operation: operationOf[type], revision, resource, object: visible(entry.object, resource), oldObject };
}

/** A condition that has no value does not hold. */
function holds({ program }: CompiledExpression, told: Told): boolean {
  if (!program) return false;
  try {
    return program.evaluate(bindingsOf(told), new Meter(conditionCostMax)) === true;
  } catch (error) {
    if (error instanceof CelError) return false;
    throw error;
  }
}
