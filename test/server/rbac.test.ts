import { beforeEach, describe, expect, it } from 'vitest';
import { builtinPlugins } from '../../src/admission/index.ts';
import { testCluster, type TestCluster } from './support/cluster.ts';

const group = 'rbac.authorization.k8s.io';
const rbac = `/apis/${group}/v1`;
const inDefault = `${rbac}/namespaces/default`;
const ann = { name: 'ann', groups: ['staff'] };
const standing = '(groups=["staff" "system:authenticated"])';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await testCluster({ roles: true, admission: builtinPlugins });
});

const role = (name: string, ...rules: object[]) => ({ metadata: { name }, rules });
const binding = (name: string, kind: string, roleName: string, subject: object = { kind: 'User', name: 'joe', apiGroup: group }) => ({
  metadata: { name },
  roleRef: { apiGroup: group, kind, name: roleName },
  subjects: [subject],
});
const toAnn = { kind: 'User', name: 'ann', apiGroup: group };
const rule = (verbs: string[], resources: string[], apiGroups = [''], more = {}) => ({ verbs, resources, apiGroups, ...more });

/** Gives ann these rules in all namespaces and outside of them. */
async function allow(...rules: object[]): Promise<void> {
  await cluster.ok('POST', `${rbac}/clusterroles`, role('of-ann', ...rules));
  await cluster.ok('POST', `${rbac}/clusterrolebindings`, binding('of-ann', 'ClusterRole', 'of-ann', toAnn));
}
/** What ann gets: the status, and what a refusal says. */
async function asAnn(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await cluster.request(method, path, body, { user: ann, headers });
  return answer.status < 300 ? answer.status : [answer.status, answer.body.message];
}
const writesRoles = rule(['create', 'update', 'patch'], ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'], [group]);
const merge = { 'content-type': 'application/merge-patch+json' };

describe('a request', () => {
  it('is refused without a role, and counts what everybody may do', async () => {
    expect(await asAnn('GET', '/api/v1/namespaces/default/pods')).toEqual([
      403,
      'pods is forbidden: User "ann" cannot list resource "pods" in API group "" in the namespace "default"',
    ]);
    expect(await asAnn('GET', '/metrics')).toEqual([403, 'forbidden: User "ann" cannot get path "/metrics"']);
    expect(await asAnn('GET', '/version')).toBe(200);
    expect(await asAnn('GET', '/apis/apps/v1')).toBe(200);
    expect(await asAnn('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {})).toBe(201);
  });

  it('is allowed where a role allows it', async () => {
    const edit = binding('ann', 'ClusterRole', 'system:aggregate-to-edit', toAnn);
    await cluster.ok('POST', `${inDefault}/rolebindings`, edit);
    expect(await asAnn('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'c' } })).toBe(201);
    expect(await asAnn('POST', '/api/v1/namespaces/kube-system/configmaps', { metadata: { name: 'c' } })).toEqual([403, expect.anything()]);
  });

  it('for one object by its name is about that object', async () => {
    await allow(rule(['list', 'watch'], ['secrets'], [''], { resourceNames: ['mine'] }));
    const secrets = '/api/v1/namespaces/default/secrets';
    expect(await asAnn('GET', `${secrets}?fieldSelector=metadata.name%3Dmine`)).toBe(200);
    expect(await asAnn('GET', `${secrets}?fieldSelector=metadata.name%3Dyours`)).toEqual([403, expect.stringContaining('secrets "yours"')]);
    expect(await asAnn('GET', secrets)).toEqual([403, expect.stringContaining('secrets is forbidden')]);
    expect(await asAnn('GET', `${secrets}?fieldSelector=metadata.name!%3Dmine`)).toEqual([403, expect.anything()]);
  });

  it('that would create needs the right to, whatever it is called', async () => {
    await allow(rule(['update', 'patch'], ['configmaps', 'leases'], ['', 'coordination.k8s.io']));
    const lease = '/apis/coordination.k8s.io/v1/namespaces/default/leases/l';
    const object = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'l' } };
    expect(await asAnn('PUT', lease, object)).toEqual([403, 'leases.coordination.k8s.io "l" is forbidden: ']);
    const apply = { 'content-type': 'application/apply-patch+yaml' };
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } };
    expect(await asAnn('PATCH', '/api/v1/namespaces/default/configmaps/c?fieldManager=m', config, apply)).toEqual([
      403,
      'configmaps "c" is forbidden: ',
    ]);
    expect(await asAnn('PUT', lease, await cluster.ok('PUT', lease, object))).toBe(200);
  });

  it('to impersonate needs the right to be each part', async () => {
    await allow(rule(['impersonate'], ['users'], [''], { resourceNames: ['bob'] }), rule(['impersonate'], ['groups']));
    const who = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    expect(await asAnn('POST', who, {}, { 'impersonate-user': 'bob', 'impersonate-group': 'g' })).toBe(201);
    const account = 'system:serviceaccount:default:bot';
    const refused = [403, expect.stringContaining('cannot impersonate-on:')];
    expect(await asAnn('POST', who, {}, { 'impersonate-user': 'eve' })).toEqual(refused);
    expect(await asAnn('POST', who, {}, { 'impersonate-user': account })).toEqual(refused);
    expect(await asAnn('POST', who, {}, { 'impersonate-user': 'bob', 'impersonate-extra-scopes': 'a' })).toEqual(refused);
    expect(await asAnn('POST', who, {}, { 'impersonate-user': 'bob', 'impersonate-uid': 'u' })).toEqual(refused);
  });

  it('to impersonate for one purpose is for that one only', async () => {
    await allow(
      rule(['impersonate:user-info'], ['users'], ['authentication.k8s.io'], { resourceNames: ['bob'] }),
      rule(['impersonate-on:user-info:list'], ['configmaps']),
    );
    const asBob = { 'impersonate-user': 'bob' };
    const because = (verb: string, resource: string) =>
      `User "ann" cannot impersonate-on:user-info:${verb} resource "${resource}" in API group "" in the namespace "default"`;
    expect(await asAnn('GET', '/api/v1/namespaces/default/secrets', undefined, asBob)).toEqual([
      403,
      `secrets is forbidden: ${because('list', 'secrets')}`,
    ]);
    expect(await asAnn('GET', '/api/v1/namespaces/default/configmaps/c', undefined, asBob)).toEqual([
      403,
      `configmaps "c" is forbidden: ${because('get', 'configmaps')}`,
    ]);
    // He may be Bob for that, and Bob may not do it.
    expect(await asAnn('GET', '/api/v1/namespaces/default/configmaps', undefined, asBob)).toEqual([
      403,
      'configmaps is forbidden: User "bob" cannot list resource "configmaps" in API group "" in the namespace "default"',
    ]);
  });
});

describe('a role', () => {
  const pods = rule(['get', 'list'], ['pods']);
  const missing = (name: string, what: string, ...lines: string[]) => [
    403,
    [`${what}.${group} "${name}" is forbidden: user "ann" ${standing} is attempting to grant RBAC permissions not currently held:`, ...lines].join('\n'),
  ];

  it('has only what its writer has', async () => {
    await allow(writesRoles, pods);
    expect(await asAnn('POST', `${inDefault}/roles`, role('fine', pods))).toBe(201);
    expect(await asAnn('POST', `${rbac}/clusterroles`, role('more', rule(['get', 'watch'], ['pods', 'secrets'])))).toEqual(
      missing(
        'more',
        'clusterroles',
        '{APIGroups:[""], Resources:["pods"], Verbs:["watch"]}',
        '{APIGroups:[""], Resources:["secrets"], Verbs:["get" "watch"]}',
      ),
    );
    const more = { rules: [pods, rule(['delete'], ['pods'])] };
    const line = '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}';
    expect(await asAnn('PATCH', `${inDefault}/roles/fine`, more, merge)).toEqual(missing('fine', 'roles', line));
    expect(await asAnn('PUT', `${inDefault}/roles/new`, role('new', ...more.rules))).toEqual(missing('new', 'roles', line));
    expect(await asAnn('PATCH', `${inDefault}/roles/fine`, { metadata: { labels: { a: 'b' } } }, merge)).toBe(200);
  });

  it('of others may change in what the garbage collector changes', async () => {
    await allow(writesRoles);
    await cluster.ok('POST', `${inDefault}/roles`, role('r', pods));
    const patch = (metadata: object) => asAnn('PATCH', `${inDefault}/roles/r`, { metadata }, merge);
    expect(await patch({ finalizers: ['example.com/x'] })).toBe(200);
    expect(await patch({ labels: { a: 'b' } })).toEqual([403, expect.anything()]);
  });

  it('has anything by the verb escalate', async () => {
    await allow(writesRoles, rule(['escalate'], ['roles'], [group]), rule(['escalate'], ['clusterroles'], [group], { resourceNames: ['this'] }));
    expect(await asAnn('POST', `${inDefault}/roles`, role('r', pods))).toBe(201);
    // A new object has no name yet in what is asked.
    expect(await asAnn('POST', `${rbac}/clusterroles`, role('this', pods))).toEqual([403, expect.anything()]);
    await cluster.ok('POST', `${rbac}/clusterroles`, role('this'));
    expect(await asAnn('PATCH', `${rbac}/clusterroles/this`, { rules: [pods] }, merge)).toBe(200);
  });

  it('is put together by who has everything', async () => {
    await allow(writesRoles);
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { a: 'b' } }] };
    expect(await asAnn('POST', `${rbac}/clusterroles`, { ...role('sum'), aggregationRule })).toEqual([
      403,
      `clusterroles.${group} "sum" is forbidden: must have cluster-admin privileges to use the aggregationRule`,
    ]);
    expect(await asAnn('PATCH', `${rbac}/clusterroles/view`, { aggregationRule: null }, merge)).toEqual([403, expect.stringContaining('aggregationRule')]);
    const boss = binding('boss', 'ClusterRole', 'cluster-admin', toAnn);
    await cluster.ok('POST', `${rbac}/clusterrolebindings`, boss);
    expect(await asAnn('POST', `${rbac}/clusterroles`, { ...role('sum'), aggregationRule })).toBe(201);
  });
});

describe('a binding', () => {
  it('gives only what its writer has', async () => {
    await allow(writesRoles, rule(['create'], ['tokenreviews'], ['authentication.k8s.io']));
    const denied = expect.stringContaining('is attempting to grant RBAC permissions not currently held:\n{APIGroups:["*"]');
    expect(await asAnn('POST', `${inDefault}/rolebindings`, binding('b', 'ClusterRole', 'cluster-admin'))).toEqual([403, denied]);
    expect(await asAnn('POST', `${rbac}/clusterrolebindings`, binding('b', 'ClusterRole', 'system:auth-delegator'))).toEqual([
      403,
      [
        `clusterrolebindings.${group} "b" is forbidden: user "ann" ${standing} is attempting to grant RBAC permissions not currently held:`,
        '{APIGroups:["authorization.k8s.io"], Resources:["subjectaccessreviews"], Verbs:["create"]}',
      ].join('\n'),
    ]);
    // What everybody has.
    expect(await asAnn('POST', `${rbac}/clusterrolebindings`, binding('b', 'ClusterRole', 'system:basic-user'))).toBe(201);
    const more = { subjects: [toAnn] };
    expect(await asAnn('PATCH', `${rbac}/clusterrolebindings/cluster-admin`, more, merge)).toEqual([403, denied]);
  });

  it('is to a role that there is', async () => {
    await allow(writesRoles);
    const post = (kind: string, name: string) => asAnn('POST', `${inDefault}/rolebindings`, binding('b', kind, name));
    expect(await post('ClusterRole', 'x')).toEqual([404, `rolebindings.${group} "x" not found`]);
    expect(await post('Role', 'x')).toEqual([404, `rolebindings.${group} "x" not found`]);
    expect(await post('Role', '')).toEqual([400, 'Name parameter required.']);
    expect(await post('Nothing', 'x')).toEqual([422, expect.stringContaining('roleRef.kind: Unsupported value: "Nothing"')]);
    // Who has everything may be early.
    await cluster.ok('POST', `${inDefault}/rolebindings`, binding('early', 'Role', 'x'));
  });

  it('gives any role by the verb bind, in the namespace of that right', async () => {
    await allow(writesRoles);
    const mayBind = rule(['bind'], ['clusterroles'], [group], { resourceNames: ['cluster-admin'] });
    await cluster.ok('POST', `${inDefault}/roles`, role('binder', mayBind));
    await cluster.ok('POST', `${inDefault}/rolebindings`, binding('binder', 'Role', 'binder', toAnn));
    expect(await asAnn('POST', `${inDefault}/rolebindings`, binding('b', 'ClusterRole', 'cluster-admin'))).toBe(201);
    expect(await asAnn('POST', `${inDefault}/rolebindings`, binding('c', 'ClusterRole', 'system:node'))).toEqual([403, expect.anything()]);
    expect(await asAnn('POST', `${rbac}/clusterrolebindings`, binding('b', 'ClusterRole', 'cluster-admin'))).toEqual([403, expect.anything()]);
  });
});

describe('certificates', () => {
  const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
  const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${btoa('\x30\x03\x02\x01\x00')}\n-----END CERTIFICATE REQUEST-----\n`;
  const request = (signerName: string) => ({
    metadata: { name: 'c' },
    spec: { request: btoa(pem), signerName, usages: ['client auth'] },
  });
  const requests = ['certificatesigningrequests/approval', 'certificatesigningrequests/status'];
  const csr = rule(['update', 'patch'], requests, ['certificates.k8s.io']);
  const signers = (verb: string, name: string) => rule([verb], ['signers'], ['certificates.k8s.io'], { resourceNames: [name] });
  const approved = { status: { conditions: [{ type: 'Approved', status: 'True', reason: 'Known' }] } };
  const failed = { type: 'Failed', status: 'True', reason: 'Known' };

  it.each([
    ['nothing', [], false, false],
    ['approve for the signer', [signers('approve', 'example.com/a')], true, false],
    ['sign for all of the domain', [signers('sign', 'example.com/*')], false, true],
    ['approve for another signer', [signers('approve', 'example.com/b'), signers('sign', 'other.com/*')], false, false],
  ])('with the right to %s', async (_, rules, approves, signs) => {
    await allow(csr, ...rules);
    await cluster.ok('POST', path, request('example.com/a'));
    const refused = (verb: string) => [
      403,
      `certificatesigningrequests.certificates.k8s.io "c" is forbidden: user not permitted to ${verb} requests with signerName "example.com/a"`,
    ];
    expect(await asAnn('PATCH', `${path}/c/approval`, approved, merge)).toEqual(approves ? 200 : refused('approve'));
    const { conditions = [] } = (await cluster.ok('GET', `${path}/c`)).status;
    const signed = { status: { conditions: [...conditions, failed] } };
    expect(await asAnn('PATCH', `${path}/c/status`, signed, merge)).toEqual(signs ? 200 : refused('sign'));
    // What is no decision of the signer's needs no right of a signer.
    expect(await asAnn('PATCH', `${path}/c/status`, { metadata: { labels: { a: 'b' } } }, merge)).toBe(200);
  });
});

describe('reviews', () => {
  it('say what somebody may do, and why', async () => {
    await cluster.ok('POST', `${inDefault}/rolebindings`, binding('ann', 'ClusterRole', 'system:aggregate-to-view', toAnn));
    const review = async (resourceAttributes: object) =>
      (await cluster.ok('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', { spec: { user: 'ann', resourceAttributes } })).status;
    expect(await review({ verb: 'list', resource: 'pods', namespace: 'default' })).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "ann/default" of ClusterRole "system:aggregate-to-view" to User "ann"',
    });
    expect(await review({ verb: 'list', resource: 'secrets', namespace: 'default' })).toEqual({ allowed: false });
  });

  it('list rules', async () => {
    await allow(rule(['get'], ['pods']));
    const ask = (user: { name: string; groups: string[] }) =>
      cluster.ok('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', { spec: { namespace: 'default' } }, { user });
    const { status } = await ask(ann);
    expect(status.resourceRules).toContainEqual({ verbs: ['get'], apiGroups: [''], resources: ['pods'] });
    expect(status.nonResourceRules).toContainEqual({ verbs: ['get'], nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version', '/version/'] });
    expect(status).toMatchObject({ incomplete: false });
    const all = (await ask({ name: 'admin', groups: ['system:masters'] })).status;
    expect(all.resourceRules).toContainEqual({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] });
    const ofNode = (await ask({ name: 'system:node:n', groups: ['system:nodes'] })).status;
    expect(ofNode).toMatchObject({ incomplete: true, evaluationError: 'node authorizer does not support user rule resolution' });
  });
});
