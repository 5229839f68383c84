import { expect, test } from 'vitest';
import { builtinResources } from '../../src/resources/index.ts';

/** The kinds of which kube-apiserver counts the changes, and ours; PriorityClass and EndpointSlice do it in ways of their own. */
const counted = [
  'CSIDriver',
  'ClusterWebhookSubscription',
  'CronJob',
  'CustomResourceDefinition',
  'DaemonSet',
  'Deployment',
  'DeviceClass',
  'DeviceTaintRule',
  'FlowSchema',
  'Ingress',
  'IngressClass',
  'Job',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
  'MutatingWebhookConfiguration',
  'NetworkPolicy',
  'Pod',
  'PodDisruptionBudget',
  'PodTemplate',
  'PriorityLevelConfiguration',
  'ReplicaSet',
  'ReplicationController',
  'ResourceSlice',
  'StatefulSet',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'WebhookSubscription',
];

test('a generation is for the stored kinds that have one', () => {
  const kinds = builtinResources.filter(({ hasSpec, verbs }) => hasSpec && verbs.includes('get')).map(({ kind }) => kind);
  expect(kinds.filter((kind) => !counted.includes(kind))).toEqual([]);
  expect(kinds).toEqual(expect.arrayContaining(['Deployment', 'Pod', 'ReplicaSet']));
});
