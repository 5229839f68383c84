import { whyUnprocessable } from '../../machinery/patch/errors.ts';
import { applyJsonPatch } from '../../machinery/patch/json.ts';
import { samePlain, type Plain } from '../../machinery/plain.ts';
import type { AnyResource } from '../../machinery/resource.ts';
import { internalError, StatusError } from '../../machinery/status.ts';
import { isExempt } from '../matching/rules.ts';
import type { AdmissionContext, AdmissionPlugin, Attributes } from '../plugin.ts';
import { putBack, viewOfObject } from '../view.ts';
import { denied, failedCalling } from './errors.ts';
import { ask, responseIn, targetOf, type Hook } from './hook.ts';
import type { MutatingWebhookSpec } from './hooks.ts';

const name = 'MutatingAdmissionWebhook';

/** Webhooks that may change an object, one after the other, in the order of their configurations' names. */
export const mutatingAdmissionWebhook: AdmissionPlugin = {
  name,
  operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
  subresources: 'all',
  admit(attributes, context, pass) {
    const hooks = context.registered.mutatingWebhooks(attributes);
    if (hooks.length === 0 || isExempt(attributes.resource)) return;
    const reinvocation = pass.reinvocation(name);
    reinvocation.begin(pass.round, attributes.object);
    for (const [i, hook] of hooks.entries()) {
      const target = targetOf(hook, attributes, context, true);
      if (!target || !reinvocation.isDue(pass.round, hook.id)) continue;
      const place = `mutation.webhook.admission.k8s.io/round_${pass.round}_index_${i}`;
      if (mutate(hook, attributes, target, context, place)) {
        reinvocation.changed();
        pass.shouldReinvoke = true;
      }
      if (hook.spec.reinvocationPolicy === 'IfNeeded') reinvocation.invoked(hook.id);
    }
    reinvocation.end(attributes.object);
  },
};

/** Whether the webhook changed the object, which is noted for the audit at its place. Throws its refusal. */
function mutate(
  hook: Hook<MutatingWebhookSpec>,
  attributes: Attributes,
  target: AnyResource,
  context: AdmissionContext,
  place: string,
): boolean {
  let mutated = false;
  try {
    return (mutated = applyAnswer(hook, attributes, target, context, place));
  } finally {
    context.annotate(place, JSON.stringify({ configuration: hook.configuration, webhook: hook.spec.name, mutated }));
  }
}

function applyAnswer(
  hook: Hook<MutatingWebhookSpec>,
  attributes: Attributes,
  target: AnyResource,
  context: AdmissionContext,
  place: string,
): boolean {
  const { spec } = hook;
  const [answer] = context.consult([ask(hook, attributes, target, true)]);
  const response = responseIn(answer!, hook, context, place);
  if (!response) return false;
  if (!response.allowed) throw denied(spec.name, response.status);
  if (response.patch === undefined) return false;
  const patch = decodePatch(response.patch);
  if (!patch) {
    if (spec.failurePolicy === 'Ignore') return false;
    throw failedCalling(spec.name, 'received undecodable patch in webhook response: the patch is no list of operations');
  }
  return patch.length > 0 && applyPatch(patch, spec.name, attributes, target);
}

function decodePatch(text: string): readonly unknown[] | undefined {
  try {
    const patch: unknown = JSON.parse(text);
    return Array.isArray(patch) ? patch : undefined;
  } catch {
    return undefined;
  }
}

function applyPatch(patch: readonly unknown[], webhook: string, attributes: Attributes, target: AnyResource): boolean {
  const before = viewOfObject(attributes, target, true);
  if (!before)
    throw internalError(
      `admission webhook ${JSON.stringify(webhook)} attempted to modify the object, which is not supported for this operation`,
    );
  let after: unknown;
  try {
    after = applyJsonPatch(before, patch);
  } catch (error) {
    throw error instanceof StatusError ? internalError(whyUnprocessable(error)) : error;
  }
  if (samePlain(before, after)) return false;
  putBack(attributes, target, after as Plain);
  return true;
}
