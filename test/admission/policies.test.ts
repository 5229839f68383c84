import { describe, expect, test } from 'vitest';
import { builtinPlugins } from '../../src/admission/index.ts';
import type { User } from '../../src/server/api.ts';
import { testCluster, widget, widgetPath } from '../server/support/cluster.ts';
import { cronTabs, cronTabsPath, definitionsPath, withSpec } from '../server/support/definitions.ts';
import { fakeWebhooks, patched } from '../support/webhooks.ts';
import { warningsOf } from './support.ts';

const group = '/apis/admissionregistration.k8s.io/v1';
const rule = { apiGroups: ['example.dev'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['widgets'] };
const matchConstraints = { resourceRules: [rule] };

type Cluster = Awaited<ReturnType<typeof testCluster>>;

/** A cluster with a policy `p` and a binding `b`. */
async function clusterWith(sort: 'validating' | 'mutating', policy: object, ...bindings: object[]): Promise<Cluster> {
  const cluster = await testCluster({ admission: builtinPlugins, webhooks: fakeWebhooks({}) });
  await add(cluster, sort, 'p', policy, ...(bindings.length > 0 ? bindings : [{}]));
  return cluster;
}

async function add({ ok }: Cluster, sort: 'validating' | 'mutating', name: string, policy: object, ...bindings: object[]) {
  const kind = sort === 'mutating' ? { reinvocationPolicy: 'Never' } : {};
  await ok('POST', `${group}/${sort}admissionpolicies`, { metadata: { name }, spec: { matchConstraints, ...kind, ...policy } });
  const actions = sort === 'mutating' ? {} : { validationActions: ['Deny'] };
  for (const [i, binding] of bindings.entries())
    await ok('POST', `${group}/${sort}admissionpolicybindings`, {
      metadata: { name: `${name === 'p' ? '' : name}b${i || ''}` },
      spec: { policyName: name, ...actions, ...binding },
    });
}

const small = { validations: [{ expression: 'object.spec.size < 10' }] };
const large = widget('large', { spec: { size: 10 } });

describe('a ValidatingAdmissionPolicy', () => {
  test('refuses what does not hold', async () => {
    const { ok, request } = await clusterWith('validating', small);
    await ok('POST', widgetPath, widget('a', { spec: { size: 9 } }));
    expect((await request('POST', widgetPath, large)).body).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message:
        'widgets.example.dev "large" is forbidden: ValidatingAdmissionPolicy \'p\' with binding \'b\' denied request: failed expression: object.spec.size < 10',
      details: {
        name: 'large',
        group: 'example.dev',
        kind: 'widgets',
        causes: [{ message: "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: object.spec.size < 10" }],
      },
    });
    expect((await request('PUT', `${widgetPath}/a`, widget('a', { spec: { color: 'grey', size: 11 } }))).status).toBe(422);
  });

  test.each<[string, object, number, string]>([
    ['a message', { message: ' too large ' }, 422, 'too large'],
    ['a message that is evaluated', { message: 'm', messageExpression: '"size is " + string(object.spec.size)' }, 422, 'size is 10'],
    ['a message that fails', { message: 'm', messageExpression: 'object.spec.nothing.x == 1 ? "a" : "b"' }, 422, 'm'],
    ['a message of two lines', { message: 'm', messageExpression: '"a\\nb"' }, 422, 'm'],
    ['a message of nothing', { messageExpression: '" "' }, 422, 'failed expression: object.spec.size < 10'],
    ['a reason', { reason: 'Forbidden', message: 'm' }, 403, 'm'],
    ['another reason', { reason: 'RequestEntityTooLarge', message: 'm' }, 413, 'm'],
  ])('tells why: %s', async (_, more, status, message) => {
    const { request } = await clusterWith('validating', { validations: [{ ...small.validations[0], ...more }] });
    const answer = await request('POST', widgetPath, large);
    expect([answer.status, answer.body.message]).toEqual([
      status,
      `widgets.example.dev "large" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: ${message}`,
    ]);
  });

  test('does nothing without a binding, and when either is gone', async () => {
    const { ok } = await clusterWith('validating', small);
    await ok('DELETE', `${group}/validatingadmissionpolicybindings/b`);
    await ok('POST', widgetPath, large);
    await ok('POST', `${group}/validatingadmissionpolicybindings`, { metadata: { name: 'b' }, spec: { policyName: 'other', validationActions: ['Deny'] } });
    await ok('POST', widgetPath, widget('more', { spec: { size: 10 } }));
  });

  test('warns where the binding says so', async () => {
    const { request } = await clusterWith('validating', small, { validationActions: ['Warn', 'Audit'] });
    const answer = await request('POST', widgetPath, large);
    expect([answer.status, warningsOf(answer)]).toEqual([
      201,
      ["Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': failed expression: object.spec.size < 10"],
    ]);
  });

  test.each<[string, object, boolean]>([
    ['the same namespace', { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } } }, true],
    ['another namespace', { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } }, false],
    ['the same rules', { resourceRules: [rule] }, true],
    ['a name', { resourceRules: [{ ...rule, resourceNames: ['large'] }] }, true],
    ['another name', { resourceRules: [{ ...rule, resourceNames: ['small'] }] }, false],
    ['all but this name', { excludeResourceRules: [{ ...rule, resourceNames: ['large'] }] }, false],
    ['all but another name', { excludeResourceRules: [{ ...rule, resourceNames: ['small'] }] }, true],
    ['objects with a label', { objectSelector: { matchLabels: { a: 'b' } } }, false],
  ])('matches by its binding too: %s', async (_, matchResources, isRefused) => {
    const { request } = await clusterWith('validating', small, { matchResources });
    expect((await request('POST', widgetPath, large)).status).toBe(isRefused ? 422 : 201);
  });

  test('sees the request, the namespace, the old object and variables', async () => {
    const expressions = [
      'request.operation == "CREATE" ? oldObject == null : oldObject.spec.size == 1',
      'request.userInfo.username == "ann" && request.userInfo.extra.scope[0] == "a" && "devs" in request.userInfo.groups',
      'request.resource.resource == "widgets" && request.kind.kind == "Widget" && request.namespace == "default" && !has(request.subResource)',
      'namespaceObject.metadata.labels["kubernetes.io/metadata.name"] == "default"',
      'variables.twice == object.spec.size * 2 && variables.both == variables.twice + 1',
      'has(object.metadata.uid) && object.spec.color == "grey"',
    ];
    const variables = [
      { name: 'twice', expression: 'object.spec.size * 2' },
      { name: 'both', expression: 'variables.twice + 1' },
      { name: 'unused', expression: 'object.spec.not.there' },
    ];
    const { ok } = await clusterWith('validating', { variables, validations: expressions.map((expression) => ({ expression })) });
    const user: User = { name: 'ann', groups: ['system:masters', 'devs'], extra: { scope: ['a'] } };
    await ok('POST', widgetPath, widget('a', { spec: { size: 1 } }), { user });
    await ok('PUT', `${widgetPath}/a`, widget('a', { spec: { size: 2 } }), { user });
  });

  test('asks the authorizer', async () => {
    const expressions = [
      'authorizer.group("example.dev").resource("widgets").namespace("default").check("create").allowed()',
      'authorizer.requestResource.check("delete").allowed()',
      '!authorizer.serviceAccount("default", "default").group("").resource("secrets").namespace("kube-system").check("get").allowed()',
    ];
    const { ok } = await clusterWith('validating', { validations: expressions.map((expression) => ({ expression })) });
    await ok('POST', widgetPath, widget('a'));
  });

  test('runs only where its conditions hold', async () => {
    const matchConditions = [
      { name: 'small', expression: 'object.metadata.name != "large"' },
      { name: 'bad', expression: 'object.spec.nothing == 1' },
    ];
    const { ok, request } = await clusterWith('validating', { ...small, matchConditions });
    await ok('POST', widgetPath, large);
    expect((await request('POST', widgetPath, widget('a', { spec: { size: 10 } }))).body.message).toContain(
      "denied request: expression 'object.spec.nothing == 1' resulted in error: no such key: nothing",
    );
  });

  test('fails or passes by its failurePolicy', async () => {
    const broken = { validations: [{ expression: 'object.spec.nothing.x == 1' }] };
    const failing = await clusterWith('validating', broken);
    expect((await failing.request('POST', widgetPath, large)).body.message).toContain(
      "denied request: expression 'object.spec.nothing.x == 1' resulted in error: no such key: nothing",
    );
    const ignoring = await clusterWith('validating', { ...broken, failurePolicy: 'Ignore' });
    await ignoring.ok('POST', widgetPath, large);
  });

  test('is cut off when it costs too much', async () => {
    const loop = '["a","b","c","d","e","f","g","h","i","j"]';
    const nested = (depth: number): string => (depth === 0 ? 'true' : `${loop}.all(x${depth}, ${nested(depth - 1)})`);
    const { request } = await clusterWith('validating', { validations: [{ expression: nested(7) }] });
    expect((await request('POST', widgetPath, large)).body.message).toContain('operation cancelled: actual cost limit exceeded');
  });

  test('is not asked about policies', async () => {
    const everything = { resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] }] };
    const { ok, request } = await clusterWith('validating', { matchConstraints: everything, validations: [{ expression: 'false' }] });
    expect((await request('POST', '/api/v1/namespaces', { metadata: { name: 'x' } })).status).toBe(422);
    await ok('DELETE', `${group}/validatingadmissionpolicies/p`);
    await ok('POST', '/api/v1/namespaces', { metadata: { name: 'x' } });
  });

  describe('with parameters', () => {
    const policy = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, validations: [{ expression: 'object.spec.size < int(params.data.max)' }] };
    const limit = (name: string, max: string, namespace = 'default') =>
      [`/api/v1/namespaces/${namespace}/configmaps`, { metadata: { name, labels: { limit: 'yes' } }, data: { max } }] as const;
    const sized = (name: string, size: number) => widget(name, { spec: { size } });

    test('that are in the namespace of the object, or in a certain one', async () => {
      const byName = { paramRef: { name: 'limit', parameterNotFoundAction: 'Deny' } };
      const { ok, request } = await clusterWith('validating', policy, byName);
      expect((await request('POST', widgetPath, sized('a', 1))).body.message).toContain(
        "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction",
      );
      await ok('POST', ...limit('limit', '5'));
      await ok('POST', widgetPath, sized('a', 4));
      expect((await request('POST', widgetPath, sized('b', 5))).status).toBe(422);
      const elsewhere = await clusterWith('validating', policy, { paramRef: { name: 'limit', namespace: 'kube-system', parameterNotFoundAction: 'Allow' } });
      await elsewhere.ok('POST', widgetPath, sized('a', 100));
      await elsewhere.ok('POST', '/api/v1/namespaces', { metadata: { name: 'kube-system' } });
      await elsewhere.ok('POST', ...limit('limit', '5', 'kube-system'));
      expect((await elsewhere.request('POST', widgetPath, sized('b', 5))).status).toBe(422);
    });

    test('that are selected: all must be content', async () => {
      const { ok, request } = await clusterWith('validating', policy, {
        paramRef: { selector: { matchLabels: { limit: 'yes' } }, parameterNotFoundAction: 'Deny' },
      });
      await ok('POST', ...limit('a', '5'));
      await ok('POST', ...limit('b', '3'));
      await ok('POST', widgetPath, sized('a', 2));
      expect((await request('POST', widgetPath, sized('b', 4))).status).toBe(422);
    });

    test('of a kind that does not exist', async () => {
      const { request } = await clusterWith('validating', { ...policy, paramKind: { apiVersion: 'v1', kind: 'Nonsense' } }, { paramRef: { name: 'a', parameterNotFoundAction: 'Deny' } });
      expect((await request('POST', widgetPath, sized('a', 1))).body.message).toContain(
        "ValidatingAdmissionPolicy 'p' denied request: failed to configure policy: failed to find resource referenced by paramKind: 'v1, Kind=Nonsense'",
      );
    });

    test('that a binding does not give are null', async () => {
      const { ok } = await clusterWith('validating', { ...policy, validations: [{ expression: 'params == null' }] });
      await ok('POST', widgetPath, sized('a', 1));
    });
  });
});

describe('a MutatingAdmissionPolicy', () => {
  const apply = (expression: string) => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } });
  const patch = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } });

  test('merges and patches, in order', async () => {
    const { ok } = await clusterWith('mutating', {
      variables: [{ name: 'size', expression: 'object.spec.size + 1' }],
      mutations: [
        apply('Object{metadata: Object.metadata{labels: {"a": "b"}}, spec: Object.spec{size: variables.size}}'),
        patch('[JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("c/d"), value: string(object.spec.size)}]'),
        patch('[JSONPatch{op: "test", path: "/spec/size", value: 99}, JSONPatch{op: "remove", path: "/metadata/labels"}]'),
      ],
    });
    const { metadata, spec } = await ok('POST', widgetPath, widget('a', { metadata: { labels: { x: 'y' } }, spec: { size: 1 } }));
    expect([metadata.labels, spec]).toEqual([{ x: 'y', a: 'b', 'c/d': '2' }, { size: 2, color: 'grey' }]);
    expect(metadata.managedFields[0].fieldsV1['f:metadata']).toEqual({ 'f:labels': { '.': {}, 'f:x': {} } });
  });

  test('patches with objects that are called like their field', async () => {
    const { ok } = await clusterWith('mutating', {
      mutations: [
        patch('[JSONPatch{op: "replace", path: "/spec", value: Object.spec{size: 7}}, JSONPatch{op: "add", path: "/metadata/labels", value: Object.metadata.labels{a: "b"}}]'),
      ],
    });
    const { metadata, spec } = await ok('POST', widgetPath, widget('a', { spec: { size: 1 } }));
    expect([metadata.labels, spec.size]).toEqual([{ a: 'b' }, 7]);
  });

  test('may not add what the kind does not have', async () => {
    const { request } = await clusterWith('mutating', { mutations: [patch('[JSONPatch{op: "add", path: "/nonsense", value: 1}]')] });
    const { body } = await request('POST', widgetPath, widget('a'));
    expect([body.code, body.message]).toEqual([500, 'Internal error occurred: strict decoding error: unknown field "nonsense"']);
  });

  test('names the error of a variable, not its expression', async () => {
    const { request } = await clusterWith('validating', {
      variables: [{ name: 'x', expression: 'object.spec.nothing' }],
      validations: [{ expression: 'variables.x == 1' }],
    });
    expect((await request('POST', widgetPath, widget('a', { spec: { size: 1 } }))).body.message).toContain(
      'denied request: expression \'variables.x == 1\' resulted in error: composited variable "x" fails to evaluate: no such key: nothing',
    );
  });

  test('is refused for parameters that are missing as what cannot be run', async () => {
    const { request } = await clusterWith(
      'mutating',
      { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, mutations: [apply('Object{}')] },
      { paramRef: { name: 'none', parameterNotFoundAction: 'Deny' } },
    );
    expect((await request('POST', widgetPath, widget('a'))).body).toMatchObject({ code: 403, reason: 'Forbidden' });
  });

  test('is validated like what clients send', async () => {
    const { request } = await clusterWith('mutating', { mutations: [apply('Object{spec: Object.spec{size: -1}}')] });
    expect((await request('POST', widgetPath, widget('a'))).body.message).toContain('spec.size: Invalid value: -1');
  });

  test.each<[string, object, string]>([
    ['an error', patch('[JSONPatch{op: "add", path: "/x", value: object.spec.nothing}]'), "resulted in error: no such key: nothing"],
    ['an unknown field', apply('Object{spec: Object.spec{depth: 1}}'), 'error applying patch: failed to convert patch object to typed object: .spec.depth: field not declared in schema'],
    ['a wrong name', apply('Object{spec: Object.wrong{size: 1}}'), 'type mismatch: unexpected type name "Object.wrong", expected "Object.spec", which matches field name path from root Object type'],
    ['a wrong name in a patch', patch('[JSONPatch{op: "add", path: "/spec", value: Object.spec{a: Object.b{}}}]'), 'type mismatch: unexpected type name "Object.b", expected "Object.spec.a"'],
    ['a patch that does not fit', patch('[JSONPatch{op: "remove", path: "/spec/nothing"}]'), 'JSON Patch: '],
  ])('refuses for %s, or ignores it', async (_, mutation, message) => {
    const failing = await clusterWith('mutating', { mutations: [mutation] });
    const { status, body } = await failing.request('POST', widgetPath, widget('a', { spec: { size: 1 } }));
    expect([status, body.reason, body.message]).toEqual([403, 'Invalid', expect.stringContaining(message)]);
    expect(body.message).toMatch(/^policy 'p' with binding 'b' denied request: /);
    const ignoring = await clusterWith('mutating', { mutations: [mutation], failurePolicy: 'Ignore' });
    expect((await ignoring.ok('POST', widgetPath, widget('a', { spec: { size: 1 } }))).spec.size).toBe(1);
  });

  test('may not replace what is one value', async () => {
    const pods = { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }] };
    const { ok, request } = await clusterWith('mutating', { matchConstraints: pods, mutations: [apply('Object{spec: Object.spec{nodeSelector: {"a": "b"}}}')] });
    await ok('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
    const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    expect((await request('POST', '/api/v1/namespaces/default/pods', pod)).body.message).toContain(
      'error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.nodeSelector',
    );
  });

  test('runs with each of its parameters, and where its conditions hold', async () => {
    const { ok } = await clusterWith(
      'mutating',
      {
        paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
        matchConditions: [{ name: 'a', expression: 'object.metadata.name != params.data.not' }],
        mutations: [apply('Object{metadata: Object.metadata{labels: params.data}}')],
      },
      { paramRef: { selector: {}, parameterNotFoundAction: 'Allow' } },
    );
    for (const [name, not] of [['x', 'a'], ['y', 'b']] as const)
      await ok('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name }, data: { not, [name]: 'yes' } });
    expect((await ok('POST', widgetPath, widget('a'))).metadata.labels).toEqual({ not: 'b', y: 'yes' });
    expect((await ok('POST', widgetPath, widget('c'))).metadata.labels).toEqual({ not: 'b', x: 'yes', y: 'yes' });
  });

  test('runs again after others if it wants to', async () => {
    const cluster = await clusterWith('mutating', {
      reinvocationPolicy: 'IfNeeded',
      mutations: [apply('Object{metadata: Object.metadata{labels: {"size": string(object.spec.size)}}}')],
    });
    await add(cluster, 'mutating', 'q', { matchConditions: [{ name: 'a', expression: 'object.spec.size < 5' }], mutations: [apply('Object{spec: Object.spec{size: 5}}')] }, {});
    expect(await cluster.ok('POST', widgetPath, widget('a', { spec: { size: 1 } }))).toMatchObject({ metadata: { labels: { size: '5' } }, spec: { size: 5 } });
  });
});

test('custom resources are pruned of what policies add', async () => {
  const cluster = await testCluster({ admission: builtinPlugins });
  await cluster.ok('POST', definitionsPath, cronTabs(withSpec({ size: { type: 'integer' } })));
  const rules = [{ apiGroups: ['stable.example.com'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['crontabs'] }];
  const expression = '[JSONPatch{op: "add", path: "/spec/nonsense", value: 1}, JSONPatch{op: "add", path: "/spec/size", value: 2}]';
  const mutations = [{ patchType: 'JSONPatch', jsonPatch: { expression } }];
  await add(cluster, 'mutating', 'p', { matchConstraints: { resourceRules: rules }, mutations }, {});
  const object = { apiVersion: 'stable.example.com/v1', kind: 'CronTab', metadata: { name: 'a' }, spec: {} };
  expect((await cluster.ok('POST', cronTabsPath, object)).spec).toEqual({ size: 2 });
});

test('custom resources are seen in the version that is meant, and may be parameters', async () => {
  const schema = withSpec({ size: { type: 'integer' } });
  const version = (name: string, storage: boolean) => ({ name, served: true, storage, schema: { openAPIV3Schema: schema } });
  const cluster = await testCluster({ admission: builtinPlugins });
  await cluster.ok('POST', definitionsPath, cronTabs(schema, { versions: [version('v1', false), version('v2', true)] }));
  const params = { apiVersion: 'stable.example.com/v1', kind: 'CronTab' };
  await cluster.ok('POST', cronTabsPath, { ...params, metadata: { name: 'limit' }, spec: { size: 3 } });
  const rules = [{ apiGroups: ['stable.example.com'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['crontabs'] }];
  const expression = 'object.spec.size < params.spec.size && params.apiVersion == object.apiVersion';
  const validations = [{ expression, messageExpression: 'string(object.apiVersion)' }];
  const policy = { matchConstraints: { resourceRules: rules }, paramKind: params, validations };
  await add(cluster, 'validating', 'p', policy, { paramRef: { name: 'limit', parameterNotFoundAction: 'Deny' } });
  const path = cronTabsPath.replace('/v1/', '/v2/');
  const object = (size: number) => ({ apiVersion: 'stable.example.com/v2', kind: 'CronTab', metadata: { name: 'c' }, spec: { size } });
  expect((await cluster.request('POST', path, object(3))).body.message).toContain('denied request: stable.example.com/v1');
  const { metadata } = await cluster.ok('POST', path, object(2));
  expect((await cluster.request('PUT', `${path}/c`, { ...object(4), metadata })).status).toBe(422);
});

test('all in one: policies before webhooks, quotas last', async () => {
  const webhooks = fakeWebhooks({
    'https://m.example.com/': ({ object }) => patched({ op: 'add', path: '/metadata/labels/webhook', value: object.metadata.labels.policy }),
    'https://v.example.com/': ({ object }) => ({ allowed: object.metadata.labels.webhook === 'yes' }),
  });
  const cluster = await testCluster({ admission: builtinPlugins, webhooks });
  for (const sort of ['mutating', 'validating'] as const)
    await cluster.ok('POST', `${group}/${sort}webhookconfigurations`, {
      metadata: { name: 'w' },
      webhooks: [{ name: 'w.example.com', clientConfig: { url: `https://${sort[0]}.example.com/` }, admissionReviewVersions: ['v1'], sideEffects: 'None', rules: [rule], matchConditions: [{ name: 'a', expression: 'object.metadata.name != "skip"' }] }],
    });
  await add(cluster, 'mutating', 'm', { mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{metadata: Object.metadata{labels: {"policy": "yes"}}}' } }] }, {});
  await add(cluster, 'validating', 'v', { validations: [{ expression: 'object.metadata.name == "skip" || object.metadata.labels.webhook == "yes"', message: 'no' }] }, {});
  expect((await cluster.ok('POST', widgetPath, widget('a'))).metadata.labels).toEqual({ policy: 'yes', webhook: 'yes' });
  expect((await cluster.ok('POST', widgetPath, widget('skip'))).metadata.labels).toEqual({ policy: 'yes' });
  expect(webhooks.asked).toHaveLength(2);
});
