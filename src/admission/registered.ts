/** The webhooks and policies of a cluster, found by the kind of request that they may be about. */
import type { Reader } from '../machinery/reader.ts';
import type { AnyResource } from '../machinery/resource.ts';
import type { Scheme } from '../machinery/scheme.ts';
import { mutatingWebhookConfigurations } from '../resources/admissionregistration/mutatingwebhookconfiguration.ts';
import { mutatingAdmissionPolicies } from '../resources/admissionregistration/mutatingadmissionpolicy.ts';
import { mutatingAdmissionPolicyBindings } from '../resources/admissionregistration/mutatingadmissionpolicybinding.ts';
import { validatingAdmissionPolicies } from '../resources/admissionregistration/validatingadmissionpolicy.ts';
import { validatingAdmissionPolicyBindings } from '../resources/admissionregistration/validatingadmissionpolicybinding.ts';
import { validatingWebhookConfigurations } from '../resources/admissionregistration/validatingwebhookconfiguration.ts';
import { mayMatch, type Rule } from './matching/rules.ts';
import type { Attributes } from './plugin.ts';
import {
  mutatingPolicies,
  validatingPolicies,
  type MutatingPolicy,
  type Policy,
  type ValidatingPolicy,
} from './policy/policies.ts';
import type { Hook } from './webhook/hook.ts';
import { hooksOf, type MutatingWebhookSpec } from './webhook/hooks.ts';

type Request = Pick<Attributes, 'operation' | 'resource' | 'subresource'>;

/** What may be concerned by a request, as far as its kind tells. In upstream's order. */
export interface Registered {
  /** There is a webhook: decisions may have to be made again with its answers. */
  readonly hasWebhooks: boolean;
  mutatingWebhooks(request: Request): readonly Hook<MutatingWebhookSpec>[];
  validatingWebhooks(request: Request): readonly Hook[];
  /** Those that are put to use by a binding. */
  mutatingPolicies(request: Request): readonly MutatingPolicy[];
  validatingPolicies(request: Request): readonly ValidatingPolicy[];
}

/**
 * Reads all of them when it is first asked, and again after they have changed. Requests that concern none are told apart by a
 * look into a map.
 */
export class Registry implements Registered {
  readonly #parts = new Map<string, { forget(): void }>();
  readonly #mutatingWebhooks: () => Index<Hook<MutatingWebhookSpec>>;
  readonly #validatingWebhooks: () => Index<Hook>;
  readonly #mutatingPolicies: () => Index<MutatingPolicy>;
  readonly #validatingPolicies: () => Index<ValidatingPolicy>;

  constructor(reader: Reader, scheme: Scheme) {
    const hookRules = ({ spec }: Hook) => spec.rules ?? [];
    const policyRules = ({ match }: Policy) => match.spec.resourceRules ?? [];
    this.#mutatingWebhooks = this.#part([mutatingWebhookConfigurations], () => {
      return new Index(hooksOf<MutatingWebhookSpec>(reader.list(mutatingWebhookConfigurations)), hookRules, scheme);
    });
    this.#validatingWebhooks = this.#part([validatingWebhookConfigurations], () => {
      return new Index(hooksOf<Hook['spec']>(reader.list(validatingWebhookConfigurations)), hookRules, scheme);
    });
    this.#mutatingPolicies = this.#part([mutatingAdmissionPolicies, mutatingAdmissionPolicyBindings], () => {
      const bindings = reader.list(mutatingAdmissionPolicyBindings);
      return new Index(mutatingPolicies(reader.list(mutatingAdmissionPolicies), bindings), policyRules, scheme);
    });
    this.#validatingPolicies = this.#part([validatingAdmissionPolicies, validatingAdmissionPolicyBindings], () => {
      const bindings = reader.list(validatingAdmissionPolicyBindings);
      return new Index(validatingPolicies(reader.list(validatingAdmissionPolicies), bindings), policyRules, scheme);
    });
  }

  /** To be told of every change, by the kind's storage key. */
  changed(resource: string): void {
    this.#parts.get(resource)?.forget();
  }

  get hasWebhooks(): boolean {
    return this.#mutatingWebhooks().size + this.#validatingWebhooks().size > 0;
  }

  mutatingWebhooks(request: Request): readonly Hook<MutatingWebhookSpec>[] {
    return this.#mutatingWebhooks().find(request);
  }

  validatingWebhooks(request: Request): readonly Hook[] {
    return this.#validatingWebhooks().find(request);
  }

  mutatingPolicies(request: Request): readonly MutatingPolicy[] {
    return this.#mutatingPolicies().find(request);
  }

  validatingPolicies(request: Request): readonly ValidatingPolicy[] {
    return this.#validatingPolicies().find(request);
  }

  /** What is made of all objects of these kinds, kept until one of them changes. */
  #part<T>(kinds: readonly AnyResource[], make: () => T): () => T {
    let made: T | undefined;
    const forget = () => void (made = undefined);
    for (const { resource } of kinds) this.#parts.set(resource, { forget });
    return () => (made ??= make());
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
