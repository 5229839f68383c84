import type { Report, Target } from '../automation/outbox-deliverer.ts';
import type { Message, Outbox } from '../automation/outbox.ts';
import { deliveriesOf, isAbout, Subscriptions, type CompiledSubscription } from '../automation/subscriptions.ts';
import { signingKey } from '../automation/signature.ts';
import type { Clock } from '../lib/clock.ts';
import { rfc3339 } from '../lib/clock.ts';
import { copyPlain } from '../machinery/plain.ts';
import type { Reader } from '../machinery/reader.ts';
import type { Write } from '../machinery/reconcile.ts';
import type { AnyResource } from '../machinery/resource.ts';
import { clusterWebhookSubscriptions } from '../resources/automation/clusterwebhooksubscription.ts';
import { defaultSecretKey, type Subscription } from '../resources/automation/subscription.ts';
import { webhookSubscriptions } from '../resources/automation/webhooksubscription.ts';
import { secrets } from '../resources/core/secret.ts';
import type { NewDelivery } from '../storage/backend.ts';
import { subjectOf } from '../storage/entry.ts';
import { StoreError, type Change, type Store } from '../storage/store.ts';

export interface WebhookEvents {
  /** A change with deliveries was decided and will be committed. Called before that. */
  decided(): void;
  /** There are new deliveries of these subscriptions; with `changed`, subscriptions or their Secrets are different now. */
  committed(subscriptions: readonly string[], changed: boolean): void;
  onError(message: string): void;
}

/** Changes that a replay puts into the outbox in one go. */
const replayPageChanges = 500;

/**
 * The webhooks of one cluster, as far as the cluster has to do with them: what goes into the outbox with a commit, what the
 * deliverer has to know, and the status of subscriptions.
 */
export class ClusterWebhooks {
  readonly #subscriptions: Subscriptions;
  readonly #reader: Reader;
  readonly #clock: Clock;
  readonly #events: WebhookEvents | undefined;
  /** Who gets something of changes that were decided and are not committed yet, by revision. */
  readonly #decided = new Map<number, readonly NewDelivery[]>();

  constructor(reader: Reader, clock: Clock, events?: WebhookEvents) {
    this.#subscriptions = new Subscriptions(reader, clock);
    this.#reader = reader;
    this.#clock = clock;
    this.#events = events;
  }

  /** There are subscriptions: after a start there may be something to deliver. */
  get isUsed(): boolean {
    return this.#subscriptions.all.length > 0;
  }

  /** What webhooks are to be told of a change that is decided. Never throws: a write does not fail for that. */
  deliveriesOf(change: Change): readonly NewDelivery[] | undefined {
    try {
      const deliveries = this.#subscriptions.deliveriesOf(change);
      if (!deliveries) return undefined;
      this.#decided.set(change.revision, deliveries);
      this.#events?.decided();
      return deliveries;
    } catch (error) {
      this.#events?.onError(`webhooks: ${error instanceof Error ? error.name : 'unknown error'}`);
      return undefined;
    }
  }

  committed(changes: readonly Change[]): void {
    let changed = false;
    for (const change of changes) if (this.#subscriptions.changed(change)) changed = true;
    if (this.#decided.size === 0 && !changed) return;
    const last = changes.at(-1)!.revision;
    const subscriptions = new Set<string>();
    for (const [revision, deliveries] of this.#decided) {
      if (revision > last) break;
      this.#decided.delete(revision);
      for (const { subscription } of deliveries) subscriptions.add(subscription);
    }
    if (subscriptions.size > 0 || changed) this.#events?.committed([...subscriptions], changed);
  }

  /** The subscriptions, for the deliverer. */
  targets(): Target[] {
    return this.#all().map((subscription) => this.#targetOf(subscription));
  }

  #all(): Subscription[] {
    return [...this.#reader.list(webhookSubscriptions), ...this.#reader.list(clusterWebhookSubscriptions)] as Subscription[];
  }

  #targetOf({ metadata, spec }: Subscription): Target {
    const { uid, name, namespace = '', generation = 0 } = metadata;
    const { name: secretName, key = defaultSecretKey } = spec.secretRef;
    const secretNamespace = spec.secretRef.namespace ?? namespace;
    const target = { uid, namespace, name, generation, url: spec.url, suspended: spec.suspend ?? false };
    const data = this.#reader.get(secrets, secretNamespace, secretName)?.data ?? {};
    const wanted = [data[key], data[`previous-${key}`]].flatMap((value) => (value === undefined ? [] : [fromBase64(value).trim()]));
    const usable = wanted.filter((secret) => signingKey(secret) !== undefined);
    if (usable.length === wanted.length && usable.length > 0) return { ...target, secrets: usable };
    const where = `the key ${JSON.stringify(key)} of the Secret ${secretNamespace}/${secretName}`;
    return { ...target, secrets: [], problem: wanted.length === 0 ? `there is no signing secret at ${where}` : `${where} has no signing secret (whsec_ and 24 to 64 bytes in base64)` };
  }

  /** The write that tells of a report in the status of its subscription. Undefined if that is no more. */
  statusWrite(report: Report): Write | undefined {
    const { namespace, name, uid } = report;
    const resource: AnyResource = namespace === '' ? clusterWebhookSubscriptions : webhookSubscriptions;
    const current = this.#reader.get(resource, namespace, name) as Subscription | undefined;
    if (current?.metadata.uid !== uid) return undefined;
    const object = copyPlain(current);
    object.status = statusOf(report, current, this.#clock.now());
    return { verb: 'update', resource, object, subresource: 'status' };
  }

  /**
   * Puts messages about the changes after `revision` into the outbox, as the subscription has it now. How many; undefined if the
   * log does not reach from there to now.
   */
  async replay(store: Store, outbox: Outbox, uid: string, revision: number): Promise<number | undefined> {
    const subscription = this.#subscriptions.all.find((each) => each.uid === uid);
    if (!subscription) return 0;
    let changes: readonly Change[];
    try {
      changes = await store.changesAfter(revision);
    } catch (error) {
      if (error instanceof StoreError && (error.code === 'compacted' || error.code === 'ahead')) return undefined;
      throw error;
    }
    let count = 0;
    for (let start = 0; start < changes.length; start += replayPageChanges) {
      const messages = changes.slice(start, start + replayPageChanges).flatMap((change) => this.#messagesOf(change, subscription));
      await outbox.replay(messages);
      count += messages.length;
    }
    if (count > 0) this.#events?.committed([uid], false);
    return count;
  }

  #messagesOf(change: Change, subscription: CompiledSubscription): Message[] {
    const { key } = change.entry;
    if (!subscription.rules.some((rule) => isAbout(rule, key.resource))) return [];
    const deliveries = deliveriesOf(change, [subscription], this.#clock.now()) ?? [];
    return deliveries.map((delivery) => ({ ...delivery, revision: change.revision, subject: subjectOf(key) }));
  }
}

function statusOf(report: Report, { status: before }: Subscription, now: Date): NonNullable<Subscription['status']> {
  const { problem, consecutiveFailures, lastSuccess, lastFailure, lastFailureMessage, pending, deadLetters, generation } = report;
  const failing = problem !== undefined || consecutiveFailures > 0;
  const status = failing ? 'False' : 'True';
  const old = before?.conditions?.find(({ type }) => type === 'Delivering');
  const condition = {
    type: 'Delivering',
    status,
    reason: problem !== undefined ? 'NoSigningSecret' : failing ? 'AttemptFailed' : 'Delivered',
    message: problem ?? (failing ? (lastFailureMessage ?? '') : ''),
    lastTransitionTime: old?.status === status ? old.lastTransitionTime : rfc3339(now),
    observedGeneration: generation,
  };
  const successTime = lastSuccess ? rfc3339(new Date(lastSuccess)) : before?.lastSuccessTime;
  const failureTime = lastFailure ? rfc3339(new Date(lastFailure)) : before?.lastFailureTime;
  const failureMessage = lastFailureMessage ?? before?.lastFailureMessage;
  return {
    conditions: [condition],
    observedGeneration: generation,
    consecutiveFailures,
    pending,
    deadLetters,
    ...(successTime !== undefined && { lastSuccessTime: successTime }),
    ...(failureTime !== undefined && { lastFailureTime: failureTime }),
    ...(failureMessage !== undefined && { lastFailureMessage: failureMessage }),
  };
}

const fromBase64 = (text: string): string => {
  try {
    return atob(text);
  } catch {
    return '';
  }
};
