import { describe, expect, it } from 'vitest';
import { isResourceAttributes, type Attributes, type Authorizer } from '../../src/authz/authorizer.ts';
import { testCluster } from './support/cluster.ts';

const path = '/apis/authorization.k8s.io/v1';
const local = `${path}/namespaces/default/localsubjectaccessreviews`;
const resourceAttributes = { verb: 'list', resource: 'pods', namespace: 'default' };
const nonResourceAttributes = { verb: 'get', path: '/version' };
const subject = { user: 'bob', groups: ['g'], uid: 'u', extra: { k: ['v'] } };

/** An authorizer that says what it was asked, and allows what bob asks, denies what eve asks. */
function recorder() {
  const asked: Attributes[] = [];
  const authorizer: Authorizer = {
    authorize(attributes) {
      if (attributes.user.name === 'admin' && (!isResourceAttributes(attributes) || attributes.resource !== 'pods'))
        return { decision: 'allow', reason: '' };
      asked.push(attributes);
      const decision = attributes.user.name === 'bob' ? 'allow' : attributes.user.name === 'eve' ? 'deny' : 'no-opinion';
      return { decision, reason: `as ${attributes.user.name}` };
    },
    rulesFor: (user, namespace) => ({
      resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: [user.name] }],
      nonResourceRules: [{ verbs: ['get'], nonResourceURLs: [`/${namespace}`] }],
      incomplete: true,
    }),
  };
  return { asked, authorizer };
}

describe('a review', () => {
  it('about anybody asks the authorizer', async () => {
    const { asked, authorizer } = recorder();
    const { ok } = await testCluster({ authorizer });
    const spec = { ...subject, resourceAttributes };
    expect(await ok('POST', `${path}/subjectaccessreviews`, { spec })).toEqual({
      kind: 'SubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec,
      status: { allowed: true, reason: 'as bob' },
    });
    const user = { name: 'bob', groups: ['g'], uid: 'u', extra: { k: ['v'] } };
    const rest = { group: '', version: '*', subresource: '', name: '' };
    expect(asked).toEqual([{ user, ...resourceAttributes, ...rest }]);
    const verdict = async (who: string) =>
      (await ok('POST', `${path}/subjectaccessreviews`, { spec: { user: who, nonResourceAttributes } })).status;
    expect(await verdict('eve')).toEqual({ allowed: false, denied: true, reason: 'as eve' });
    expect(await verdict('kim')).toEqual({ allowed: false, reason: 'as kim' });
    expect(asked[1]).toEqual({ user: { name: 'eve', groups: [] }, ...nonResourceAttributes });
  });

  it('about anybody in a namespace', async () => {
    const { authorizer } = recorder();
    const { ok, request } = await testCluster({ authorizer });
    const answer = await ok('POST', local, { spec: { ...subject, resourceAttributes } });
    expect(answer).toMatchObject({ metadata: { namespace: 'default' }, status: { allowed: true } });
    expect((await request('POST', `${path}/localsubjectaccessreviews`, {})).status).toBe(404);
    const other = await request('POST', local, { metadata: { namespace: 'x' }, spec: { ...subject, resourceAttributes } });
    expect(other.status).toBe(400);
  });

  it('about oneself', async () => {
    const { authorizer } = recorder();
    const { ok } = await testCluster({ authorizer });
    const verdict = async (spec: object) => (await ok('POST', `${path}/selfsubjectaccessreviews`, { spec })).status;
    expect(await verdict({ resourceAttributes })).toEqual({ allowed: false, reason: 'as admin' });
    expect(await verdict({ nonResourceAttributes })).toEqual({ allowed: true });
  });

  it('of one’s rules', async () => {
    const { authorizer } = recorder();
    const { ok, request } = await testCluster({ authorizer });
    const answer = await ok('POST', `${path}/selfsubjectrulesreviews`, { spec: { namespace: 'ns' } });
    expect(answer).toEqual({
      kind: 'SelfSubjectRulesReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: {},
      status: {
        resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['admin'] }],
        nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/ns'] }],
        incomplete: true,
      },
    });
    const { status, body } = await request('POST', `${path}/selfsubjectrulesreviews`, {});
    expect([status, body.message]).toEqual([400, 'no namespace on request']);
  });

  it('is asked and not stored', async () => {
    const { request, api } = await testCluster();
    const { revision } = api.store;
    for (const plural of ['subjectaccessreviews', 'selfsubjectrulesreviews']) {
      expect((await request('GET', `${path}/${plural}`)).status).toBe(405);
      expect((await request('DELETE', `${path}/${plural}`)).status).toBe(405);
      expect((await request('GET', `${path}/${plural}/x`)).status).toBe(404);
    }
    await request('POST', `${path}/subjectaccessreviews?dryRun=All`, { spec: { user: 'u', resourceAttributes } });
    expect(api.store.revision).toBe(revision);
    expect((await request('POST', `${path}/subjectaccessreviews?dryRun=x`, {})).status).toBe(422);
    const accept = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
    const partial = await request('POST', `${path}/selfsubjectaccessreviews`, { spec: { resourceAttributes } }, { headers: { accept } });
    expect(partial.body).toEqual({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: {} });
  });
});

const oneOf = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
const selectors = (more: object) => ({ ...subject, resourceAttributes: { ...resourceAttributes, ...more } });

describe('is invalid', () => {
  it.each<[string, string, object, string[]]>([
    ['without anything', 'subjectaccessreviews', {}, [`spec.resourceAttributes: Invalid value: null: ${oneOf}`, 'spec.user: Invalid value: "": at least one of user or group must be specified']],
    ['without attributes', 'selfsubjectaccessreviews', {}, [`spec.resourceAttributes: Invalid value: null: ${oneOf}`]],
    ['with both', 'selfsubjectaccessreviews', { spec: { resourceAttributes, nonResourceAttributes } }, ['spec.nonResourceAttributes: Invalid value: {"Path":"/version","Verb":"get"}: cannot be specified in combination with resourceAttributes']],
    ['with a name', 'selfsubjectaccessreviews', { metadata: { name: 'x' }, spec: { resourceAttributes } }, ['metadata: Invalid value: {"name":"x"}: must be empty']],
    ['with labels', 'subjectaccessreviews', { metadata: { labels: { a: 'b' } }, spec: { ...subject, resourceAttributes } }, ['metadata: Invalid value: {"labels":{"a":"b"}}: must be empty']],
    ['of a namespace with a name', 'namespaces/default/localsubjectaccessreviews', { metadata: { name: 'x' }, spec: { ...subject, resourceAttributes } }, ['metadata: Invalid value: {"name":"x","namespace":"default"}: must be empty except for namespace']],
    ['of a namespace about another', 'namespaces/default/localsubjectaccessreviews', { spec: { ...subject, resourceAttributes: { ...resourceAttributes, namespace: 'x' } } }, ['spec.resourceAttributes.namespace: Invalid value: "x": must match metadata.namespace']],
    ['of a namespace about a path', 'namespaces/default/localsubjectaccessreviews', { spec: { ...subject, nonResourceAttributes } }, ['spec.nonResourceAttributes: Invalid value: {"Path":"/version","Verb":"get"}: disallowed on this kind of request']],
    [
      'with bad selectors',
      'subjectaccessreviews',
      { spec: selectors({ labelSelector: {}, fieldSelector: { rawSelector: 'a', requirements: [{ key: '', operator: 'In' }] } }) },
      [
        'spec.resourceAttributes.fieldSelector.rawSelector: Invalid value: "a": may not specified at the same time as requirements',
        'spec.resourceAttributes.fieldSelector.requirements[0].key: Required value: must be specified',
        "spec.resourceAttributes.fieldSelector.requirements[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
        'spec.resourceAttributes.labelSelector.requirements: Required value: when spec.resourceAttributes.labelSelector is specified, requirements or rawSelector is required',
      ],
    ],
    [
      'with bad requirements',
      'subjectaccessreviews',
      { spec: selectors({ labelSelector: { requirements: [{ key: 'a', operator: 'Exists', values: ['1'] }, { key: 'a', operator: 'In' }, { key: 'b', operator: 'Huh', values: ['-'] }] } }) },
      [
        "spec.resourceAttributes.labelSelector.requirements[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        "spec.resourceAttributes.labelSelector.requirements[1].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
        expect.stringMatching(/^spec\.resourceAttributes\.labelSelector\.requirements\[2\]\.values\[0\]: Invalid value: "-": /) as unknown as string,
      ],
    ],
  ])('%s', async (_, plural, body, causes) => {
    const { status, body: answer } = await (await testCluster()).request('POST', `${path}/${plural}`, body);
    expect([status, answer.details.group, answer.message.slice(0, 35)]).toEqual([422, 'authorization.k8s.io', '.authorization.k8s.io "" is invalid']);
    expect(answer.details.causes.map(({ field, message }: any) => `${field}: ${message}`)).toEqual(causes);
  });
});

it.each([
  [{ labelSelector: { rawSelector: 'a in (b)' }, fieldSelector: { rawSelector: 'a=b' } }, undefined],
  [{ labelSelector: { rawSelector: '!!' } }, 'spec.resourceAttributes.labelSelector ignored due to parse error'],
  [{ fieldSelector: { rawSelector: 'a' } }, 'spec.resourceAttributes.fieldSelector ignored due to parse error'],
  [{ fieldSelector: { requirements: [{ key: 'a', operator: 'Exists' }] } }, 'spec.resourceAttributes.fieldSelector ignored due to parse error'],
  [
    { labelSelector: { requirements: [{ key: 'a', operator: 'Huh' }, { key: 'a', operator: 'Exists' }] } },
    'spec.resourceAttributes.labelSelector partially ignored due to parse error',
  ],
])('selectors that are not understood are left out: %j', async (more, evaluationError) => {
  const { ok } = await testCluster();
  const { status } = await ok('POST', `${path}/subjectaccessreviews`, { spec: selectors(more) });
  expect(status).toEqual({ allowed: false, ...(evaluationError && { evaluationError }) });
});
