import { escalationOf, fullAuthority } from '../authz/escalation.ts';
import { resolveRole } from '../authz/rbac.ts';
import { withoutManagedFields, type KubeObject } from '../machinery/meta.ts';
import { samePlain } from '../machinery/plain.ts';
import { badRequest, notFound } from '../machinery/status.ts';
import { mastersGroup } from '../machinery/user.ts';
import type { Binding } from '../resources/rbac/binding.ts';
import type { ClusterRole } from '../resources/rbac/clusterrole.ts';
import { rbacGroup } from '../resources/rbac/policy-rule.ts';
import { refuse, type AdmissionContext, type AdmissionPlugin, type WriteAttributes } from './plugin.ts';

/**
 * Nobody gives more than he has: a role has only rules, and a binding gives only roles, that its writer has himself, unless he
 * may `escalate` or `bind`. Upstream has this in the storage of these kinds (pkg/registry/rbac), behind what changes objects
 * and before their validation; so this one's place is at the end of those that change something.
 */
export const rbacEscalation: AdmissionPlugin = {
  name: 'RBACEscalation',
  operations: ['CREATE', 'UPDATE'],
  resources: ['clusterroles', 'roles', 'clusterrolebindings', 'rolebindings'].map((plural) => `${plural}.${rbacGroup}`),
  admit(attributes: WriteAttributes<ClusterRole | Binding>, context) {
    const { user, object, oldObject } = attributes;
    if (user.groups.includes(mastersGroup) || (oldObject && isForCollection(object, oldObject))) return;
    if ('roleRef' in object) checkBinding(attributes as WriteAttributes<Binding>, context);
    else checkRole(attributes as WriteAttributes<ClusterRole>, context);
  },
};

/** Whether nothing changes but what the garbage collector changes. */
const isForCollection = (object: KubeObject, old: KubeObject): boolean => samePlain(without(object), without(old));

function without(object: KubeObject): KubeObject {
  const { ownerReferences: _owners, finalizers: _finalizers, resourceVersion: _version, ...metadata } = withoutManagedFields(object).metadata;
  return { ...object, metadata } as KubeObject;
}

function checkRole(attributes: WriteAttributes<ClusterRole>, context: AdmissionContext): void {
  const { resource, operation, object, oldObject, namespace, user } = attributes;
  const { group, plural } = resource;
  // A new object has no name yet in what is asked.
  const name = operation === 'CREATE' ? '' : object.metadata.name;
  if (isAllowed('escalate', { group, resource: plural, namespace, name }, attributes, context)) return;
  const grants = (rules: Parameters<typeof escalationOf>[2]) => escalationOf(user, namespace, rules, context.committed);
  const escalation = grants(object.rules ?? []);
  if (escalation !== undefined) throw refuse(attributes, escalation);
  // Whatever is put together by labels can become anything.
  if ((isAggregated(object) || isAggregated(oldObject as ClusterRole | undefined)) && grants(fullAuthority) !== undefined)
    throw refuse(attributes, 'must have cluster-admin privileges to use the aggregationRule');
}

const isAggregated = (role: ClusterRole | undefined): boolean => (role?.aggregationRule?.clusterRoleSelectors ?? []).length > 0;

function checkBinding(attributes: WriteAttributes<Binding>, context: AdmissionContext): void {
  const { object, namespace, user } = attributes;
  const { kind, name, apiGroup: group = rbacGroup } = object.roleRef;
  const resource = bindable[kind];
  if (resource !== undefined && isAllowed('bind', { group, resource, namespace, name }, attributes, context)) return;
  // Validation says what is wrong with another kind of role.
  if (resource === undefined) return;
  if (!name) throw badRequest('Name parameter required.');
  const role = resolveRole(object.roleRef, namespace, context.pending);
  // Upstream's storage names what the request is about, with the name of the role.
  if ('missing' in role) throw notFound({ group: rbacGroup, resource: attributes.resource.plural, name });
  const escalation = escalationOf(user, namespace, role.rules, context.committed);
  if (escalation !== undefined) throw refuse(attributes, escalation);
}

const bindable: Readonly<Record<string, string>> = { ClusterRole: 'clusterroles', Role: 'roles' };

function isAllowed(
  verb: string,
  what: { group: string; resource: string; namespace: string; name: string },
  { user }: WriteAttributes<KubeObject>,
  { authorizer, committed }: AdmissionContext,
): boolean {
  return authorizer.authorize({ user, verb, version: '*', subresource: '', ...what }, committed).decision === 'allow';
}
