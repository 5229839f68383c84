import { limits } from '../lib/limits.ts';
import { samePlain } from '../machinery/plain.ts';
import { mastersGroup } from '../machinery/user.ts';
import { clusterWebhookSubscriptions } from '../resources/automation/clusterwebhooksubscription.ts';
import type { Subscription } from '../resources/automation/subscription.ts';
import { webhookSubscriptions } from '../resources/automation/webhooksubscription.ts';
import { secrets } from '../resources/core/secret.ts';
import { refuse, type AdmissionContext, type AdmissionPlugin, type WriteAttributes } from './plugin.ts';

/**
 * Nobody is told by a webhook what he may not watch himself, and nobody signs with a Secret that he may not read: who writes a
 * subscription must be allowed both. A cluster has `limits.webhookSubscriptions` of them.
 */
export const subscriptionAccess: AdmissionPlugin = {
  name: 'WebhookSubscriptionAccess',
  operations: ['CREATE', 'UPDATE'],
  resources: [webhookSubscriptions.resource, clusterWebhookSubscriptions.resource],
  admit(attributes: WriteAttributes<Subscription>, context) {
    const { object, oldObject, operation, user } = attributes;
    if (operation === 'CREATE') {
      const count = context.pending.list(webhookSubscriptions).length + context.pending.list(clusterWebhookSubscriptions).length;
      if (count >= limits.webhookSubscriptions) throw refuse(attributes, `a cluster has ${limits.webhookSubscriptions} subscriptions at most`);
    }
    if (user.groups.includes(mastersGroup) || (oldObject && samePlain(object.spec, oldObject.spec))) return;
    checkSecret(attributes, context);
    for (const wanted of watchesOf(attributes)) if (!isAllowed('watch', wanted, attributes, context)) throw refuse(attributes, whyNot('watch', wanted));
  },
};

interface Wanted {
  group: string;
  resource: string;
  namespace: string;
  name: string;
}

/** What is watched by a subscription. A star has to be allowed as a star. */
function watchesOf({ object, namespace }: WriteAttributes<Subscription>): Wanted[] {
  const { rules = [], namespaces = [] } = object.spec ?? {};
  const where = namespace !== '' ? [namespace] : namespaces.length > 0 ? namespaces : [''];
  return rules.flatMap(({ apiGroups = [], resources = [] }) =>
    where.flatMap((each) => apiGroups.flatMap((group) => resources.map((resource) => ({ group, resource, namespace: each, name: '' })))),
  );
}

function checkSecret(attributes: WriteAttributes<Subscription>, context: AdmissionContext): void {
  const { name = '', namespace = attributes.namespace } = attributes.object.spec?.secretRef ?? {};
  const wanted = { group: secrets.group, resource: secrets.plural, namespace, name };
  if (!isAllowed('get', wanted, attributes, context)) throw refuse(attributes, whyNot('get', wanted));
}

function isAllowed(verb: string, wanted: Wanted, { user }: WriteAttributes<Subscription>, { authorizer, committed }: AdmissionContext): boolean {
  return authorizer.authorize({ user, verb, version: '*', subresource: '', ...wanted }, committed).decision === 'allow';
}

function whyNot(verb: string, { group, resource, namespace }: Wanted): string {
  const kind = group === '' ? resource : `${resource}.${group}`;
  return `who subscribes must be allowed to ${verb} ${kind} ${namespace === '' ? 'in all namespaces' : `in the namespace ${namespace}`}`;
}
