import { builtinPlugins } from '../../../src/admission/index.ts';
import { testCluster } from '../../server/support/cluster.ts';
import { fakeWebhooks, type Webhook } from '../../support/webhooks.ts';

export const group = '/apis/admissionregistration.k8s.io/v1';
export const url = 'https://hook.example.com/check';
export const widgetRule = {
  apiGroups: ['example.dev'],
  apiVersions: ['v1'],
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  resources: ['widgets'],
};

export const hook = (more: object = {}) => ({
  name: 'check.example.com',
  clientConfig: { url },
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  rules: [widgetRule],
  ...more,
});

/** A cluster with webhook configurations. */
export async function clusterWith(
  configurations: { validating?: object[]; mutating?: object[] },
  at: Record<string, Webhook> | Webhook,
) {
  const webhooks = fakeWebhooks(typeof at === 'function' ? { [url]: at } : at);
  const cluster = await testCluster({ admission: builtinPlugins, webhooks });
  for (const [sort, hooks] of Object.entries(configurations))
    await cluster.ok('POST', `${group}/${sort}webhookconfigurations`, { metadata: { name: 'a' }, webhooks: hooks });
  return { ...cluster, asked: webhooks.asked };
}

export const allow = () => ({ allowed: true });
