import type { LabelSelector } from '../../machinery/selectors.ts';
import type { MutatingWebhookConfiguration } from '../../resources/admissionregistration/mutatingwebhookconfiguration.ts';
import type { ValidatingWebhookConfiguration } from '../../resources/admissionregistration/validatingwebhookconfiguration.ts';
import { Conditions } from '../expressions/conditions.ts';
import { selectorsOf } from '../matching/selectors.ts';
import type { Hook } from './hook.ts';
import type { WebhookSpec } from './question.ts';

export type MutatingWebhookSpec = NonNullable<MutatingWebhookConfiguration['webhooks']>[number];
type Configuration = MutatingWebhookConfiguration | ValidatingWebhookConfiguration;

/** The webhooks of all configurations, by the names of these and then in order. */
export function hooksOf<S extends WebhookSpec>(configurations: readonly Configuration[]): Hook<S>[] {
  return configurations.flatMap(({ metadata, webhooks = [] }) =>
    webhooks.map((spec, i) => ({
      id: `${metadata.name}/${spec.name}/${i}`,
      configuration: metadata.name,
      spec: spec as unknown as S,
      selectors: selectorsOf(spec as { namespaceSelector?: LabelSelector; objectSelector?: LabelSelector }),
      conditions: Conditions.of(spec.matchConditions),
    })),
  );
}
