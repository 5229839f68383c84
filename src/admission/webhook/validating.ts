import { isExempt } from '../matching/rules.ts';
import type { AdmissionPlugin } from '../plugin.ts';
import { denied } from './errors.ts';
import { ask, responseIn, targetOf } from './hook.ts';

/** Webhooks that may refuse an object as it will be stored, all asked at the same time. */
export const validatingAdmissionWebhook: AdmissionPlugin = {
  name: 'ValidatingAdmissionWebhook',
  operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
  subresources: 'all',
  validate(attributes, context) {
    const hooks = context.registered.validatingWebhooks(attributes);
    if (hooks.length === 0 || isExempt(attributes.resource)) return;
    const concerned = hooks.flatMap((hook) => {
      const target = targetOf(hook, attributes, context, false);
      return target ? [{ hook, question: ask(hook, attributes, target, false) }] : [];
    });
    if (concerned.length === 0) return;
    const answers = context.consult(concerned.map(({ question }) => question));
    for (const [i, { hook }] of concerned.entries()) {
      const response = responseIn(answers[i]!, hook, context, `validating.webhook.admission.k8s.io/round_0_index_${i}`);
      if (response && !response.allowed) throw denied(hook.spec.name, response.status);
    }
  },
};
