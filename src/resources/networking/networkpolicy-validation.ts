/** `ValidateNetworkPolicy` and `networkPolicyWarnings` upstream. */
import { validateLabelSelector } from '../../machinery/selectors.ts';
import { fieldForbidden, fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { cidrWarnings, isNarrowerCidr, validateCidr } from '../shared/addresses.ts';
import { invalidEach, isPortName, isPortNumber, validateOptionalChoice } from '../shared/format-rules.ts';
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from './networkpolicy.ts';

const policyTypes = ['Ingress', 'Egress'];
const protocols = ['TCP', 'UDP', 'SCTP'];

export function validateNetworkPolicy(policy: NetworkPolicy): FieldError[] {
  const { podSelector, policyTypes: types = [] } = policy.spec;
  const errors = [
    ...validateLabelSelector(podSelector, 'spec.podSelector'),
    ...rulesOf(policy).flatMap(({ ports, peers, path, peersPath }) => [
      ...ports.flatMap((port, i) => validatePort(port, `${path}.ports[${i}]`)),
      ...peers.flatMap((peer, i) => validatePeer(peer, `${peersPath}[${i}]`)),
    ]),
  ];
  const at = 'spec.policyTypes';
  if (types.length > policyTypes.length) return [...errors, fieldInvalid(at, types, 'may not specify more than two policyTypes')];
  return [...errors, ...types.flatMap((type, i) => validateOptionalChoice(type, `${at}[${i}]`, policyTypes))];
}

export const networkPolicyWarnings = (policy: NetworkPolicy): string[] =>
  rulesOf(policy).flatMap(({ peers, peersPath }) =>
    peers.flatMap(({ ipBlock }, i) => {
      const at = `${peersPath}[${i}].ipBlock`;
      if (!ipBlock) return [];
      const { cidr, except = [] } = ipBlock;
      return [...cidrWarnings(cidr, `${at}.cidr`), ...except.flatMap((each, j) => cidrWarnings(each, `${at}.except[${j}]`))];
    }),
  );

interface Rule {
  path: string;
  ports: readonly NetworkPolicyPort[];
  peersPath: string;
  peers: readonly NetworkPolicyPeer[];
}

/** The rules of both directions, which differ in the name of one field. */
function rulesOf({ spec: { ingress = [], egress = [] } }: NetworkPolicy): Rule[] {
  const rule = (path: string, direction: 'from' | 'to', ports: Rule['ports'] = [], peers: Rule['peers'] = []): Rule => ({
    path,
    ports,
    peersPath: `${path}.${direction}`,
    peers,
  });
  return [
    ...ingress.map(({ ports, from }, i) => rule(`spec.ingress[${i}]`, 'from', ports, from)),
    ...egress.map(({ ports, to }, i) => rule(`spec.egress[${i}]`, 'to', ports, to)),
  ];
}

function validatePort({ protocol, port, endPort }: NetworkPolicyPort, path: string): FieldError[] {
  const errors = validateOptionalChoice(protocol, `${path}.protocol`, protocols);
  const at = `${path}.endPort`;
  const misplaced = (detail: string) => (endPort === undefined ? [] : [fieldInvalid(at, endPort, detail)]);
  if (port === undefined) return [...errors, ...misplaced('may not be specified when `port` is not specified')];
  if (typeof port === 'string')
    return [
      ...errors,
      ...misplaced('may not be specified when `port` is non-numeric'),
      ...invalidEach(`${path}.port`, port, isPortName(port)),
    ];
  errors.push(...invalidEach(`${path}.port`, port, isPortNumber(port)));
  if (endPort === undefined) return errors;
  // The value shown is upstream's.
  if (endPort < port) errors.push(fieldInvalid(at, port, 'must be greater than or equal to `port`'));
  return [...errors, ...invalidEach(at, endPort, isPortNumber(endPort))];
}

function validatePeer({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, path: string): FieldError[] {
  const errors = [
    ...validateLabelSelector(podSelector, `${path}.podSelector`),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
    ...(ipBlock ? validateIpBlock(ipBlock, `${path}.ipBlock`) : []),
  ];
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(fieldRequired(path, 'must specify a peer'));
  else if (ipBlock && (podSelector || namespaceSelector))
    errors.push(fieldForbidden(path, 'may not specify both ipBlock and another peer'));
  return errors;
}

function validateIpBlock({ cidr, except = [] }: IPBlock, path: string): FieldError[] {
  if (!cidr) return [fieldRequired(`${path}.cidr`)];
  const errors = validateCidr(cidr, `${path}.cidr`);
  for (const [i, part] of except.entries()) {
    const at = `${path}.except[${i}]`;
    errors.push(...validateCidr(part, at));
    if (isNarrowerCidr(part, cidr) === false) errors.push(fieldInvalid(at, part, 'must be a strict subset of `cidr`'));
  }
  return errors;
}
