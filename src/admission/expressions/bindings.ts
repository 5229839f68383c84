/** What the variables of expressions stand for (apiserver/pkg/admission/plugin/cel). */
import { AuthorizerValue, ResourceCheck, type Ask } from '../../cel/library/authorizer.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { authenticatedGroup, serviceAccountGroups, serviceAccountUser, type UserInfo } from '../../machinery/user.ts';
import { notFound } from '../../machinery/status.ts';
import { namespaces } from '../../resources/core/namespace.ts';
import { namespaceOf } from '../matching/rules.ts';
import type { AdmissionContext, Attributes } from '../plugin.ts';

export interface ExpressionInput {
  readonly attributes: Attributes;
  /** In the version of the kind that was matched. */
  readonly object: KubeObject | undefined;
  readonly oldObject: KubeObject | undefined;
  /** The AdmissionRequest, without the objects. */
  readonly request: object;
  readonly params?: KubeObject | undefined;
}

/** Everything but `variables`. What takes work is a function, called when it is needed. */
export function bindingsOf(input: ExpressionInput, context: AdmissionContext): Record<string, unknown> {
  const { attributes, object = null, oldObject = null, params = null, request } = input;
  const authorizer = () => new AuthorizerValue(askerOf(attributes.user, context));
  return {
    object,
    oldObject,
    params,
    request,
    namespaceObject: () => namespaceObject(attributes, context),
    authorizer,
    'authorizer.requestResource': () => new ResourceCheck(authorizer(), resourceOf(attributes)),
  };
}

function resourceOf(attributes: Attributes) {
  const { resource, subresource, name } = attributes;
  return { group: resource.group, resource: resource.plural, subresource, namespace: namespaceOf(attributes), name };
}

/** Asks the cluster's authorizer, by the committed state. */
function askerOf(user: UserInfo, { authorizer, committed }: AdmissionContext): Ask {
  return (question, account) => {
    const asking = account ? accountUser(account) : user;
    const attributes =
      'path' in question
        ? { user: asking, verb: question.verb, path: question.path }
        : { ...question, user: asking, version: '*' };
    const { decision, reason } = authorizer.authorize(attributes, committed);
    return { allowed: decision === 'allow', reason };
  };
}

const accountUser = ({ namespace, name }: { namespace: string; name: string }): UserInfo => ({
  name: serviceAccountUser(namespace, name),
  groups: [...serviceAccountGroups(namespace), authenticatedGroup],
});

/** The namespace of the request, null for what is in none and for namespaces themselves. */
function namespaceObject({ resource, namespace }: Attributes, { pending }: AdmissionContext): object | null {
  if (!resource.namespaced || namespace === '') return null;
  const found = pending.get(namespaces, '', namespace);
  if (!found) throw notFound({ group: '', resource: namespaces.plural, name: namespace });
  const { managedFields: _, ownerReferences: __, ...metadata } = found.metadata;
  return { ...found, metadata };
}
