import { expect, test } from 'vitest';
import { rbac } from '../../src/authz/rbac.ts';
import { clusterRoleAggregationController } from '../../src/controllers/clusterroleaggregation/controller.ts';
import type { AnyResource } from '../../src/machinery/resource.ts';
import { builtinResources } from '../../src/resources/index.ts';
import { subresources } from '../../src/server/subresources/index.ts';
import { LiveCluster } from '../controllers/support/live-cluster.ts';
import { asks, Policy } from './support.ts';

const roles = ['cluster-admin', 'admin', 'edit', 'view'];
/** Each verb and how it is drawn. */
const verbs = { get: 'g', list: 'l', watch: 'w', create: 'c', update: 'u', patch: 'p', delete: 'd', deletecollection: 'D', impersonate: 'I', bind: 'B', escalate: 'E' };
const roleVerbs = ['bind', 'escalate'];

/** The picture of user x verb x resource: what each user-facing role allows in a namespace, or everywhere. */
test('the user-facing roles', async () => {
  const cluster = await LiveCluster.start(() => [clusterRoleAggregationController]);
  const policy = new Policy();
  for (const role of roles) {
    const { rules } = await cluster.request('GET', `/apis/rbac.authorization.k8s.io/v1/clusterroles/${role}`);
    policy.clusterRole(role, ...rules).bind(role, `User:${role}`);
  }
  const served = [...new Map(builtinResources.map((each) => [`${each.plural}.${each.group}`, each])).values()];
  const special = ['users', 'groups'].map((what) => ({ what, verbs: ['impersonate'] }));
  const rows = [...served.flatMap(rowsOf), ...special].map(({ what, verbs: possible }) => {
    const cells = roles.map((name) =>
      Object.entries(verbs)
        .filter(([verb]) => possible.includes(verb))
        .map(([verb, letter]) => (rbac.authorize(asks({ name }, `${verb} ${what}`), policy).decision === 'allow' ? letter : '.'))
        .join(''),
    );
    return [what, ...cells];
  });
  const widths = [what, ...roles].map((_, i) => Math.max(...[[what, ...roles], ...rows].map((row) => row[i]!.length)));
  const line = (row: readonly string[]) => row.map((cell, i) => cell.padEnd(widths[i]!)).join('  ').trimEnd();
  const legend = Object.entries(verbs).map(([verb, letter]) => `${letter} ${verb}`).join(', ');
  const picture = [legend, '', line([what, ...roles]), ...rows.map(line), ''].join('\n');
  await expect(picture).toMatchFileSnapshot('user-facing-roles.txt');
});

const what = 'resource';
const crud = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

function rowsOf(resource: AnyResource): { what: string; verbs: readonly string[] }[] {
  const { plural, group } = resource;
  const qualified = group ? `${plural}.${group}` : plural;
  const more = [...(group.startsWith('rbac') && plural.endsWith('roles') ? roleVerbs : []), ...(plural === 'serviceaccounts' ? ['impersonate'] : [])];
  const parts = subresources.filter(({ of }) => of(resource)).map(({ name }) => ({ what: `${qualified}/${name}`, verbs: crud }));
  return [{ what: qualified, verbs: [...resource.verbs, ...more] }, ...parts];
}
