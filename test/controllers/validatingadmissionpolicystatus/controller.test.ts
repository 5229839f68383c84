import { expect, test } from 'vitest';
import { validatingAdmissionPolicyStatusController } from '../../../src/controllers/validatingadmissionpolicystatus/controller.ts';
import { createScheme } from '../../../src/machinery/scheme.ts';
import { validatingAdmissionPolicies } from '../../../src/resources/admissionregistration/validatingadmissionpolicy.ts';
import { builtinResources } from '../../../src/resources/index.ts';
import { TestCluster } from '../support/cluster.ts';

const rule = (apiGroups: string[], resources: string[], apiVersions = ['v1']) => ({ apiGroups, apiVersions, operations: ['CREATE'], resources });

function checked(spec: object) {
  const cluster = new TestCluster({ controllers: [validatingAdmissionPolicyStatusController(createScheme(builtinResources))] });
  cluster.create(validatingAdmissionPolicies, { metadata: { name: 'p' }, spec });
  cluster.settle();
  return { cluster, status: () => cluster.get(validatingAdmissionPolicies, '', 'p')?.status };
}

const deployments = { resourceRules: [rule(['apps'], ['deployments'])] };

test('expressions that fit leave nothing to say', () => {
  const { status } = checked({
    matchConstraints: deployments,
    paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
    variables: [{ name: 'replicas', expression: 'object.spec.replicas' }],
    validations: [{ expression: 'variables.replicas > 1 && params.data["x"] == "y"', messageExpression: '"x" + object.metadata.name' }],
  });
  expect(status()).toEqual({ observedGeneration: 1, typeChecking: {} });
});

test('those that do not are shown with the kind that they do not fit', () => {
  const { status, cluster } = checked({
    matchConstraints: { resourceRules: [rule(['apps'], ['deployments', 'replicasets', 'deployments/scale'])] },
    variables: [{ name: 'mode', expression: 'object.spec.strategy.type' }],
    validations: [
      { expression: 'variables.mode == 1' },
      { expression: 'true', messageExpression: 'string(object.spec.replica)' },
    ],
  });
  const shown = (kind: string, ...lines: string[]) => `apps/v1, Kind=${kind}: ${lines.join('\n | ')}\n`;
  expect(status()?.typeChecking?.expressionWarnings).toEqual([
    {
      fieldRef: 'spec.validations[0].expression',
      warning: shown('Deployment', "ERROR: <input>:1:16: found no matching overload for '_==_' applied to '(string, int)'", 'variables.mode == 1', '...............^'),
    },
    {
      fieldRef: 'spec.validations[1].messageExpression',
      warning: ['Deployment', 'ReplicaSet']
        .map((kind) => shown(kind, "ERROR: <input>:1:19: undefined field 'replica'", 'string(object.spec.replica)', '..................^'))
        .join('\n'),
    },
  ]);
  cluster.change(validatingAdmissionPolicies, '', 'p', ({ spec }) => void (spec.validations = [{ expression: 'true' }]));
  cluster.settle();
  expect(status()).toEqual({ observedGeneration: 2, typeChecking: {} });
});

test.each([
  ['all groups', rule(['*'], ['deployments'])],
  ['all versions', rule(['apps'], ['deployments'], ['*'])],
  ['all kinds', rule(['apps'], ['*'])],
  ['a kind that is not known', rule(['apps'], ['nonsense'])],
])('nothing is known of %s', (_, resourceRule) => {
  const { status } = checked({ matchConstraints: { resourceRules: [resourceRule] }, validations: [{ expression: 'object.nonsense' }] });
  expect(status()).toEqual({ observedGeneration: 1, typeChecking: {} });
});
