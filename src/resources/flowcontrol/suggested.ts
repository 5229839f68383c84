/**
 * The objects of flow control that a cluster starts with besides the mandatory ones, and that its admins may change. Facts:
 * `flowcontrol/bootstrap` of Kubernetes 1.36.
 */
import { nodesGroup } from '../../machinery/user.ts';
import type { FlowSchemaSpec, ResourcePolicyRule, Subject } from './flowschema.ts';
import { everyPath, everyResource, everythingOf } from './mandatory.ts';
import type { PriorityLevelConfigurationSpec } from './prioritylevelconfiguration.ts';

/** A level with queues of the usual length. */
const level = (
  nominalConcurrencyShares: number,
  lendablePercent: number,
  queues: number,
  handSize = 6,
): PriorityLevelConfigurationSpec => ({
  type: 'Limited',
  limited: {
    nominalConcurrencyShares,
    lendablePercent,
    limitResponse: { type: 'Queue', queuing: { queues, handSize, queueLengthLimit: 50 } },
  },
});

/** Specs by name. */
export const suggestedPriorityLevels: ReadonlyMap<string, PriorityLevelConfigurationSpec> = new Map([
  ['system', level(30, 33, 64)],
  ['node-high', level(40, 25, 64)],
  ['leader-election', level(10, 0, 16, 4)],
  ['workload-high', level(40, 50, 128)],
  ['workload-low', level(100, 90, 128)],
  ['global-default', level(20, 50, 128)],
]);

const user = (name: string): Subject => ({ kind: 'User', user: { name } });
const group = (name: string): Subject => ({ kind: 'Group', group: { name } });
const accountsOfSystem: Subject = { kind: 'ServiceAccount', serviceAccount: { name: '*', namespace: 'kube-system' } };
const everybody = ['system:unauthenticated', 'system:authenticated'];

const schema = (
  name: string,
  matchingPrecedence: number,
  distinguisher: 'ByUser' | 'ByNamespace',
  rules: FlowSchemaSpec['rules'],
): FlowSchemaSpec => ({
  priorityLevelConfiguration: { name },
  matchingPrecedence,
  distinguisherMethod: { type: distinguisher },
  rules,
});

const everythingBy = (subject: Subject): FlowSchemaSpec['rules'] => [
  { subjects: [subject], resourceRules: [everyResource], nonResourceRules: [everyPath] },
];

const rule = (verbs: string[], apiGroup: string, resources: string[], clusterScope: boolean): ResourcePolicyRule => ({
  verbs,
  apiGroups: [apiGroup],
  resources,
  namespaces: ['*'],
  clusterScope,
});

/** Rules as they are stored have no `clusterScope` that is false. */
const leases = (...verbs: string[]): ResourcePolicyRule => {
  const { clusterScope: _, ...namespaced } = rule(verbs, 'coordination.k8s.io', ['leases'], false);
  return namespaced;
};

/** Specs by name. */
export const suggestedFlowSchemas: ReadonlyMap<string, FlowSchemaSpec> = new Map<string, FlowSchemaSpec>([
  [
    'probes',
    {
      priorityLevelConfiguration: { name: 'exempt' },
      matchingPrecedence: 2,
      rules: [
        {
          subjects: everybody.map(group),
          nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
        },
      ],
    },
  ],
  [
    'system-leader-election',
    schema('leader-election', 100, 'ByUser', [
      {
        subjects: [user('system:kube-controller-manager'), user('system:kube-scheduler'), accountsOfSystem],
        resourceRules: [leases('get', 'create', 'update')],
      },
    ]),
  ],
  [
    'system-node-high',
    schema('node-high', 400, 'ByUser', [
      { subjects: [group(nodesGroup)], resourceRules: [rule(['*'], '', ['nodes', 'nodes/status'], true), leases('*')] },
    ]),
  ],
  ['system-nodes', schema('system', 500, 'ByUser', everythingOf(nodesGroup))],
  ['kube-controller-manager', schema('workload-high', 800, 'ByNamespace', everythingBy(user('system:kube-controller-manager')))],
  ['kube-scheduler', schema('workload-high', 800, 'ByNamespace', everythingBy(user('system:kube-scheduler')))],
  ['kube-system-service-accounts', schema('workload-high', 900, 'ByNamespace', everythingBy(accountsOfSystem))],
  ['service-accounts', schema('workload-low', 9_000, 'ByUser', everythingOf('system:serviceaccounts'))],
  ['global-default', schema('global-default', 9_900, 'ByUser', everythingOf(...everybody))],
]);
