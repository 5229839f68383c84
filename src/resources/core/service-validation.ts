/** `validateService`, `ValidateServiceUpdate` and `ValidateLoadBalancerStatus` upstream. */
import { isDNS1123Subdomain, validateLabels } from '../../machinery/names.ts';
import { fieldDuplicate, fieldForbidden, fieldInvalid, fieldRequired, type FieldError } from '../../machinery/status.ts';
import { familyOf, validateCidr, validateEndpointIp, validateIp } from '../shared/addresses.ts';
import {
  invalidEach,
  isPortNumber,
  protocols,
  validateChoice,
  validateLabel,
  validateOptionalChoice,
  validatePort,
  validateQualifiedName,
  validateSubdomain,
} from '../shared/format-rules.ts';
import { validateClusterIpFields, validateClusterIpUpdate } from './service-ip-validation.ts';
import { isExternallyAccessible, isExternalName, isHeadless, isLoadBalancer, needsHealthCheck } from './service-types.ts';
import type { Service } from './service.ts';

export function validateService(service: Service): FieldError[] {
  const { spec } = service;
  const errors: FieldError[] = [];
  if (!spec.ports?.length && !isHeadless(service) && !isExternalName(service)) errors.push(fieldRequired('spec.ports'));
  if (isHeadless(service) && (spec.type === 'LoadBalancer' || spec.type === 'NodePort'))
    errors.push(fieldInvalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`));
  if (isExternalName(service)) errors.push(...validateExternalName(service));
  errors.push(
    ...validatePorts(service),
    ...validateLabels(spec.selector, 'spec.selector'),
    ...validateChoice(spec.sessionAffinity, 'spec.sessionAffinity', ['ClientIP', 'None']),
    ...validateAffinityConfig(service),
    ...validateClusterIpFields(service, undefined),
    ...(spec.externalIPs ?? []).flatMap((ip, i) => {
      const wrong = validateIp(ip, `spec.externalIPs[${i}]`);
      return wrong.length > 0 ? wrong : validateEndpointIp(ip, `spec.externalIPs[${i}]`);
    }),
    ...validateChoice(spec.type, 'spec.type', ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']),
    ...validateLoadBalancerFields(service),
    ...validateTrafficPolicies(service),
  );
  return errors;
}

function validateExternalName({ spec }: Service): FieldError[] {
  const forbidden = 'may not be set for ExternalName services';
  const errors: FieldError[] = [];
  if (spec.clusterIPs?.length) errors.push(fieldForbidden('spec.clusterIPs', forbidden));
  if (spec.ipFamilies?.length) errors.push(fieldForbidden('spec.ipFamilies', forbidden));
  if (spec.ipFamilyPolicy !== undefined) errors.push(fieldForbidden('spec.ipFamilyPolicy', forbidden));
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  return [...errors, ...(name ? validateSubdomain(name, 'spec.externalName') : [fieldRequired('spec.externalName')])];
}

function validatePorts({ spec }: Service): FieldError[] {
  const ports = spec.ports ?? [];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  const seen = new Set<string>();
  const nodePorts = new Set<string>();
  for (const [i, { name, port, protocol, targetPort, appProtocol, nodePort }] of ports.entries()) {
    const at = `spec.ports[${i}]`;
    if (name) {
      errors.push(...validateLabel(name, `${at}.name`));
      if (names.has(name)) errors.push(fieldDuplicate(`${at}.name`, name));
      names.add(name);
    } else if (ports.length > 1) errors.push(fieldRequired(`${at}.name`));
    errors.push(
      ...invalidEach(`${at}.port`, port ?? 0, isPortNumber(port ?? 0)),
      ...validateChoice(protocol, `${at}.protocol`, protocols),
      ...validatePort(targetPort, `${at}.targetPort`),
      ...(appProtocol === undefined ? [] : validateQualifiedName(appProtocol, `${at}.appProtocol`)),
    );
    if (nodePort) {
      if (spec.type === 'ClusterIP') errors.push(fieldForbidden(`${at}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
      if (nodePorts.has(`${protocol}/${nodePort}`)) errors.push(fieldDuplicate(`${at}.nodePort`, nodePort));
      nodePorts.add(`${protocol}/${nodePort}`);
    }
    if (seen.has(`${protocol}/${port}`)) errors.push(fieldDuplicate(at, { protocol, port }));
    seen.add(`${protocol}/${port}`);
  }
  return errors;
}

const affinityTimeoutMax = 86_400;

function validateAffinityConfig({ spec }: Service): FieldError[] {
  const path = 'spec.sessionAffinityConfig';
  if (spec.sessionAffinity === 'None')
    return spec.sessionAffinityConfig ? [fieldForbidden(path, 'must not be set when session affinity is None')] : [];
  if (spec.sessionAffinity !== 'ClientIP') return [];
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  const at = `${path}.clientIP.timeoutSeconds`;
  if (seconds === undefined) return [fieldRequired(at, 'when session affinity type is ClientIP')];
  return seconds > 0 && seconds <= affinityTimeoutMax
    ? []
    : [fieldInvalid(at, seconds, `must be greater than 0 and less than ${affinityTimeoutMax}`)];
}

function validateLoadBalancerFields(service: Service): FieldError[] {
  const { spec } = service;
  const errors: FieldError[] = [];
  const only = "may only be used when `type` is 'LoadBalancer'";
  const ranges = spec.loadBalancerSourceRanges ?? [];
  // Upstream capitalizes this one.
  const rangesPath = 'spec.LoadBalancerSourceRanges';
  errors.push(...ranges.flatMap((range, i) => validateCidr(range.trim(), `${rangesPath}[${i}]`)));
  if (isLoadBalancer(service)) {
    if (spec.allocateLoadBalancerNodePorts === undefined) errors.push(fieldRequired('allocateLoadBalancerNodePorts'));
    if (spec.loadBalancerClass !== undefined)
      errors.push(...validateQualifiedName(spec.loadBalancerClass, 'spec.loadBalancerClass'));
    return errors;
  }
  if (ranges.length > 0) errors.push(fieldForbidden(rangesPath, only));
  for (const field of ['allocateLoadBalancerNodePorts', 'loadBalancerClass'] as const)
    if (spec[field] !== undefined) errors.push(fieldForbidden(`spec.${field}`, only));
  return errors;
}

function validateTrafficPolicies(service: Service): FieldError[] {
  const { spec } = service;
  const errors: FieldError[] = [];
  const policies = ['Cluster', 'Local'];
  if (isExternallyAccessible(service))
    errors.push(...validateChoice(spec.externalTrafficPolicy, 'spec.externalTrafficPolicy', policies));
  else if (spec.externalTrafficPolicy)
    errors.push(
      fieldInvalid(
        'spec.externalTrafficPolicy',
        spec.externalTrafficPolicy,
        'may only be set for externally-accessible services',
      ),
    );
  const port = spec.healthCheckNodePort;
  if (needsHealthCheck(service))
    errors.push(
      ...(port ? invalidEach('spec.healthCheckNodePort', port, isPortNumber(port)) : [fieldRequired('spec.healthCheckNodePort')]),
    );
  else if (port)
    errors.push(
      fieldInvalid(
        'spec.healthCheckNodePort',
        port,
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ),
    );
  if (spec.internalTrafficPolicy !== undefined || !isExternalName(service))
    errors.push(
      ...(spec.internalTrafficPolicy === undefined
        ? [fieldRequired('spec.internalTrafficPolicy')]
        : validateOptionalChoice(spec.internalTrafficPolicy, 'spec.internalTrafficPolicy', policies)),
    );
  return [
    ...errors,
    ...validateOptionalChoice(spec.trafficDistribution, 'spec.trafficDistribution', [
      'PreferClose',
      'PreferSameZone',
      'PreferSameNode',
    ]),
  ];
}

export function validateServiceUpdate(service: Service, old: Service): FieldError[] {
  const errors = validateClusterIpUpdate(service, old);
  const { spec } = service;
  if (isLoadBalancer(old) && isLoadBalancer(service) && spec.loadBalancerClass !== old.spec.loadBalancerClass)
    errors.push(fieldInvalid('spec.loadBalancerClass', spec.loadBalancerClass, 'may not change once set'));
  if (needsHealthCheck(old) && needsHealthCheck(service) && spec.healthCheckNodePort !== old.spec.healthCheckNodePort)
    errors.push(fieldForbidden('spec.healthCheckNodePort', 'field is immutable'));
  return errors;
}

export function validateServiceStatus({ spec, status }: Service, old: Service): FieldError[] {
  const ingress = status?.loadBalancer?.ingress ?? [];
  const path = 'status.loadBalancer.ingress';
  if (spec.type !== 'LoadBalancer')
    return ingress.length > 0 ? [fieldForbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")] : [];
  const known = new Set(old.status?.loadBalancer?.ingress?.map(({ ip }) => ip));
  return ingress.flatMap(({ ip, ipMode, hostname }, i) => {
    const at = `${path}[${i}]`;
    const errors = ip && !known.has(ip) ? validateIp(ip, `${at}.ip`) : [];
    if (ipMode === undefined) {
      if (ip) errors.push(fieldRequired(`${at}.ipMode`, 'must be specified when `ip` is set'));
    } else if (!ip) errors.push(fieldForbidden(`${at}.ipMode`, 'may not be specified when `ip` is not set'));
    else errors.push(...validateOptionalChoice(ipMode, `${at}.ipMode`, ['Proxy', 'VIP']));
    if (hostname) {
      errors.push(...invalidEach(`${at}.hostname`, hostname, isDNS1123Subdomain(hostname)));
      if (familyOf(hostname)) errors.push(fieldInvalid(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address'));
    }
    return errors;
  });
}
