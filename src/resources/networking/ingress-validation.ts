/** `ValidateIngressCreate`, `ValidateIngressUpdate` and `ValidateIngressStatusUpdate` upstream. */
import { isDNS1123Subdomain } from '../../machinery/names.ts';
import { fieldInvalid, fieldNotSupported, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { familyOf, validateIp } from '../shared/addresses.ts';
import {
  invalidEach,
  isPortName,
  isPortNumber,
  isWildcardSubdomain,
  validateLabel,
  validateSegment,
  validateSubdomain,
} from '../shared/format-rules.ts';
import type { TypedLocalObjectReference } from '../shared/references.ts';
import type { HTTPIngressPath, Ingress, IngressBackend, IngressRule, IngressTLS } from './ingress.ts';

/** How the class was named before there was a field for it. */
const classAnnotation = 'kubernetes.io/ingress.class';

export function validateIngress({ spec }: Ingress): FieldError[] {
  const { rules, defaultBackend, tls = [], ingressClassName } = spec;
  const errors: FieldError[] = [];
  if (!rules?.length && !defaultBackend)
    errors.push(fieldInvalid('spec', rules, 'either `defaultBackend` or `rules` must be specified'));
  if (defaultBackend) errors.push(...validateBackend(defaultBackend, 'spec.defaultBackend'));
  errors.push(
    ...(rules ?? []).flatMap((rule, i) => validateRule(rule, `spec.rules[${i}]`)),
    ...tls.flatMap((each, i) => validateTls(each, `spec.tls[${i}]`)),
  );
  if (ingressClassName !== undefined) errors.push(...validateSubdomain(ingressClassName, 'spec.ingressClassName'));
  return errors;
}

export function validateIngressClassAnnotation({ metadata, spec }: Ingress): FieldError[] {
  const annotated = metadata.annotations?.[classAnnotation];
  if (annotated === undefined || spec.ingressClassName === undefined || annotated === spec.ingressClassName) return [];
  return [fieldInvalid(`annotations.${classAnnotation}`, annotated, 'must match `ingressClassName` when both are specified')];
}

/** Said once, to who creates the object. */
export function ingressWarnings({ metadata, spec }: Ingress, old?: Ingress): string[] {
  const deprecated = metadata.annotations?.[classAnnotation] !== undefined && spec.ingressClassName === undefined;
  return deprecated && !old ? [`annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`] : [];
}

const notAnAddress = (host: string, path: string): FieldError[] =>
  familyOf(host) === undefined ? [] : [fieldInvalid(path, host, 'must be a DNS name, not an IP address')];

const validateHost = (host: string, path: string): FieldError[] =>
  invalidEach(path, host, host.includes('*') ? isWildcardSubdomain(host) : isDNS1123Subdomain(host));

function validateRule({ host = '', http }: IngressRule, path: string): FieldError[] {
  const errors = host ? [...notAnAddress(host, `${path}.host`), ...validateHost(host, `${path}.host`)] : [];
  if (!http) return errors;
  const at = `${path}.http.paths`;
  const paths = http.paths ?? [];
  if (paths.length === 0) errors.push(fieldRequired(at));
  return [...errors, ...paths.flatMap((each, i) => validatePath(each, `${at}[${i}]`))];
}

const unnormalized = ['//', '/./', '/../', '%2f', '%2F'];
const unnormalizedEnds = ['/..', '/.'];

function validatePath({ path = '', pathType, backend }: HTTPIngressPath, at: string): FieldError[] {
  if (pathType === undefined) return [fieldRequired(`${at}.pathType`, 'pathType must be specified')];
  const notAbsolute = () => fieldInvalid(`${at}.path`, path, 'must be an absolute path');
  const errors: FieldError[] = [];
  switch (pathType) {
    case 'Exact':
    case 'Prefix':
      if (!path.startsWith('/')) errors.push(notAbsolute());
      for (const part of unnormalized)
        if (path.includes(part)) errors.push(fieldInvalid(`${at}.path`, path, `must not contain '${part}'`));
      for (const end of unnormalizedEnds)
        if (path.endsWith(end)) errors.push(fieldInvalid(`${at}.path`, path, `cannot end with '${end}'`));
      break;
    case 'ImplementationSpecific':
      if (path && !path.startsWith('/')) errors.push(notAbsolute());
      break;
    default:
      errors.push(fieldNotSupported(`${at}.pathType`, pathType, ['Exact', 'ImplementationSpecific', 'Prefix']));
  }
  return [...errors, ...validateBackend(backend ?? {}, `${at}.backend`)];
}

function validateBackend({ resource, service }: IngressBackend, path: string): FieldError[] {
  if (resource && service) return [fieldInvalid(path, '', 'cannot set both resource and service backends')];
  if (resource) return validateReference(resource, `${path}.resource`);
  if (!service) return [fieldInvalid(path, '', 'resource or service backend is required')];
  const at = `${path}.service`;
  const { name, port: { name: portName = '', number = 0 } = {} } = service;
  const errors = name ? validateLabel(name, `${at}.name`) : [fieldRequired(`${at}.name`)];
  if (portName && number) errors.push(fieldInvalid(path, '', 'cannot set both port name & port number'));
  else if (portName) errors.push(...invalidEach(`${at}.port.name`, portName, isPortName(portName)));
  else if (number) errors.push(...invalidEach(`${at}.port.number`, number, isPortNumber(number)));
  else errors.push(fieldRequired(path, 'port name or number is required'));
  return errors;
}

function validateReference({ apiGroup, kind, name }: TypedLocalObjectReference, path: string): FieldError[] {
  return [
    ...(apiGroup === undefined ? [] : validateSubdomain(apiGroup, `${path}.apiGroup`)),
    ...validateSegment(kind, `${path}.kind`),
    ...validateSegment(name, `${path}.name`),
  ];
}

const validateTls = ({ hosts = [], secretName }: IngressTLS, path: string): FieldError[] => [
  ...hosts.flatMap((host, i) => validateHost(host, `${path}.hosts[${i}]`)),
  ...(secretName ? validateSubdomain(secretName, `${path}.secretName`) : []),
];

export const validateIngressStatus = ({ status }: Ingress): FieldError[] =>
  (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }, i) => {
    const at = `status.loadBalancer.ingress[${i}]`;
    const errors = ip ? validateIp(ip, `${at}.ip`) : [];
    if (hostname) errors.push(...validateSubdomain(hostname, `${at}.hostname`), ...notAnAddress(hostname, `${at}.hostname`));
    return errors;
  });
