import { nodeOf, nodeUserName } from '../../machinery/user.ts';
import type { CertificateSigningRequest } from '../../resources/certificates/certificatesigningrequest.ts';
import { nodeLeaseNamespace } from '../../resources/coordination/lease.ts';
import type { ResourceSlice } from '../../resources/resource/resourceslice.ts';
import { readCertificateRequest } from '../../resources/shared/certificate-request.ts';
import { refuse, type AdmissionContext, type AdmissionPlugin, type Attributes } from '../plugin.ts';
import { restrictClaim } from './claims.ts';
import { restrictNode } from './nodes.ts';
import { restrictPod } from './pods.ts';
import { restrictToken } from './tokens.ts';

/** What a plugin refuses a node, in upstream's words; undefined if nothing. */
export type Restriction = (node: string, attributes: Attributes, context: AdmissionContext) => string | undefined;

const restrictions: Readonly<Record<string, Restriction>> = {
  pods: restrictPod,
  nodes: restrictNode,
  persistentvolumeclaims: restrictClaim,
  serviceaccounts: restrictToken,
  'leases.coordination.k8s.io': restrictLease,
  'csinodes.storage.k8s.io': restrictCSINode,
  'resourceslices.resource.k8s.io': restrictSlice,
  'certificatesigningrequests.certificates.k8s.io': restrictRequest,
};

/** Keeps nodes to themselves and to their own pods, where the authorizer cannot tell from the request alone. */
export const nodeRestriction: AdmissionPlugin = {
  name: 'NodeRestriction',
  operations: ['CREATE', 'UPDATE', 'DELETE'],
  resources: Object.keys(restrictions),
  subresources: 'all',
  admit(attributes, context) {
    const { user, resource } = attributes;
    const node = nodeOf(user);
    if (node === undefined) return;
    if (node === '') throw refuse(attributes, `could not determine node from user ${JSON.stringify(user.name)}`);
    const why = restrictions[resource.resource]!(node, attributes, context);
    if (why !== undefined) throw refuse(attributes, why);
  },
};

function restrictLease(node: string, { namespace, name, object }: Attributes): string | undefined {
  if (namespace !== nodeLeaseNamespace) return `can only access leases in the "${nodeLeaseNamespace}" system namespace`;
  if ((object?.metadata.name ?? name) !== node) return 'can only access node lease with the same name as the requesting node';
  return undefined;
}

const restrictCSINodeText = 'can only access CSINode with the same name as the requesting node';

function restrictCSINode(node: string, { name, object }: Attributes): string | undefined {
  return (object?.metadata.name ?? name) === node ? undefined : restrictCSINodeText;
}

function restrictSlice(node: string, { operation, object, oldObject }: Attributes): string | undefined {
  if (operation === 'UPDATE') return undefined;
  const slice = (operation === 'CREATE' ? object : oldObject) as ResourceSlice;
  if (slice.spec.nodeName === node) return undefined;
  return `can only ${operation.toLowerCase()} ResourceSlice with the same NodeName as the requesting node`;
}

const nodeSigners: readonly string[] = ['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet'];

function restrictRequest(node: string, { operation, object }: Attributes): string | undefined {
  if (operation !== 'CREATE') return undefined;
  const { signerName, request } = (object as CertificateSigningRequest).spec;
  if (!nodeSigners.includes(signerName)) return undefined;
  const subject = readCertificateRequest(request);
  if (!subject) return 'unable to parse csr: asn1: structure error';
  return subject.commonName === nodeUserName(node) ? undefined : `can only create a node CSR with CN=${nodeUserName(node)}`;
}
