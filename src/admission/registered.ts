/** The webhooks and policies of a cluster, found by the kind of request that they may be about. */
import type { Reader } from '../machinery/reader.ts';
import type { AnyResource } from '../machinery/resource.ts';
import type { Scheme } from '../machinery/scheme.ts';
import { mutatingWebhookConfigurations } from '../resources/admissionregistration/mutatingwebhookconfiguration.ts';
import { validatingWebhookConfigurations } from '../resources/admissionregistration/validatingwebhookconfiguration.ts';
import { mayMatch, type Rule } from './matching/rules.ts';
import type { Attributes } from './plugin.ts';
import type { Hook } from './webhook/hook.ts';
import { hooksOf, type MutatingWebhookSpec } from './webhook/hooks.ts';

type Request = Pick<Attributes, 'operation' | 'resource' | 'subresource'>;

/** What may be concerned by a request, as far as its kind tells. In upstream's order. */
export interface Registered {
  /** There is a webhook: decisions may have to be made again with its answers. */
  readonly hasWebhooks: boolean;
  mutatingWebhooks(request: Request): readonly Hook<MutatingWebhookSpec>[];
  validatingWebhooks(request: Request): readonly Hook[];
}

/**
 * Reads all of them when it is first asked, and again after `changed`. Requests that concern none are told apart by a look
 * into a map.
 */
export class Registry implements Registered {
  readonly #reader: Reader;
  readonly #scheme: Scheme;
  #mutatingWebhooks?: Index<Hook<MutatingWebhookSpec>>;
  #validatingWebhooks?: Index<Hook>;

  constructor(reader: Reader, scheme: Scheme) {
    this.#reader = reader;
    this.#scheme = scheme;
  }

  /** To be told of every change, by the kind's storage key. */
  changed(resource: string): void {
    if (resource === mutatingWebhookConfigurations.resource) this.#mutatingWebhooks = undefined;
    else if (resource === validatingWebhookConfigurations.resource) this.#validatingWebhooks = undefined;
  }

  get hasWebhooks(): boolean {
    return this.#mutating.size + this.#validating.size > 0;
  }

  mutatingWebhooks(request: Request): readonly Hook<MutatingWebhookSpec>[] {
    return this.#mutating.find(request);
  }

  validatingWebhooks(request: Request): readonly Hook[] {
    return this.#validating.find(request);
  }

  get #mutating() {
    return (this.#mutatingWebhooks ??= this.#index(hooksOf<MutatingWebhookSpec>(this.#reader.list(mutatingWebhookConfigurations))));
  }

  get #validating() {
    return (this.#validatingWebhooks ??= this.#index(hooksOf<Hook['spec']>(this.#reader.list(validatingWebhookConfigurations))));
  }

  #index<H extends Hook>(hooks: readonly H[]): Index<H> {
    return new Index(hooks, ({ spec }) => spec.rules ?? [], this.#scheme);
  }
}

const none: readonly never[] = [];

/** Hooks with rules, by what of a request never changes: operation, kind and subresource. */
class Index<T> {
  readonly #all: readonly T[];
  readonly #rulesOf: (hook: T) => readonly Rule[];
  readonly #scheme: Scheme;
  readonly #found = new Map<string, readonly T[]>();

  constructor(all: readonly T[], rulesOf: (hook: T) => readonly Rule[], scheme: Scheme) {
    this.#all = all;
    this.#rulesOf = rulesOf;
    this.#scheme = scheme;
  }

  get size(): number {
    return this.#all.length;
  }

  find(request: Request): readonly T[] {
    if (this.#all.length === 0) return none;
    const { operation, resource, subresource } = request;
    const key = `${operation} ${resource.resource}/${subresource}`;
    let found = this.#found.get(key);
    if (!found) {
      const groups = this.#groupsOf(resource);
      found = this.#all.filter((hook) => this.#rulesOf(hook).some((rule) => mayMatch(rule, groups, request)));
      this.#found.set(key, found);
    }
    return found;
  }

  /** Usually one; the same objects may be served in several groups. */
  #groupsOf({ resource, group }: AnyResource): readonly string[] {
    const others = this.#scheme.served.filter((kind) => kind.resource === resource).map((kind) => kind.group);
    return [...new Set([group, ...others])];
  }
}

/** Nothing is registered. */
export const nothingRegistered: Registered = {
  hasWebhooks: false,
  mutatingWebhooks: () => none,
  validatingWebhooks: () => none,
};
