import type { Reader } from '../machinery/reader.ts';
import { nodeOf } from '../machinery/user.ts';
import { nodeLeaseNamespace } from '../resources/coordination/lease.ts';
import { isResourceAttributes, type AuthorizationDecision, type Authorizer, type ResourceAttributes } from './authorizer.ts';
import { nodeRules } from './defaults/index.ts';
import { isRelated, type PodsOn, type RelatedKind } from './node-relations.ts';
import { rulesAllow } from './rules.ts';

/** A request of a node, and what its decision is made of. */
interface NodeRequest {
  node: string;
  attributes: ResourceAttributes;
  podsOn: PodsOn;
  reader: Reader;
}

type Rule = (request: NodeRequest) => AuthorizationDecision;

const allow: AuthorizationDecision = { decision: 'allow', reason: '' };
const noOpinion = (reason = ''): AuthorizationDecision => ({ decision: 'no-opinion', reason });

/**
 * What nodes may do: kubelets read what their own pods need, and write about themselves. What a request alone does not tell
 * (whose pod it is that is written) is the business of the admission plugin NodeRestriction. As upstream's, reasons too.
 */
export const nodeAuthorizer = (podsOn: PodsOn): Authorizer => ({
  authorize(attributes, reader) {
    const node = nodeOf(attributes.user);
    if (node === undefined) return noOpinion();
    if (node === '') return noOpinion(`unknown node for user ${JSON.stringify(attributes.user.name)}`);
    const closer = isResourceAttributes(attributes) ? closerLook[`${attributes.resource}.${attributes.group}`] : undefined;
    if (closer && isResourceAttributes(attributes)) return closer({ node, attributes, podsOn, reader });
    return rulesAllow(nodeRules, attributes) ? allow : noOpinion();
  },
  rulesFor: (user) => ({
    resourceRules: [],
    nonResourceRules: [],
    incomplete: nodeOf(user) !== undefined,
    ...(nodeOf(user) !== undefined && { evaluationError: 'node authorizer does not support user rule resolution' }),
  }),
});

/** Rules for resources of which a node does not see all, by name and group. */
const closerLook: Readonly<Record<string, Rule>> = {
  'secrets.': readNamespaced('secrets'),
  'configmaps.': readNamespaced('configmaps'),
  'persistentvolumeclaims.': (request) =>
    request.attributes.subresource === 'status' ? updateClaimStatus(request) : get('persistentvolumeclaims')(request),
  'persistentvolumes.': get('persistentvolumes'),
  'resourceclaims.resource.k8s.io': get('resourceclaims'),
  'volumeattachments.storage.k8s.io': get('volumeattachments'),
  'serviceaccounts.': (request) =>
    request.attributes.verb === 'get' && request.attributes.subresource === ''
      ? readNamespaced('serviceaccounts')(request)
      : createToken(request),
  'leases.coordination.k8s.io': ownLease,
  'csinodes.storage.k8s.io': ownCSINode,
  'resourceslices.resource.k8s.io': ownSlices,
  'nodes.': ownNode,
  'pods.': ownPods,
};

function related(kind: RelatedKind, { node, attributes, podsOn, reader }: NodeRequest): AuthorizationDecision {
  const { namespace, name } = attributes;
  if (name === '') return noOpinion('No Object name found');
  if (isRelated(node, { kind, namespace, name }, podsOn, reader)) return allow;
  return noOpinion(`no relationship found between node '${node}' and this object`);
}

function get(kind: RelatedKind): Rule {
  return (request) => {
    if (request.attributes.verb !== 'get') return noOpinion('can only get individual resources of this type');
    if (request.attributes.subresource !== '') return noOpinion('cannot get subresource');
    return related(kind, request);
  };
}

/** Single objects may be listed and watched too, by their name. */
function readNamespaced(kind: RelatedKind): Rule {
  return (request) => {
    const { verb, subresource, namespace } = request.attributes;
    if (!reads.includes(verb)) return noOpinion('can only read resources of this type');
    if (subresource !== '') return noOpinion('cannot read subresource');
    if (namespace === '') return noOpinion('can only read namespaced object of this type');
    return related(kind, request);
  };
}

function updateClaimStatus(request: NodeRequest): AuthorizationDecision {
  if (!updates.includes(request.attributes.verb)) return noOpinion('can only get/update/patch this type');
  return related('persistentvolumeclaims', request);
}

function createToken(request: NodeRequest): AuthorizationDecision {
  const { verb, name, subresource } = request.attributes;
  if (verb !== 'create' || name === '') return noOpinion('can only create tokens for individual service accounts');
  if (subresource !== 'token') return noOpinion('can only create token subresource of serviceaccount');
  return related('serviceaccounts', request);
}

const reads: readonly string[] = ['get', 'list', 'watch'];
const updates: readonly string[] = ['update', 'patch'];
/** What a node does with an object that has its name. Which name it creates, admission sees. */
const ownVerbs: readonly string[] = ['get', 'create', 'update', 'patch', 'delete'];

function ownLease({ node, attributes: { verb, namespace, name } }: NodeRequest): AuthorizationDecision {
  if (!ownVerbs.includes(verb)) return noOpinion('can only get, create, update, patch, or delete a node lease');
  if (namespace !== nodeLeaseNamespace) return noOpinion(`can only access leases in the "${nodeLeaseNamespace}" system namespace`);
  if (verb !== 'create' && name !== node) return noOpinion('can only access node lease with the same name as the requesting node');
  return allow;
}

function ownCSINode({ node, attributes: { verb, subresource, name } }: NodeRequest): AuthorizationDecision {
  if (!ownVerbs.includes(verb)) return noOpinion('can only get, create, update, patch, or delete a CSINode');
  if (subresource !== '') return noOpinion('cannot authorize CSINode subresources');
  if (verb !== 'create' && name !== node) return noOpinion('can only access CSINode with the same name as the requesting node');
  return allow;
}

function ownSlices(request: NodeRequest): AuthorizationDecision {
  const { node, attributes } = request;
  if (attributes.subresource !== '') return noOpinion('cannot authorize ResourceSlice subresources');
  switch (attributes.verb) {
    case 'create':
      return allow;
    case 'get':
    case 'update':
    case 'patch':
    case 'delete':
      return related('resourceslices', request);
    case 'watch':
    case 'list':
    case 'deletecollection':
      if (attributes.fields?.['spec.nodeName'] === node) return allow;
      return noOpinion('can only list/watch/deletecollection resourceslices with nodeName field selector');
    default:
      return noOpinion(
        'only the following verbs are allowed for a ResourceSlice: get, watch, list, create, update, patch, delete, deletecollection',
      );
  }
}

function ownNode({ node, attributes: { verb, subresource, name } }: NodeRequest): AuthorizationDecision {
  if (subresource === 'status' && updates.includes(verb)) return allow;
  if (subresource !== '') return noOpinion();
  if (verb === 'create' || updates.includes(verb)) return allow;
  if (!reads.includes(verb)) return noOpinion();
  if (name === node) return allow;
  if (name === '') return noOpinion(`node '${node}' cannot read all nodes, only its own Node object`);
  return noOpinion(`node '${node}' cannot read '${name}', only its own Node object`);
}

function ownPods(request: NodeRequest): AuthorizationDecision {
  const { node, attributes } = request;
  const { verb, subresource, fields, name } = attributes;
  switch (`${verb} ${subresource}`) {
    case 'get ':
      return get('pods')(request);
    case 'list ':
    case 'watch ':
      if (fields?.['spec.nodeName'] === node) return allow;
      return name === '' ? noOpinion('can only list/watch pods with spec.nodeName field selector') : related('pods', request);
    case 'create ':
    case 'delete ':
    case 'update status':
    case 'patch status':
    case 'create eviction':
      return allow;
    default:
      return noOpinion();
  }
}
