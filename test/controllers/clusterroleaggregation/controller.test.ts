import { expect, test } from 'vitest';
import { clusterRoleAggregationController } from '../../../src/controllers/clusterroleaggregation/controller.ts';
import { clusterRoles } from '../../../src/resources/rbac/clusterrole.ts';
import { TestCluster } from '../support/cluster.ts';

const rule = (resource: string, ...verbs: string[]) => ({ apiGroups: [''], resources: [resource], verbs });
const labelled = (labels: Record<string, string>) => ({ clusterRoleSelectors: [{ matchLabels: labels }] });
const start = () => new TestCluster({ controllers: [clusterRoleAggregationController] });
const role = (cluster: TestCluster, name: string, labels: Record<string, string>, ...rules: object[]) =>
  cluster.create(clusterRoles, { metadata: { name, labels }, rules });
const rulesOf = (cluster: TestCluster) => cluster.get(clusterRoles, '', 'admin')?.rules;

test('a role is made of those that its selectors match, each rule once, in order', () => {
  const cluster = start();
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { admin: 'x' } }, { matchLabels: { edit: 'x' } }] };
  cluster.create(clusterRoles, { metadata: { name: 'admin', labels: { admin: 'x' } }, aggregationRule, rules: [rule('gone', 'get')] });
  role(cluster, 'a', { edit: 'x' }, rule('pods', 'get'), rule('secrets', 'get'));
  role(cluster, 'z', { admin: 'x' }, rule('pods', 'get'), rule('pods', 'list'));
  role(cluster, 'y', { admin: 'x', edit: 'x' }, rule('services', 'get'));
  role(cluster, 'other', {}, rule('nodes', 'get'));
  cluster.settle();
  expect(rulesOf(cluster)).toEqual([rule('services', 'get'), rule('pods', 'get'), rule('pods', 'list'), rule('secrets', 'get')]);
});

test('it follows roles that change, come and go', () => {
  const cluster = start();
  cluster.create(clusterRoles, { metadata: { name: 'admin' }, aggregationRule: labelled({ a: 'b' }) });
  cluster.settle();
  expect(rulesOf(cluster)).toBeUndefined();
  role(cluster, 'r', { a: 'b' }, rule('pods', 'get'));
  cluster.settle();
  expect(rulesOf(cluster)).toEqual([rule('pods', 'get')]);
  cluster.change(clusterRoles, '', 'r', (r) => void (r.rules = [rule('pods', 'list')]));
  cluster.settle();
  expect(rulesOf(cluster)).toEqual([rule('pods', 'list')]);
  cluster.change(clusterRoles, '', 'r', ({ metadata }) => void (metadata.labels = {}));
  cluster.settle();
  expect(rulesOf(cluster)).toEqual([]);
});

test('roles without a rule of aggregation are nobody’s business', () => {
  const cluster = start();
  role(cluster, 'r', { a: 'b' }, rule('pods', 'get'));
  expect(cluster.due).toEqual([]);
});

test('roles may be made of each other', () => {
  const cluster = start();
  cluster.create(clusterRoles, { metadata: { name: 'admin' }, aggregationRule: labelled({ to: 'admin' }) });
  cluster.create(clusterRoles, { metadata: { name: 'edit', labels: { to: 'admin' } }, aggregationRule: labelled({ to: 'edit' }) });
  role(cluster, 'view', { to: 'edit' }, rule('pods', 'get'));
  cluster.settle();
  expect(rulesOf(cluster)).toEqual([rule('pods', 'get')]);
});
