import { describe, expect, test } from 'vitest';
import type { User } from '../../../src/server/api.ts';
import { widget, widgetPath } from '../../server/support/cluster.ts';
import { patched, type Webhook } from '../../support/webhooks.ts';
import { warningsOf } from '../support.ts';
import { allow, clusterWith, group, hook, url, widgetRule } from './support.ts';

describe('a validating webhook', () => {
  test('is asked by an AdmissionReview', async () => {
    const user: User = { name: 'ann', uid: 'u1', groups: ['system:masters', 'devs'], extra: { scope: ['a', 'b'] } };
    const { ok, asked } = await clusterWith({ validating: [hook()] }, allow);
    await ok('POST', `${widgetPath}?fieldManager=me&fieldValidation=Strict`, widget('a', { spec: { size: 1 } }), { user });
    expect(asked).toHaveLength(1);
    const { uid, object, ...request } = asked[0]!;
    expect(uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(request).toEqual({
      kind: { group: 'example.dev', version: 'v1', kind: 'Widget' },
      resource: { group: 'example.dev', version: 'v1', resource: 'widgets' },
      requestKind: { group: 'example.dev', version: 'v1', kind: 'Widget' },
      requestResource: { group: 'example.dev', version: 'v1', resource: 'widgets' },
      name: 'a',
      namespace: 'default',
      operation: 'CREATE',
      userInfo: { username: 'ann', uid: 'u1', groups: expect.arrayContaining(['devs']), extra: { scope: ['a', 'b'] } },
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1', fieldManager: 'me', fieldValidation: 'Strict' },
    });
    expect(object).toMatchObject({
      kind: 'Widget',
      metadata: { name: 'a', uid: expect.any(String) },
      spec: { size: 1, color: 'grey' },
    });
  });

  test('sees what is updated and deleted', async () => {
    const { ok, asked } = await clusterWith({ validating: [hook()] }, allow);
    await ok('POST', widgetPath, widget('a', { spec: { size: 1 } }));
    await ok('PATCH', `${widgetPath}/a`, { spec: { size: 2 } }, { headers: { 'content-type': 'application/merge-patch+json' } });
    await ok('DELETE', `${widgetPath}/a`, { gracePeriodSeconds: 0 });
    expect(asked.map(({ operation, object, oldObject }) => [operation, object?.spec.size, oldObject?.spec.size])).toEqual([
      ['CREATE', 1, undefined],
      ['UPDATE', 2, 1],
      ['DELETE', undefined, 2],
    ]);
    expect(asked[2]!.options).toMatchObject({ kind: 'DeleteOptions', gracePeriodSeconds: 0 });
  });

  test.each<[string, object, number, string, string]>([
    [
      'says why',
      { allowed: false, status: { message: 'too big' } },
      400,
      '',
      'admission webhook "check.example.com" denied the request: too big',
    ],
    [
      'gives a reason',
      { allowed: false, status: { reason: 'Forbidden', code: 403 } },
      403,
      'Forbidden',
      'admission webhook "check.example.com" denied the request: Forbidden',
    ],
    ['says nothing', { allowed: false }, 400, '', 'admission webhook "check.example.com" denied the request without explanation'],
    [
      'gives no code of an error',
      { allowed: false, status: { code: 200, message: 'x' } },
      400,
      '',
      'admission webhook "check.example.com" denied the request: x',
    ],
    [
      'answers to somebody else',
      { uid: 'other', allowed: true },
      500,
      'InternalError',
      'Internal error occurred: failed calling webhook "check.example.com": received invalid webhook response: expected response.uid=',
    ],
    [
      'patches',
      patched({ op: 'remove', path: '/spec' }),
      500,
      'InternalError',
      'validating webhook may not return response.patch',
    ],
    ['answers nonsense', { raw: '{}' }, 500, 'InternalError', 'received invalid webhook response: webhook response was absent'],
    [
      'answers nothing',
      { raw: '' },
      500,
      'InternalError',
      'failed to call webhook: 0-length response with status code: 200 and content type: application/json',
    ],
    [
      'fails with a Status',
      { httpStatus: 404, httpBody: '{"kind":"Status","status":"Failure","message":"gone fishing"}' },
      500,
      'InternalError',
      'failed to call webhook: gone fishing',
    ],
    [
      'fails',
      { httpStatus: 500 },
      500,
      'InternalError',
      'failed to call webhook: an error on the server ("oops") has prevented the request from succeeding',
    ],
    [
      'is not there',
      { httpStatus: 404 },
      500,
      'InternalError',
      'failed to call webhook: the server could not find the requested resource',
    ],
  ])('that %s', async (_, answer, status, reason, message) => {
    const { request } = await clusterWith({ validating: [hook()] }, () => answer);
    const { body, ...rest } = await request('POST', widgetPath, widget('a'));
    expect([rest.status, body.code, body.reason ?? '']).toEqual([status, status, reason]);
    expect(body.message).toContain(message);
    expect((await request('GET', `${widgetPath}/a`)).status).toBe(404);
  });

  test('that cannot be reached refuses, or is passed over if it says so', async () => {
    const failing = await clusterWith({ validating: [hook({ timeoutSeconds: 5 })] }, {});
    expect((await failing.request('POST', widgetPath, widget('a'))).body.message).toBe(
      'Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: Post "https://hook.example.com/check?timeout=5s": dial tcp: lookup webhook: no such host',
    );
    const ignoring = await clusterWith({ validating: [hook({ failurePolicy: 'Ignore' })] }, {});
    await ignoring.ok('POST', widgetPath, widget('a'));
  });

  test('warns', async () => {
    const { request } = await clusterWith({ validating: [hook(), hook({ name: 'b.example.com' })] }, () => ({
      allowed: true,
      warnings: ['mind the gap'],
    }));
    expect(warningsOf(await request('POST', widgetPath, widget('a')))).toEqual(['mind the gap']);
  });

  test('warns of what it refuses', async () => {
    const { request } = await clusterWith({ validating: [hook()] }, () => ({ allowed: false, warnings: ['mind the gap'] }));
    const refused = await request('POST', widgetPath, widget('a'));
    expect([refused.status, warningsOf(refused)]).toEqual([400, ['mind the gap']]);
  });

  test('is told the options that the client gave, and no name for a collection', async () => {
    const { ok, asked } = await clusterWith({ validating: [hook()] }, allow);
    const { metadata } = await ok('POST', widgetPath, widget('a', { spec: { size: 1 } }));
    await ok('PUT', `${widgetPath}/a?fieldManager=me`, widget('a', { spec: { size: 2 } }));
    await ok('DELETE', widgetPath);
    expect(asked.map(({ name, options }) => [name, options])).toEqual([
      ['a', { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' }],
      ['a', { kind: 'UpdateOptions', apiVersion: 'meta.k8s.io/v1', fieldManager: 'me' }],
      [undefined, expect.objectContaining({ kind: 'DeleteOptions' })],
    ]);
    // Who names no version means the one that is there.
    expect(asked[1]!.object.metadata.resourceVersion).toBe(metadata.resourceVersion);
    expect(asked[2]!.oldObject.metadata.name).toBe('a');
  });

  test('sees a token request with what it comes to', async () => {
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['serviceaccounts/token'] };
    const { ok, asked } = await clusterWith({ validating: [hook({ rules: [rule] })] }, allow);
    const accounts = '/api/v1/namespaces/default/serviceaccounts';
    const { metadata } = await ok('POST', accounts, { metadata: { name: 'bot' } });
    await ok('POST', `${accounts}/bot/token`, {});
    expect(asked[0]!.object).toMatchObject({
      metadata: { name: 'bot', namespace: 'default', uid: metadata.uid, creationTimestamp: expect.any(String) },
      spec: { audiences: [expect.any(String)], expirationSeconds: 3600 },
    });
  });

  test('sees an eviction as it was asked for', async () => {
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods/eviction'] };
    const { ok, asked } = await clusterWith({ validating: [hook({ rules: [rule] })] }, allow);
    await ok('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
    const pods = '/api/v1/namespaces/default/pods';
    await ok('POST', pods, { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } });
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' }, deleteOptions: { gracePeriodSeconds: 3 } };
    await ok('POST', `${pods}/p/eviction`, eviction);
    expect(asked[0]!.object).toMatchObject({ ...eviction, metadata: { name: 'p', namespace: 'default' } });
  });

  test('is told of a dry run', async () => {
    const { ok, asked } = await clusterWith({ validating: [hook()] }, allow);
    await ok('POST', `${widgetPath}?dryRun=All`, widget('a'));
    expect(asked[0]).toMatchObject({ dryRun: true, options: { dryRun: ['All'] } });
  });

  test('is asked along with the others, and the first refusal counts', async () => {
    let running = 0;
    let most = 0;
    const slow = async ({ object }: { object?: { metadata: { name: string } } }) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return { allowed: object?.metadata.name === 'good', status: { message: 'no' } };
    };
    const { request } = await clusterWith({ validating: [hook(), hook({ name: 'b.example.com' })] }, slow as Webhook);
    expect((await request('POST', widgetPath, widget('a'))).body.message).toContain('"check.example.com" denied the request: no');
    expect((await request('POST', widgetPath, widget('good'))).status).toBe(201);
    expect(most).toBe(2);
  });

  test.each<[string, object, boolean]>([
    ['another group', { rules: [{ ...widgetRule, apiGroups: ['apps'] }] }, false],
    [
      'every group, version and resource',
      { rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }] },
      true,
    ],
    ['another version', { rules: [{ ...widgetRule, apiVersions: ['v2'] }] }, false],
    ['another operation', { rules: [{ ...widgetRule, operations: ['UPDATE'] }] }, false],
    ['a subresource', { rules: [{ ...widgetRule, resources: ['widgets/status'] }] }, false],
    ['all subresources', { rules: [{ ...widgetRule, resources: ['widgets/*'] }] }, true],
    ['what is in namespaces', { rules: [{ ...widgetRule, scope: 'Namespaced' }] }, true],
    ['what is in none', { rules: [{ ...widgetRule, scope: 'Cluster' }] }, false],
    ['namespaces that match', { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } } }, true],
    ['other namespaces', { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } }, false],
    ['objects that match', { objectSelector: { matchLabels: { app: 'web' } } }, true],
    ['other objects', { objectSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] } }, false],
  ])('that is about %s', async (_, more, isAsked) => {
    const { ok, asked } = await clusterWith({ validating: [hook(more)] }, allow);
    await ok('POST', widgetPath, widget('a', { metadata: { labels: { app: 'web' } } }));
    expect(asked.length).toBe(isAsked ? 1 : 0);
  });

  test.each<[string, string[], number, string | undefined, number]>([
    ['holds', ['object.metadata.name == "a"', 'request.userInfo.username == "admin"'], 201, undefined, 1],
    ['does not', ['object.spec.nothing == 1', 'object.metadata.name == "b"'], 201, undefined, 0],
    [
      'has no value',
      ['object.spec.nothing == 1', 'true'],
      403,
      `widgets.example.dev "a" is forbidden: expression 'object.spec.nothing == 1' resulted in error: no such key: nothing`,
      0,
    ],
  ])('with a condition that %s', async (_, expressions, status, message, asks) => {
    const matchConditions = expressions.map((expression, i) => ({ name: `c${i}`, expression }));
    const { request, asked } = await clusterWith({ validating: [hook({ matchConditions })] }, allow);
    const answer = await request('POST', widgetPath, widget('a'));
    expect([answer.status, answer.body.message, asked.length]).toEqual([status, message, asks]);
  });

  test('that takes an older or another version of the same objects', async () => {
    const rules = [
      { apiGroups: ['autoscaling'], apiVersions: ['v1'], operations: ['*'], resources: ['horizontalpodautoscalers'] },
    ];
    const { ok, asked } = await clusterWith(
      { validating: [hook({ rules }), hook({ name: 'exact.example.com', rules, matchPolicy: 'Exact' })] },
      allow,
    );
    const spec = { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } };
    await ok('POST', '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers', { metadata: { name: 'h' }, spec });
    expect(asked.map(({ kind, requestKind, object }) => [kind.version, requestKind.version, object.apiVersion])).toEqual([
      ['v1', 'v2', 'autoscaling/v1'],
    ]);
    await ok('POST', '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers', { metadata: { name: 'i' }, spec });
    expect(asked.slice(1).map(({ kind, requestKind }) => [kind.version, requestKind.version])).toEqual([
      ['v1', 'v1'],
      ['v1', 'v1'],
    ]);
  });

  test('is not asked about itself and its like', async () => {
    const all = { apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] };
    const { ok, asked } = await clusterWith({ validating: [hook({ rules: [all] })], mutating: [hook({ rules: [all] })] }, () => ({
      allowed: false,
    }));
    await ok('DELETE', `${group}/mutatingwebhookconfigurations/a`);
    await ok('DELETE', `${group}/validatingwebhookconfigurations/a`);
    expect(asked).toEqual([]);
  });

  test('sees connections, tokens and reviews, and may refuse them', async () => {
    const rule = {
      apiGroups: ['*'],
      apiVersions: ['*'],
      operations: ['*'],
      resources: ['pods/exec', 'serviceaccounts/token', 'selfsubjectaccessreviews'],
    };
    const { ok, request, asked } = await clusterWith({ validating: [hook({ rules: [rule] })] }, () => ({
      allowed: false,
      status: { message: 'no' },
    }));
    await ok('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
    for (const [method, path, body] of [
      ['POST', '/api/v1/namespaces/default/pods/p/exec?command=sh&stdin=true', undefined],
      ['POST', '/api/v1/namespaces/default/serviceaccounts/default/token', { metadata: { labels: { x: 'y' } }, spec: {} }],
      [
        'POST',
        '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        { spec: { nonResourceAttributes: { path: '/', verb: 'get' } } },
      ],
    ] as const)
      expect((await request(method, path, body)).body.message).toBe(
        'admission webhook "check.example.com" denied the request: no',
      );
    expect(asked.map(({ operation, kind, object }) => [operation, kind.kind, object.command])).toEqual([
      ['CONNECT', 'PodExecOptions', ['sh']],
      ['CREATE', 'TokenRequest', undefined],
      ['CREATE', 'SelfSubjectAccessReview', undefined],
    ]);
  });

  test('sees a Scale, and may change it', async () => {
    const rules = [{ ...widgetRule, resources: ['widgets/scale'] }];
    const { ok, asked } = await clusterWith(
      { validating: [hook({ rules })], mutating: [hook({ rules, clientConfig: { url: 'https://m.example.com/' } })] },
      {
        [url]: allow,
        'https://m.example.com/': () => patched({ op: 'replace', path: '/spec/replicas', value: 5 }),
      },
    );
    await ok('POST', widgetPath, widget('a', { spec: { size: 1 } }));
    expect((await ok('PUT', `${widgetPath}/a/scale`, { metadata: { name: 'a' }, spec: { replicas: 3 } })).spec).toEqual({
      replicas: 5,
    });
    expect((await ok('GET', `${widgetPath}/a`)).spec.size).toBe(5);
    expect(asked.map(({ kind, object, oldObject }) => [kind.kind, object.kind, object.spec, oldObject.spec])).toEqual([
      ['Scale', 'Scale', { replicas: 3 }, { replicas: 1 }],
      ['Scale', 'Scale', { replicas: 5 }, { replicas: 1 }],
    ]);
  });

  test('is asked about an eviction once for each state that it is decided on', async () => {
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods/eviction'] };
    const { ok, request, asked } = await clusterWith({ validating: [hook({ rules: [rule] })] }, ({ name }) => ({
      allowed: name === 'p',
    }));
    await ok('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
    await ok('POST', '/apis/policy/v1/namespaces/default/poddisruptionbudgets', {
      metadata: { name: 'b' },
      spec: { selector: {}, minAvailable: 0 },
    });
    await ok('PUT', '/apis/policy/v1/namespaces/default/poddisruptionbudgets/b/status', {
      ...(await ok('GET', '/apis/policy/v1/namespaces/default/poddisruptionbudgets/b')),
      status: { observedGeneration: 1, disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 0, expectedPods: 2 },
    });
    for (const name of ['p', 'q']) {
      const pod = await ok('POST', '/api/v1/namespaces/default/pods', {
        metadata: { name },
        spec: { containers: [{ name: 'c', image: 'i' }] },
      });
      await ok('PUT', `/api/v1/namespaces/default/pods/${name}/status`, {
        ...pod,
        status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
      });
    }
    expect((await request('POST', '/api/v1/namespaces/default/pods/q/eviction', { metadata: { name: 'q' } })).status).toBe(400);
    const allowed = async () =>
      (await ok('GET', '/apis/policy/v1/namespaces/default/poddisruptionbudgets/b')).status.disruptionsAllowed;
    expect(await allowed()).toBe(1);
    await ok('POST', '/api/v1/namespaces/default/pods/p/eviction', { metadata: { name: 'p' } });
    expect([await allowed(), asked.length]).toEqual([0, 2]);
  });

  test('sees a Binding and an Eviction as what they are', async () => {
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods/binding', 'pods/eviction'] };
    const { ok, asked } = await clusterWith({ validating: [hook({ rules: [rule] })] }, allow);
    const pods = '/api/v1/namespaces/default/pods';
    await ok('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
    await ok('POST', pods, { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } });
    await ok('POST', `${pods}/p/binding`, { metadata: { name: 'p' }, target: { kind: 'Node', name: 'n' } });
    await ok('POST', `${pods}/p/eviction`, { metadata: { name: 'p' } });
    expect(
      asked.map(({ kind, subResource, name }) => `${kind.group}/${kind.version} ${kind.kind} ${subResource} ${name}`),
    ).toEqual(['/v1 Binding binding p', 'policy/v1 Eviction eviction p']);
  });
});
