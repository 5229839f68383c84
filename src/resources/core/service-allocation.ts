/**
 * Cluster IPs and node ports of Services, without doubles (registry/core/service/storage `alloc.go`). What is taken is what
 * the other Services hold, so that nothing has to be given back: a Service that is gone holds nothing.
 */
import type { Reader } from '../../machinery/reader.ts';
import type { StrategyContext } from '../../machinery/resource.ts';
import { fieldInvalid, type FieldError } from '../../machinery/status.ts';
import { pickFree, type NumberPool } from './number-pool.ts';
import { initializeFamilies } from './service-families.ts';
import { allocatesNodePorts, hasNodePorts, headless, isExternalName, needsHealthCheck, nodePortsOf } from './service-types.ts';
import { validateClusterIpFields } from './service-ip-validation.ts';
import type { Service, services } from './service.ts';

/** The addresses of Services, kubeadm's default. */
export const serviceCidr = '10.96.0.0/16';
/** The address of the `kubernetes` Service in `default`; never given to another. */
export const kubernetesServiceIp = '10.96.0.1';

const base = toNumber('10.96.0.0');
// Without the network's and the broadcast address.
const addressPool: NumberPool = { first: base + 1, last: base + 65_534, dynamicFrom: base + 256 };
const portPool: NumberPool = { first: 30_000, last: 32_767, dynamicFrom: 30_086 };

const taken = { ip: 'provided IP is already allocated', port: 'provided port is already allocated' };
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
  const errors = initializeFamilies(service, old);
  if (errors.length > 0) return errors;
  const others = new Others(definition, service, reader);
  if (!old || (isExternalName(old) && !isExternalName(service))) errors.push(...allocateAddress(service, others, random));
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
  ) {}

  private get held() {
    if (this.found) return this.found;
    const { name, namespace } = this.service.metadata;
    this.found = { addresses: new Set<string>(), ports: new Set<number>() };
    if (namespace !== 'default' || name !== 'kubernetes') this.found.addresses.add(kubernetesServiceIp);
    for (const other of this.reader.list(this.definition)) {
      if (other.metadata.name === name && other.metadata.namespace === namespace) continue;
      for (const ip of other.spec.clusterIPs ?? []) if (ip !== headless) this.found.addresses.add(ip);
      for (const port of nodePortsOf(other)) this.found.ports.add(port);
      if (other.spec.healthCheckNodePort) this.found.ports.add(other.spec.healthCheckNodePort);
    }
    return this.found;
  }
  get addresses(): Set<string> {
    return this.held.addresses;
  }
  get ports(): Set<number> {
    return this.held.ports;
  }
}

function allocateAddress({ spec }: Service, others: Others, random: StrategyContext['random']): FieldError[] {
  if (spec.type === 'ExternalName' || spec.clusterIPs?.[0] === headless) return [];
  const refuse = (why: string) => [fieldInvalid('spec.clusterIPs', spec.clusterIPs ?? [], why)];
  const requested = spec.clusterIPs?.[0];
  if (requested) {
    const address = toNumber(requested);
    if (!(address >= addressPool.first && address <= addressPool.last))
      return refuse(
        `failed to allocate IP ${requested}: the provided IP (${requested}) is not in the valid range. The range of valid IPs is ${serviceCidr}`,
      );
    return others.addresses.has(requested) ? refuse(`failed to allocate IP ${requested}: ${taken.ip}`) : [];
  }
  const address = pickFree(addressPool, (n) => others.addresses.has(toAddress(n)), random);
  if (address === undefined) return refuse(`failed to allocate IP: ${full}`);
  spec.clusterIP = toAddress(address);
  spec.clusterIPs = [spec.clusterIP];
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
      if (picked === undefined) return [fieldInvalid(`spec.ports[${i}].nodePort`, 0, `failed to allocate a nodePort: ${full}`)];
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
  return own.has(port) || others.ports.has(port) ? taken.port : undefined;
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
  if (picked === undefined) return [fieldInvalid(path, 0, `failed to allocate a HealthCheck NodePort: ${full}`)];
  spec.healthCheckNodePort = picked;
  return [];
}

/** An IPv4 address as a number; NaN for any other text, which equals no address of the pool. */
function toNumber(address: string): number {
  return address.split('.').reduce((n, octet) => n * 256 + Number(octet), 0);
}

const toAddress = (n: number): string => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.');
