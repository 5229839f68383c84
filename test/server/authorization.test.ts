import { expect, it } from 'vitest';
import { isResourceAttributes, type Authorizer } from '../../src/authz/authorizer.ts';
import { testCluster } from './support/cluster.ts';

/** An authorizer that forbids everything once it is told to, and says what it was asked. */
function strict() {
  const asked: string[] = [];
  let isOn = false;
  const authorizer: Authorizer = {
    authorize(attributes) {
      if (!isOn) return { decision: 'allow', reason: '' };
      const { verb } = attributes;
      if (isResourceAttributes(attributes)) {
        const { group, version, resource, subresource, namespace, name } = attributes;
        asked.push([verb, group, version, resource, subresource, namespace, name].join('|'));
      } else asked.push(`${verb} ${attributes.path}`);
      return { decision: 'no-opinion', reason: '' };
    },
    rulesFor: () => ({ resourceRules: [], nonResourceRules: [], incomplete: false }),
  };
  return { asked, authorizer, on: () => void (isOn = true) };
}

const ns = '/api/v1/namespaces/default';

it.each([
  ['GET', `${ns}/pods`, 'list||v1|pods||default|'],
  ['GET', '/api/v1/pods?watch=1', 'watch||v1|pods|||'],
  ['GET', '/apis/apps/v1/namespaces/default/deployments/web/scale', 'get|apps|v1|deployments|scale|default|web'],
  ['POST', `${ns}/pods`, 'create||v1|pods||default|'],
  ['PUT', `${ns}/pods/a/status`, 'update||v1|pods|status|default|a'],
  ['PATCH', `${ns}/pods/a`, 'patch||v1|pods||default|a'],
  ['DELETE', `${ns}/pods`, 'deletecollection||v1|pods||default|'],
  ['POST', `${ns}/serviceaccounts/bot/token`, 'create||v1|serviceaccounts|token|default|bot'],
  // A connection into a pod is created, however it is opened.
  ['GET', `${ns}/pods/a/exec?command=ls`, 'create||v1|pods|exec|default|a'],
  ['POST', `${ns}/pods/a/attach`, 'create||v1|pods|attach|default|a'],
  ['GET', `${ns}/pods/a/portforward`, 'create||v1|pods|portforward|default|a'],
  ['GET', `${ns}/pods/a/log`, 'get||v1|pods|log|default|a'],
  // A Namespace is in itself.
  ['GET', ns, 'get||v1|namespaces||default|default'],
  ['PUT', `${ns}/finalize`, 'update||v1|namespaces|finalize|default|default'],
  ['GET', '/apis/example.com/v1/nothings', 'list|example.com|v1|nothings|||'],
  ['POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', 'create|authentication.k8s.io|v1|selfsubjectreviews|||'],
  ['GET', '/version', 'get /version'],
  ['GET', '/apis/apps/v1', 'get /apis/apps/v1'],
  ['GET', '/openid/v1/jwks', 'get /openid/v1/jwks'],
  ['GET', '/nowhere', 'get /nowhere'],
])('%s %s', async (method, path, question) => {
  const { asked, authorizer, on } = strict();
  const { request } = await testCluster({ authorizer });
  on();
  const { status } = await request(method, path, method === 'GET' ? undefined : {});
  expect([status, asked]).toEqual([403, [question]]);
});

it('says no in upstream’s words', async () => {
  const { authorizer, on } = strict();
  const { request } = await testCluster({ authorizer });
  on();
  const answer = async (path: string) => (await request('GET', path)).body;
  expect(await answer('/version')).toMatchObject({
    reason: 'Forbidden',
    message: 'forbidden: User "admin" cannot get path "/version"',
    details: {},
  });
  expect(await answer(`${ns}/pods/a/status`)).toMatchObject({
    message: 'pods "a" is forbidden: User "admin" cannot get resource "pods/status" in API group "" in the namespace "default"',
    details: { name: 'a', kind: 'pods' },
  });
});
