/** How fields of a Service follow each other when it is written (registry/core/service `svcStrategy`, `storage.go`). */
import type { Service, ServiceSpec } from './service.ts';
import {
  allocatesNodePorts,
  hasNodePorts,
  isExternallyAccessible,
  isExternalName,
  isLoadBalancer,
  needsHealthCheck,
  nodePortsOf,
} from './service-types.ts';

export function prepareForCreate(service: Service): void {
  service.status = { loadBalancer: {} };
  const { spec } = service;
  if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
}

export function prepareForUpdate(service: Service, old: Service): void {
  dropFieldsOfOldType(service, old);
  keepAllocated(service, old);
  alignClusterIPs(service.spec, old.spec);
}

/**
 * A change of type takes away what only the old type had, as long as the client did not change it itself: then it is left
 * to validation to refuse it.
 */
function dropFieldsOfOldType(service: Service, old: Service): void {
  const { spec } = service;
  if (!isExternalName(old) && isExternalName(service)) {
    if (spec.clusterIP === old.spec.clusterIP && same(spec.clusterIPs, old.spec.clusterIPs)) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (same(spec.ipFamilies, old.spec.ipFamilies)) delete spec.ipFamilies;
    if (spec.ipFamilyPolicy === old.spec.ipFamilyPolicy) delete spec.ipFamilyPolicy;
    // It is not defaulted for this type, and so not shown.
    if (spec.internalTrafficPolicy === old.spec.internalTrafficPolicy) delete spec.internalTrafficPolicy;
  }
  if (hasNodePorts(old) && !hasNodePorts(service)) {
    const before = new Set(nodePortsOf(old));
    if (nodePortsOf(service).every((port) => before.has(port))) for (const port of spec.ports ?? []) delete port.nodePort;
  }
  if (needsHealthCheck(old) && !needsHealthCheck(service) && spec.healthCheckNodePort === old.spec.healthCheckNodePort)
    delete spec.healthCheckNodePort;
  if (isLoadBalancer(old) && !isLoadBalancer(service)) {
    for (const field of ['allocateLoadBalancerNodePorts', 'loadBalancerClass'] as const)
      if (spec[field] === old.spec[field]) delete spec[field];
  }
  if (
    isExternallyAccessible(old) &&
    !isExternallyAccessible(service) &&
    spec.externalTrafficPolicy === old.spec.externalTrafficPolicy
  )
    delete spec.externalTrafficPolicy;
  if (!isLoadBalancer(service)) service.status = { ...service.status, loadBalancer: {} };
}

/** What was allocated and is left out now stays: a client may send the manifest again that it created the Service with. */
function keepAllocated(service: Service, old: Service): void {
  const { spec } = service;
  if (!isExternalName(old) && !isExternalName(service)) {
    spec.clusterIP ||= old.spec.clusterIP;
    if (!spec.clusterIPs?.length && old.spec.clusterIPs) spec.clusterIPs = [...old.spec.clusterIPs];
  }
  if (allocatesNodePorts(old) && allocatesNodePorts(service)) {
    const present = new Set(nodePortsOf(service));
    const byName = new Map((old.spec.ports ?? []).map(({ name = '', nodePort }) => [name, nodePort]));
    for (const port of spec.ports ?? []) {
      const before = byName.get(port.name ?? '');
      if (!port.nodePort && before && !present.has(before)) port.nodePort = before;
    }
  }
  if (needsHealthCheck(old) && needsHealthCheck(service)) spec.healthCheckNodePort ||= old.spec.healthCheckNodePort;
}

/** `clusterIP` is the first of `clusterIPs`; a client that knows only one of them changes the other with it. */
function alignClusterIPs(spec: ServiceSpec, old: ServiceSpec): void {
  const { clusterIP = '' } = spec;
  const before = old.clusterIP ?? '';
  if (clusterIP === before) {
    if (!spec.clusterIPs?.length && old.clusterIPs?.length) spec.clusterIPs = [...old.clusterIPs];
    return;
  }
  if (!same(spec.clusterIPs, old.clusterIPs)) return;
  if (clusterIP === '') delete spec.clusterIPs;
  else spec.clusterIPs = [clusterIP];
}

export const same = (a: readonly string[] = [], b: readonly string[] = []): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);
