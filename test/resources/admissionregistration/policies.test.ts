import { describe, expect, test } from 'vitest';
import { mutatingAdmissionPolicies } from '../../../src/resources/admissionregistration/mutatingadmissionpolicy.ts';
import { mutatingAdmissionPolicyBindings } from '../../../src/resources/admissionregistration/mutatingadmissionpolicybinding.ts';
import { validatingAdmissionPolicies } from '../../../src/resources/admissionregistration/validatingadmissionpolicy.ts';
import { validatingAdmissionPolicyBindings } from '../../../src/resources/admissionregistration/validatingadmissionpolicybinding.ts';
import type { AnyResource } from '../../../src/machinery/resource.ts';
import { row, stored, wrong, wrongStatus } from '../checks.ts';

const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const matchConstraints = { resourceRules: [rule] };
const defaultedMatch = {
  matchPolicy: 'Equivalent',
  namespaceSelector: {},
  objectSelector: {},
  resourceRules: [{ ...rule, scope: '*' }],
};
const validations = [{ expression: 'true' }];
const mutations = [{ patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{op: "remove", path: "/spec"}]' } }];
const validating = { matchConstraints, validations };
const mutating = { matchConstraints, mutations, reinvocationPolicy: 'Never' };

test('defaults', () => {
  const failurePolicy = 'Fail';
  expect(stored(validatingAdmissionPolicies, { spec: validating }).spec).toEqual({ ...validating, failurePolicy, matchConstraints: defaultedMatch });
  expect(stored(mutatingAdmissionPolicies, { spec: mutating }).spec).toEqual({ ...mutating, failurePolicy, matchConstraints: defaultedMatch });
  const excludeResourceRules = [rule];
  const binding = { policyName: 'a', matchResources: { excludeResourceRules } };
  const matchResources = { ...defaultedMatch, resourceRules: undefined, excludeResourceRules: [{ ...rule, scope: '*' }] };
  expect(stored(validatingAdmissionPolicyBindings, { spec: binding }).spec).toEqual({ policyName: 'a', matchResources });
  expect(stored(mutatingAdmissionPolicyBindings, { spec: binding }).spec).toEqual({ policyName: 'a', matchResources });
});

describe.each<[AnyResource, object]>([
  [validatingAdmissionPolicies, validating],
  [mutatingAdmissionPolicies, mutating],
])('when a policy applies: $kind', (resource, good) => {
  test.each<[string, object, string[]]>([
    ['a good one', {}, []],
    ['no rules', { matchConstraints: {} }, ['spec.matchConstraints.resourceRules: Required value']],
    ['nothing to match', { matchConstraints: undefined }, ['spec.matchConstraints: Required value']],
    [
      'choices',
      { failurePolicy: 'Cry', matchConstraints: { ...matchConstraints, matchPolicy: 'Rough' } },
      [
        'spec.failurePolicy: Unsupported value: "Cry": supported values: "Fail", "Ignore"',
        'spec.matchConstraints.matchPolicy: Unsupported value: "Rough": supported values: "Equivalent", "Exact"',
      ],
    ],
    [
      'names and rules',
      { matchConstraints: { resourceRules: [{ ...rule, resourceNames: ['a', 'a', 'b/c'] }], excludeResourceRules: [{ ...rule, resources: [] }] } },
      [
        'spec.matchConstraints.resourceRules[0].resourceNames[1]: Duplicate value: "a"',
        `spec.matchConstraints.resourceRules[0].resourceNames[2]: Invalid value: "b/c": may not contain '/'`,
        'spec.matchConstraints.excludeResourceRules[0].resources: Required value',
      ],
    ],
    ['no parameters', { paramKind: {} }, ['spec.paramKind.apiVersion: Required value', 'spec.paramKind.kind: Required value']],
    [
      'odd parameters',
      { paramKind: { apiVersion: 'A/1', kind: 'a b' } },
      [
        expect.stringContaining('spec.paramKind.apiVersion: Invalid value: "A": a lowercase RFC 1123 subdomain') as never,
        expect.stringContaining('spec.paramKind.apiVersion: Invalid value: "1": a DNS-1035 label') as never,
        expect.stringContaining('spec.paramKind.kind: Invalid value: "a b": may have mixed case, but should otherwise match: a DNS-1035') as never,
      ],
    ],
    [
      'parameters of no version',
      { paramKind: { apiVersion: 'apps/', kind: 'A' } },
      ['spec.paramKind.apiVersion: Invalid value: "apps/": version must be specified'],
    ],
    [
      'parameters of a path',
      { paramKind: { apiVersion: 'a/b/c', kind: 'A' } },
      ['spec.paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c'],
    ],
    ['core parameters', { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }, []],
    [
      'variables',
      { variables: [{ name: 'a', expression: ' ' }, { name: '1', expression: '1' }, { name: 'in', expression: '1' }, { expression: '1' }] },
      [
        'spec.variables[0].expression: Required value: expression is not specified',
        'spec.variables[1].name: Invalid value: "1": must be a valid CEL identifier',
        'spec.variables[2].name: Invalid value: "in": must be a valid CEL identifier',
        'spec.variables[3].name: Required value: name is not specified',
      ],
    ],
  ])('%s', (_, more, expected) => expect(wrong(resource, { spec: { ...good, ...more } })).toEqual(expected));
});

describe('ValidatingAdmissionPolicy', () => {
  const of = (more: object) => wrong(validatingAdmissionPolicies, { spec: { matchConstraints, ...more } });
  test('validations', () => {
    expect(of({})).toEqual([
      'spec.validations: Required value: validations or auditAnnotations must contain at least one item',
      'spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item',
    ]);
    expect(
      of({ validations: [{}, { expression: 'true', message: ' ', messageExpression: ' ', reason: 'Unauthorized' }, { expression: 'true', message: 'a\nb' }] }),
    ).toEqual([
      'spec.validations[0].expression: Required value: expression is not specified',
      'spec.validations[1].messageExpression: Invalid value: " ": must be non-empty if specified',
      'spec.validations[1].message: Invalid value: " ": must be non-empty if specified',
      'spec.validations[1].reason: Unsupported value: "Unauthorized": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge"',
      'spec.validations[2].message: Invalid value: "a\\nb": must not contain line breaks',
    ]);
  });
  test('expressions', () => {
    const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' };
    const variables = [
      { name: 'count', expression: 'object.spec.replicas + 1' },
      { name: 'many', expression: 'variables.count > 1' },
      { name: 'size', expression: '3' },
    ];
    const reads = ['params.data.x == "1"', 'authorizer.group("").resource("pods").check("get").allowed()'];
    const used = ['variables.many', 'request.userInfo.username == "a"', 'namespaceObject.metadata.name == "b"', 'oldObject == null'];
    const all = [...reads, ...used].map((expression) => ({ expression, messageExpression: '"x" + string(variables.size)' }));
    expect(of({ paramKind, variables, validations: all, matchConditions: [{ name: 'a', expression: reads[0]! }] })).toEqual([]);
    expect(of({ variables: [{ name: 'a', expression: 'variables.b' }], validations: [{ expression: 'variables.a' }] })).toEqual([
      'spec.variables[0].expression: Invalid value: "variables.b": compilation failed: ERROR: <input>:1:10: undefined field \'b\'\n | variables.b\n | .........^',
      'spec.validations[0].expression: Invalid value: "variables.a": must evaluate to bool but got dyn',
    ]);
    const wrongly = { expression: '1', messageExpression: 'authorizer', message: 'm' };
    expect(of({ matchConditions: [{ name: 'a', expression: 'params' }], validations: [wrongly], auditAnnotations: [{ key: 'a', valueExpression: '1' }] })).toEqual([
      expect.stringContaining("spec.matchConditions[0].expression: Invalid value: \"params\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'params'") as never,
      'spec.validations[0].expression: Invalid value: "1": must evaluate to bool but got int',
      expect.stringContaining("undeclared reference to 'authorizer'") as never,
      'spec.auditAnnotations[0].valueExpression: Invalid value: "1": must evaluate to one of [string null_type] but got int',
    ]);
  });
  test('annotations', () => {
    const good = { key: 'a', valueExpression: '"1"' };
    expect(of({ auditAnnotations: [good] })).toEqual([]);
    expect(of({ auditAnnotations: [good, good, { key: '!', valueExpression: ' ' }, { key: 'b', valueExpression: 'x'.repeat(5121) }] })).toEqual([
      'spec.auditAnnotations[1].key: Duplicate value: "a"',
      expect.stringContaining('spec.auditAnnotations[2].key: Invalid value: "web/!": name part must consist of') as never,
      'spec.auditAnnotations[2].valueExpression: Required value: valueExpression is not specified',
      'spec.auditAnnotations[3].valueExpression: Required value: must not exceed 5120 bytes in length',
    ]);
    const many = Array.from({ length: 21 }, (_, i) => ({ ...good, key: `a${i}` }));
    expect(of({ auditAnnotations: many })).toEqual([expect.stringMatching(/^spec.auditAnnotations: Invalid value: .*: must not have more than 20 auditAnnotations$/)]);
  });
  test('status', () =>
    expect(wrongStatus(validatingAdmissionPolicies, { typeChecking: { expressionWarnings: [{ fieldRef: ' ' }] }, conditions: [{ type: 'A', status: 'True', reason: 'B' }] })).toEqual([
      'status.typeChecking.expressionWarnings[0].warning: Required value',
      'status.typeChecking.expressionWarnings[0].fieldRef: Required value',
      'status.conditions[0].lastTransitionTime: Required value',
    ]));
  test('columns', () => {
    expect(row(validatingAdmissionPolicies, { spec: { ...validating, paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } } })).toEqual([
      ['Name', 'web'],
      ['Validations', 1],
      ['ParamKind', 'v1/ConfigMap'],
      ['Age', '60m'],
    ]);
    expect(row(validatingAdmissionPolicies, { spec: {} }).slice(1, 3)).toEqual([
      ['Validations', 0],
      ['ParamKind', '<unset>'],
    ]);
  });
});

describe('MutatingAdmissionPolicy', () => {
  const of = (more: object) => wrong(mutatingAdmissionPolicies, { spec: { ...mutating, ...more } });
  test('mutations', () => {
    expect(of({ mutations: [], reinvocationPolicy: undefined })).toEqual([
      'spec.mutations: Required value: mutations must contain at least one item',
      'spec.reinvocationPolicy: Required value',
    ]);
    expect(
      of({
        reinvocationPolicy: 'Always',
        mutations: [
          {},
          { patchType: 'Paint' },
          { patchType: 'JSONPatch', applyConfiguration: { expression: '1' } },
          { patchType: 'ApplyConfiguration', applyConfiguration: { expression: ' ' }, jsonPatch: {} },
        ],
      }),
    ).toEqual([
      'spec.mutations[0].patchType: Required value',
      'spec.mutations[1].patchType: Unsupported value: "Paint": supported values: "ApplyConfiguration", "JSONPatch"',
      'spec.mutations[2].jsonPatch: Required value: must be specified when patchType is JSONPatch',
      'spec.mutations[2].applyConfiguration: Invalid value: "{applyConfiguration}": must not be specified when patchType is JSONPatch',
      'spec.mutations[3].applyConfiguration.expression: Required value',
      'spec.mutations[3].jsonPatch: Invalid value: "{jsonPatch}": must not be specified when patchType is ApplyConfiguration',
      'spec.reinvocationPolicy: Unsupported value: "Always": supported values: "IfNeeded", "Never"',
    ]);
  });
  test('expressions', () => {
    const apply = (expression: string) => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } });
    const patch = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } });
    expect(of({ mutations: [apply('Object{spec: Object.spec{replicas: 3}}'), patch('[JSONPatch{op: "add", path: "/" + jsonpatch.escapeKey("a/b"), value: 1}]')] })).toEqual([]);
    expect(of({ mutations: [apply('{"spec": 1}'), patch('[]')] })).toEqual([
      'spec.mutations[0].applyConfiguration.expression: Invalid value: "{\\"spec\\": 1}": must evaluate to Object but got map(string, int)',
      'spec.mutations[1].jsonPatch.expression: Invalid value: "[]": must evaluate to list(JSONPatch) but got list(dyn)',
    ]);
  });
  test('what is deleted cannot be altered', () =>
    expect(of({ matchConstraints: { resourceRules: [{ ...rule, operations: ['DELETE'] }] } })).toEqual([
      'spec.matchConstraints.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", "CREATE", "UPDATE"',
    ]));
  test('columns', () =>
    expect(row(mutatingAdmissionPolicies, { spec: mutating })).toEqual([
      ['Name', 'web'],
      ['Mutations', 1],
      ['ParamKind', '<unset>'],
      ['Age', '60m'],
    ]));
});

describe.each<[AnyResource, object]>([
  [validatingAdmissionPolicyBindings, { policyName: 'a', validationActions: ['Deny', 'Audit'] }],
  [mutatingAdmissionPolicyBindings, { policyName: 'a' }],
])('a binding: $kind', (resource, good) => {
  const parameterNotFoundAction = 'Allow';
  test.each<[string, object, string[]]>([
    ['a good one', { paramRef: { name: 'x', parameterNotFoundAction } }, []],
    ['no policy', { policyName: undefined }, ['spec.policyName: Required value']],
    ['a policy of no name', { policyName: '!' }, [expect.stringContaining('spec.policyName: Invalid value: "!": a lowercase RFC 1123') as never]],
    [
      'no parameters',
      { paramRef: {} },
      ['spec.paramRef: Required value: one of name or selector must be specified', 'spec.paramRef.parameterNotFoundAction: Required value'],
    ],
    [
      'two sorts of parameters',
      { paramRef: { name: '..', selector: { matchLabels: { a: '!' } }, parameterNotFoundAction: 'Cry' } },
      [
        `spec.paramRef.name: Invalid value: "..": may not be '..'`,
        'spec.paramRef.name: Forbidden: name and selector are mutually exclusive',
        expect.stringContaining('spec.paramRef.selector.matchLabels: Invalid value: "!"') as never,
        'spec.paramRef.selector: Forbidden: name and selector are mutually exclusive',
        'spec.paramRef.parameterNotFoundAction: Unsupported value: "Cry": supported values: "Deny", "Allow"',
      ],
    ],
    ['rules', { matchResources: { resourceRules: [{ ...rule, operations: [] }] } }, ['spec.matchResources.resourceRules[0].operations: Required value']],
  ])('%s', (_, more, expected) => expect(wrong(resource, { spec: { ...good, ...more } })).toEqual(expected));

  const selector = { matchLabels: { b: '2', a: '1' }, matchExpressions: [{ key: 'c', operator: 'In', values: ['x', 'y'] }] };
  test.each<[object | undefined, string]>([
    [undefined, '<unset>'],
    [{}, '<unset>'],
    [{ name: 'x' }, '*/x'],
    [{ name: 'x', namespace: 'y' }, 'y/x'],
    [
      { selector },
      '&LabelSelector{MatchLabels:map[string]string{a: 1,b: 2,},MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:c,Operator:In,Values:[x y],},},}',
    ],
  ])('columns with %j', (paramRef, expected) =>
    expect(row(resource, { spec: { policyName: 'a', paramRef } })).toEqual([
      ['Name', 'web'],
      ['PolicyName', 'a'],
      ['ParamRef', expected],
      ['Age', '60m'],
    ]),
  );
});

test('actions of a ValidatingAdmissionPolicyBinding', () => {
  const of = (...validationActions: string[]) => wrong(validatingAdmissionPolicyBindings, { spec: { policyName: 'a', validationActions } });
  expect(of()).toEqual(['spec.validationActions: Required value: at least one validation action is required']);
  expect(of('Deny', 'Deny', 'Warn', 'Cry')).toEqual([
    'spec.validationActions[1]: Duplicate value: "Deny"',
    'spec.validationActions[3]: Unsupported value: "Cry": supported values: "Audit", "Deny", "Warn"',
    expect.stringMatching(/^spec.validationActions: Invalid value: .*: must not contain both Deny and Warn/),
  ]);
});

test('a MutatingAdmissionPolicyBinding cannot alter what is deleted', () =>
  expect(wrong(mutatingAdmissionPolicyBindings, { spec: { policyName: 'a', matchResources: { resourceRules: [{ ...rule, operations: ['DELETE'] }] } } })).toEqual([
    'spec.matchResources.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", "CREATE", "UPDATE"',
  ]));
