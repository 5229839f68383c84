/**
 * Cluster IPs and node ports of Services, without doubles (registry/core/service/storage `alloc.go`). What is taken is what
 * the other Services hold, so that nothing has to be given back: a Service that is gone holds nothing.
 */
import type { Reader } from '../../machinery/reader.ts';
import type { StrategyContext } from '../../machinery/resource.ts';
import { fieldInvalid, internalError, type FieldError } from '../../machinery/status.ts';
import { ipAddresses } from '../networking/ipaddress.ts';
import type { Family } from '../shared/addresses.ts';
import { pickFree, type NumberPool } from './number-pool.ts';
import { initializeFamilies } from './service-families.ts';
import { pickAddress, refuseAddress, serviceRangesOf, type ServiceRanges } from './service-ranges.ts';
import { allocatesNodePorts, hasNodePorts, headless, isExternalName, needsHealthCheck, nodePortsOf } from './service-types.ts';
import { validateClusterIpFields } from './service-ip-validation.ts';
import type { Service, services } from './service.ts';

const portPool: NumberPool = { first: 30_000, last: 32_767, dynamicFrom: 30_086 };

const portTaken = 'provided port is already allocated';
const full = 'range is full';

/** Gives the Service what it needs and does not have. `definition` is that of Services. */
export function allocate(
  definition: typeof services,
  service: Service,
  old: Service | undefined,
  reader: Reader,
  { random }: StrategyContext,
): FieldError[] {
  // What is malformed is reported by validation, and cannot be allocated.
  if (validateClusterIpFields(service, old).length > 0) return [];
  const ranges = serviceRangesOf(reader);
  const errors = initializeFamilies(service, old, ranges.families);
  if (errors.length > 0) return errors;
  const others = new Others(definition, service, reader, ranges);
  errors.push(...allocateAddresses(service, old, ranges, others, random));
  if (hasNodePorts(service)) errors.push(...allocatePorts(service, old, others, random));
  if (needsHealthCheck(service) && !(old && needsHealthCheck(old))) errors.push(...allocateHealthCheck(service, others, random));
  return errors;
}

/** What the other Services hold, looked up when it is first needed: most updates allocate nothing. */
class Others {
  private found: { addresses: Set<string>; ports: Set<number> } | undefined;
  constructor(
    private readonly definition: typeof services,
    private readonly service: Service,
    private readonly reader: Reader,
    private readonly ranges: ServiceRanges,
  ) {}

  private get held() {
    if (this.found) return this.found;
    const { name, namespace } = this.service.metadata;
    this.found = { addresses: new Set<string>(), ports: new Set<number>() };
    const { apiAddress } = this.ranges;
    if (apiAddress && (namespace !== 'default' || name !== 'kubernetes')) this.found.addresses.add(apiAddress);
    for (const other of this.reader.list(this.definition)) {
      if (other.metadata.name === name && other.metadata.namespace === namespace) continue;
      for (const ip of other.spec.clusterIPs ?? []) if (ip !== headless) this.found.addresses.add(ip);
      for (const port of nodePortsOf(other)) this.found.ports.add(port);
      if (other.spec.healthCheckNodePort) this.found.ports.add(other.spec.healthCheckNodePort);
    }
    return this.found;
  }
  /** Also by somebody else than a Service, who has written it down. */
  hasAddress(address: string): boolean {
    return this.held.addresses.has(address) || isReserved(this.definition, this.service, address, this.reader);
  }
  get ports(): Set<number> {
    return this.held.ports;
  }
}

/**
 * Whether an IPAddress that is no trace of a Service keeps the address. Those of Services follow the Services: one that
 * is not there, or is this one, keeps nothing.
 */
function isReserved(definition: typeof services, { metadata }: Service, address: string, reader: Reader): boolean {
  const parent = reader.get(ipAddresses, '', address)?.spec.parentRef;
  if (!parent) return false;
  const { group = '', resource, namespace = '', name } = parent;
  if (group !== '' || resource !== definition.plural) return true;
  const isOwn = namespace === metadata.namespace && name === metadata.name;
  return !isOwn && reader.get(definition, namespace, name) !== undefined;
}

/** An address of each family: all of them for a new Service, the second one for one that comes to have two. */
function allocateAddresses(
  { metadata, spec }: Service,
  old: Service | undefined,
  ranges: ServiceRanges,
  others: Others,
  random: StrategyContext['random'],
): FieldError[] {
  if (spec.type === 'ExternalName' || spec.clusterIPs?.[0] === headless) return [];
  const from = !old || isExternalName(old) ? 0 : (old.spec.ipFamilies?.length ?? 0);
  const families = (spec.ipFamilies ?? []) as Family[];
  if (from >= families.length) return [];
  const addresses = [...(spec.clusterIPs ?? [])];
  for (const [i, family] of families.entries()) {
    if (i < from) continue;
    const requested = addresses[i];
    if (requested) {
      const refusal =
        refuseAddress(ranges, requested) ?? (others.hasAddress(requested) ? 'provided IP is already allocated' : undefined);
      if (refusal) return [fieldInvalid('spec.clusterIPs', spec.clusterIPs, `failed to allocate IP ${requested}: ${refusal}`)];
    } else {
      const picked = pickAddress(ranges, family, (address) => others.hasAddress(address), random);
      if (!picked) throw internalError(`failed to allocate a serviceIP for Service ${JSON.stringify(metadata.name)}: ${full}`);
      addresses[i] = picked;
    }
  }
  spec.clusterIPs = addresses;
  spec.clusterIP = addresses[0];
  return [];
}

/** Ports with the same number (for TCP and UDP) share one node port. */
function allocatePorts(
  service: Service,
  old: Service | undefined,
  others: Others,
  random: StrategyContext['random'],
): FieldError[] {
  const ports = service.spec.ports ?? [];
  const kept = new Set(old ? nodePortsOf(old) : []);
  const byPort = new Map<number, number>();
  const own = new Set(kept);
  for (const [i, port] of ports.entries()) {
    if (!port.nodePort && !allocatesNodePorts(service)) continue;
    const shared = old ? undefined : byPort.get(port.port);
    const wanted =
      port.nodePort || (old ? undefined : (shared ?? ports.find((p) => p.port === port.port && p.nodePort)?.nodePort));
    if (wanted !== undefined) {
      // On an update one number may serve several ports; on create only ports of the same number.
      const isOwn = wanted === shared || (old !== undefined && own.has(wanted));
      const refusal = isOwn ? undefined : refusePort(wanted, own, others);
      if (refusal) return [fieldInvalid(`spec.ports[${i}].nodePort`, wanted, refusal)];
      port.nodePort = wanted;
    } else {
      const picked = pickFree(portPool, (n) => own.has(n) || isWanted(n, ports) || others.ports.has(n), random);
      if (picked === undefined) throw internalError(`failed to allocate a nodePort: ${full}`);
      port.nodePort = picked;
    }
    own.add(port.nodePort);
    if (!byPort.has(port.port)) byPort.set(port.port, port.nodePort);
  }
  return [];
}

const isWanted = (n: number, ports: NonNullable<Service['spec']['ports']>): boolean => ports.some((port) => port.nodePort === n);

function refusePort(port: number, own: ReadonlySet<number>, others: Others): string | undefined {
  if (port < portPool.first || port > portPool.last)
    return `provided port is not in the valid range. The range of valid ports is ${portPool.first}-${portPool.last}`;
  return own.has(port) || others.ports.has(port) ? portTaken : undefined;
}

function allocateHealthCheck(service: Service, others: Others, random: StrategyContext['random']): FieldError[] {
  const { spec } = service;
  const path = 'spec.healthCheckNodePort';
  const own = new Set(nodePortsOf(service));
  if (spec.healthCheckNodePort) {
    const refusal = refusePort(spec.healthCheckNodePort, own, others);
    return refusal
      ? [
          fieldInvalid(
            path,
            spec.healthCheckNodePort,
            `failed to allocate requested HealthCheck NodePort ${spec.healthCheckNodePort}: ${refusal}`,
          ),
        ]
      : [];
  }
  const picked = pickFree(portPool, (n) => own.has(n) || others.ports.has(n), random);
  if (picked === undefined) throw internalError(`failed to allocate a HealthCheck NodePort 0: ${full}`);
  spec.healthCheckNodePort = picked;
  return [];
}
